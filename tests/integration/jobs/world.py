"""A world of its own for a test of jobs: tables, topics, an archive and an API on the shared servers."""

from __future__ import annotations

import socket
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

import uvicorn
from confluent_kafka.admin import AdminClient, NewTopic

from decision_store.api.app import create_app
from decision_store.api.tables import ensure_tables
from decision_store.clients import dynamodb_client
from decision_store.devstack.server import LOOPBACK
from decision_store.devstack.stack import TOPIC_CONFIG
from decision_store.ops import submission
from decision_store.ops.demo import load
from decision_store.ops.demo.client import StoreClient
from decision_store.ops.demo.traffic import THREADS, Tally, Traffic
from decision_store.ops.flink_rest import FlinkRest
from decision_store.ops.ledger.findings import LedgerReport
from decision_store.ops.ledger.ledger import Ledger
from decision_store.ops.ledger.variables import declared_variables_at
from decision_store.settings import DeliveryGuarantee, Settings

LEDGER_SECONDS = 90.0
TRAFFIC_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class World:
    """Attributes: the settings that jobs, API and ledger of this world share."""

    settings: Settings

    def submit(self, *names: str, parallelism: int = 2, savepoint: str | None = None) -> None:
        """Submits jobs and returns when they run."""
        submission.submit(self.settings, names, parallelism, savepoint)

    def stop_with_savepoint(self, name: str) -> str:
        """Stops a job and returns its savepoint."""
        savepoint = submission.stop(self.settings, name, savepoint=True)
        assert savepoint is not None
        return savepoint

    @contextmanager
    def traffic(self, decisions: int, rate: float, seed: int) -> Iterator[Traffic]:
        """The demo's policy at work; waits for its last write, and none may have failed."""
        client = StoreClient(
            self.settings.decision_store_url, dynamodb_client(self.settings), self.settings.decisions_table, THREADS
        )
        tally = Tally()
        script = load.scripts(f"s{seed}", decisions, decisions // 5, seed)
        traffic = Traffic(script, client, rate, tally, lambda acknowledged: None)
        try:
            yield traffic
            deadline = time.monotonic() + TRAFFIC_SECONDS
            while not traffic.done and time.monotonic() < deadline:
                time.sleep(0.1)
            assert traffic.done, "the traffic did not end"
        finally:
            traffic.stop()
        assert tally.failures == []
        assert tally.counts()["decided"] == decisions

    def ledger(self) -> LedgerReport:
        """The ledger's report, clean or as it was when the time was out."""
        return Ledger(self.settings, declared_variables_at()).wait_until_clean(LEDGER_SECONDS)


@contextmanager
def new_world(
    guarantee: DeliveryGuarantee = DeliveryGuarantee.AT_LEAST_ONCE, ships_the_jar: bool = False
) -> Iterator[World]:
    """A world; its jobs and its API end with it.

    Args:
        guarantee: of its sinks to Kafka.
        ships_the_jar: whether jobs carry their jar, as to a cluster elsewhere, or name where it lies on this machine.
    """
    name = uuid.uuid4().hex[:8]
    settings = Settings().model_copy(
        update={
            "decisions_table": f"decisions-{name}",
            "variables_table": f"variables-{name}",
            "decision_events_topic": f"events-{name}",
            "dead_letter_topic": f"dead-letters-{name}",
            "incomplete_topic": f"incomplete-{name}",
            "archive_uri": f"s3://decision-archive/{name}",
            "delivery_guarantee": guarantee,
            "flink_on_this_machine": not ships_the_jar,
            "checkpoint_interval_ms": 1_000,
            "incomplete_after_ms": 10_000,
        }
    )
    ensure_tables(dynamodb_client(settings), settings)
    _create_topics(settings)
    with _api(settings) as url:
        settings = settings.model_copy(update={"decision_store_url": url})
        try:
            yield World(settings)
        finally:
            flink = FlinkRest(settings.flink_rest_url)
            for job in flink.jobs():
                if not job.ended:
                    flink.cancel(job.job_id)


def _create_topics(settings: Settings) -> None:
    names: Sequence[str] = (settings.decision_events_topic, settings.dead_letter_topic, settings.incomplete_topic)
    admin = AdminClient({"bootstrap.servers": settings.kafka_bootstrap_servers})
    for created in admin.create_topics([NewTopic(name, 2, 1, config=TOPIC_CONFIG) for name in names]).values():
        created.result(30)


@contextmanager
def _api(settings: Settings) -> Iterator[str]:
    with socket.create_server((LOOPBACK, 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(create_app(settings), access_log=False, log_level="warning"))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
