"""Sends a span of the archive again: what it holds, whether the target may take it, and the job that does it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from decision_store.clients import dynamodb_client
from decision_store.model.replay import Replay, ReplayError
from decision_store.ops.flink_rest import ENDED, FlinkRest
from decision_store.ops.submission import DEFAULT_PARALLELISM, definition_of, submit_job
from decision_store.settings import Settings

JOB = "replay"
_SOURCE = "replay-source"  # as decision_store.flow.replay names it; importing that would start PyFlink
_KEY = [("decision_id", "HASH"), ("part_revision", "RANGE")]
_PATIENCE_SECONDS = 10


def check_target(settings: Settings, replay: Replay) -> None:
    """Refuses a target that must not be written, before a job starts.

    Raises:
        ReplayError: the topic is missing or is the archive's own, or the table is missing, of another kind, or not
            empty.
    """
    if replay.topic is not None:
        _check_topic(settings, replay.topic)
    if replay.table is not None:
        _check_table(settings, replay.table)


def run(
    settings: Settings, replay: Replay, progress: Callable[[int], None], parallelism: int = DEFAULT_PARALLELISM
) -> int:
    """Runs the job on the cluster and returns when it has ended.

    Args:
        settings: where everything is.
        replay: what is sent, and where to; checked before.
        progress: told how many events have been read so far, a few times a second.
        parallelism: subtasks of each step.

    Returns:
        The events read.

    Raises:
        ReplayError: it was not started, or failed; with the cause.
    """
    flink = FlinkRest(settings.flink_rest_url)
    if (running := flink.running(JOB)) is not None:
        raise ReplayError(f"A replay runs already as {running.job_id}: wait for it, or `decisions stop {JOB}`.")
    flink.require_slots(parallelism)
    define: Callable[..., None] = definition_of(JOB)
    job_id = submit_job(settings, JOB, partial(define, replay=replay), parallelism)
    try:
        while (state := flink.state(job_id)) not in ENDED:
            progress(flink.records_out(job_id, _SOURCE))
            time.sleep(0.3)
    except KeyboardInterrupt:
        flink.cancel(job_id)
        raise
    read = flink.records_out(job_id, _SOURCE)
    if state != "FINISHED":
        cause = flink.failure(job_id) or "it was cancelled"
        raise ReplayError(
            f"The replay ended as {state} after {read:,} events: {cause}. See {flink.url}/#/job/{job_id}."
        )
    progress(read)
    return read


def _check_topic(settings: Settings, topic: str) -> None:
    if topic == settings.decision_events_topic:
        raise ReplayError(
            f"{topic} is what the archive is made from: events older than its memory would be archived twice. "
            f"Replay to another topic."
        )
    servers = settings.kafka_bootstrap_servers
    try:
        # librdkafka would log every refused connection on its own.
        topics = AdminClient({"bootstrap.servers": servers, "log_level": 0}).list_topics(timeout=_PATIENCE_SECONDS)
    except KafkaException as problem:
        raise ReplayError(
            f"Kafka at {servers} does not answer: check KAFKA_BOOTSTRAP_SERVERS and that it runs."
        ) from problem
    if topic not in topics.topics:
        raise ReplayError(f"There is no topic {topic} at {servers}: create it first.")


def _check_table(settings: Settings, table: str) -> None:
    where = settings.aws_endpoint_url_dynamodb or settings.aws_region
    client = dynamodb_client(settings)
    try:
        key = client.describe_table(TableName=table)["Table"]["KeySchema"]
        items = client.scan(TableName=table, Limit=1, ConsistentRead=True)["Items"]
    except client.exceptions.ResourceNotFoundException:
        raise ReplayError(f"There is no table {table} at {where}: create it with the decision table's keys.") from None
    except (ClientError, BotoCoreError) as problem:
        raise ReplayError(f"DynamoDB at {where} cannot be asked about table {table} ({problem}).") from problem
    if [(part["AttributeName"], part["KeyType"]) for part in key] != _KEY:
        raise ReplayError(f"The table {table} is no decision table: its key is not decision_id and part_revision.")
    if items:
        raise ReplayError(f"The table {table} is not empty: a replay goes into an empty decision table only.")
