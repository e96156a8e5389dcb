"""The demo from its first decision to the ledger's verdict, with stand-ins for the three jobs and no Flink."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from threading import Thread
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from rich.console import Console

from decision_store.api.app import create_app
from decision_store.api.tables import ensure_tables
from decision_store.clients import dynamodb_client
from decision_store.devstack.server import Running, free_port, listens
from decision_store.ops.demo import run as demo
from decision_store.ops.demo.run import Options
from decision_store.settings import Settings
from tests.integration.ops.conftest import CREDENTIALS, create_topics
from tests.integration.ops.stand_in import Jobs, variables_at

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

DECISIONS = 200


class NoFlink:
    """A cluster without jobs."""

    def __init__(self, url: str) -> None:
        pass

    def running(self, name: str) -> None:
        return None

    def jobs(self) -> list[Any]:
        return []


class StandInStack:
    """What the demo asks of a stack, without Flink."""

    def __init__(self, settings: Settings, registry: str) -> None:
        self._settings = settings
        self._registry = registry
        self.taskmanager = Jobs(settings)
        self.jobmanager = self
        self.servers = ()
        self._port = free_port()
        self._api = uvicorn.Server(uvicorn.Config(self._app(), port=self._port, log_level="warning"))

    def up(self, progress: Any) -> None:
        Thread(target=self._api.run, daemon=True).start()
        while not listens(self._port):
            pass

    def down(self) -> None:
        self.taskmanager.kill()
        self._api.should_exit = True

    def running(self) -> Running:
        return Running(1, 0.0, 8081)

    def environment(self) -> dict[str, str]:
        return {
            "AWS_ACCESS_KEY_ID": CREDENTIALS[0],
            "AWS_SECRET_ACCESS_KEY": CREDENTIALS[1],
            "AWS_ENDPOINT_URL_DYNAMODB": str(self._settings.aws_endpoint_url_dynamodb),
            "AWS_ENDPOINT_URL_S3": str(self._settings.aws_endpoint_url_s3),
            "KAFKA_BOOTSTRAP_SERVERS": self._settings.kafka_bootstrap_servers,
            "SCHEMA_REGISTRY_URL": self._registry,
            "DECISION_STORE_URL": f"http://127.0.0.1:{self._port}",
            "FLINK_REST_URL": "http://127.0.0.1:9",
            "DECISIONS_TABLE": self._settings.decisions_table,
            "VARIABLES_TABLE": self._settings.variables_table,
            "DECISION_EVENTS_TOPIC": self._settings.decision_events_topic,
            "DEAD_LETTER_TOPIC": self._settings.dead_letter_topic,
            "INCOMPLETE_TOPIC": self._settings.incomplete_topic,
            "ARCHIVE_URI": self._settings.archive_uri,
        }

    def _app(self) -> FastAPI:
        outer = FastAPI()

        @outer.get("/similar-decisions")
        def similar(customer_id: str, merchant_id: str, amount: float, currency: str) -> dict[str, Any]:
            return {"similar": self.taskmanager.similar(customer_id, merchant_id)}

        outer.mount("/", create_app(self._settings))
        return outer


@pytest.fixture
def stand_in(stack: Settings, registry: str, monkeypatch: pytest.MonkeyPatch) -> StandInStack:
    settings = stack.model_copy(
        update={
            "decisions_table": "demo-decisions",
            "variables_table": "demo-variables",
            "decision_events_topic": "demo-events",
            "dead_letter_topic": "demo-dead",
            "incomplete_topic": "demo-incomplete",
            "archive_uri": "s3://decision-archive/demo",
        }
    )
    ensure_tables(dynamodb_client(settings), settings)
    create_topics(settings)
    made = StandInStack(settings, registry)
    for name, value in made.environment().items():
        monkeypatch.setenv(name, value)  # the demo sets them too: so they are taken back

    def submit(settings: Settings, names: Sequence[str], running: Callable[[str, str], None]) -> None:
        made.taskmanager.start()

    monkeypatch.setattr(demo.submission, "submit", submit)
    monkeypatch.setattr(demo, "FlinkRest", NoFlink)
    return made


def test_the_demo_ends_clean_after_an_outage(stand_in: StandInStack) -> None:
    said = io.StringIO()
    stack: Any = stand_in
    clean = demo.run(stack, Options(DECISIONS, 20, rate=40.0), variables_at, Console(file=said, width=200))
    text = said.getvalue()
    assert clean, text
    assert f"{DECISIONS} decisions in" in text
    assert "Every place agrees with the decision table." in text
    assert "task manager (pid 1) killed with SIGKILL" in text
    assert "caught up" in text
    assert re.search(r"1 were refused with 422, 1 went past the API", text)
    assert re.search(r"dead letters +1 +1 ", text)
    at_once = re.search(r"(\d+) \(\d+%\) at once, from a similar past decision", text)
    assert at_once is not None
    assert int(at_once[1]) > 0
    latency = re.search(r"acknowledged → in Kafka, without the outage +(\d+)", text)
    assert latency is not None
    assert int(latency[1]) > 0
