"""What a job needs beside Flink, asked before it is submitted: one sentence for everything that is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from decision_store.clients import dynamodb_client, s3_client
from decision_store.settings import Settings

Check = Callable[[Settings], list[str]]

_PATIENCE_SECONDS = 10


def unmet(job: str, settings: Settings) -> list[str]:
    """A sentence for everything the job needs and does not find; empty when it may start."""
    return [sentence for check in _REQUIRED.get(job, ()) for sentence in check(settings)]


def _decisions_stream(settings: Settings) -> list[str]:
    found = _describe(settings, settings.decisions_table)
    if isinstance(found, str):
        return [found]
    stream = found.get("StreamSpecification", {})
    if not stream.get("StreamEnabled") or stream.get("StreamViewType") not in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES"):
        return [f"The table {settings.decisions_table} has no stream of new images: enable one (NEW_IMAGE)."]
    return []


def _variables_table(settings: Settings) -> list[str]:
    found = _describe(settings, settings.variables_table)
    return [found] if isinstance(found, str) else []


def _describe(settings: Settings, table: str) -> dict[str, Any] | str:
    where = settings.aws_endpoint_url_dynamodb or settings.aws_region
    client = dynamodb_client(settings)
    try:
        return dict(client.describe_table(TableName=table)["Table"])
    except client.exceptions.ResourceNotFoundException:
        return f"There is no table {table} at {where}: `python -m decision_store.api --create-tables` makes it."
    except (ClientError, BotoCoreError) as problem:
        return f"DynamoDB at {where} cannot be asked about table {table} ({problem}): check endpoint and credentials."


def _topics(*fields: str) -> Check:
    def check(settings: Settings) -> list[str]:
        servers = settings.kafka_bootstrap_servers
        # librdkafka would log every refused connection on its own.
        admin = AdminClient({"bootstrap.servers": servers, "log_level": 0})
        try:
            existing = admin.list_topics(timeout=_PATIENCE_SECONDS).topics
        except KafkaException:
            return [f"Kafka at {servers} does not answer: check KAFKA_BOOTSTRAP_SERVERS and that it runs."]
        names: list[str] = [getattr(settings, field) for field in fields]
        return [
            f"Kafka at {servers} has no topic {name}: create it (four partitions carry thousands of events a second)."
            for name in names
            if name not in existing
        ]

    return check


def _archive_bucket(settings: Settings) -> list[str]:
    bucket = settings.archive_uri.removeprefix("s3://").partition("/")[0]
    where = settings.aws_endpoint_url_s3 or settings.aws_region
    client = s3_client(settings)
    try:
        client.head_bucket(Bucket=bucket)
    except (ClientError, BotoCoreError) as problem:
        return [f"The bucket {bucket} at {where} cannot be used ({problem}): create it, or set ARCHIVE_URI."]
    return []


_REQUIRED: dict[str, Sequence[Check]] = {
    "decision_events": (_decisions_stream, _topics("decision_events_topic", "dead_letter_topic", "incomplete_topic")),
    "archive": (_topics("decision_events_topic", "dead_letter_topic"), _archive_bucket),
    "variables": (_topics("decision_events_topic", "dead_letter_topic"), _variables_table),
}
