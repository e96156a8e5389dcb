"""One stack of real servers for all tests; each server is started when the first test asks for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from decision_store.api.tables import ensure_tables
from decision_store.clients import dynamodb_client
from decision_store.devstack.stack import Stack
from decision_store.settings import Settings
from tests.integration import containers

CACHE = Path(__file__).parents[2] / ".devstack" / "servers"


@pytest.fixture(scope="session")
def stopped_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack, with nothing started yet; whatever tests start is stopped at the end."""
    stack = _new_stack(tmp_path_factory.mktemp("stack"))
    try:
        yield stack
    finally:
        stack.down()


@pytest.fixture(scope="session")
def settings(stopped_stack: Stack) -> Iterator[Settings]:
    """Settings of a DynamoDB with tables; nothing else runs."""
    with pytest.MonkeyPatch.context() as environment:
        stopped_stack.dynamodb.start()
        for name, value in stopped_stack.environment().items():
            environment.setenv(name, value)
        settings = Settings()
        ensure_tables(dynamodb_client(settings), settings)
        yield settings


@pytest.fixture(scope="session")
def stack(stopped_stack: Stack, settings: Settings) -> Iterator[Stack]:
    """Everything: DynamoDB, Kafka, S3, Flink and the API."""
    with pytest.MonkeyPatch.context() as environment:
        stopped_stack.up()
        for name, value in stopped_stack.environment().items():
            environment.setenv(name, value)
        yield stopped_stack


def pytest_report_header() -> list[str]:
    """Says which servers the tests use."""
    if os.environ.get("STACK") != "containers":
        return ["servers: the laptop stack"]
    reason = containers.missing()
    return ["servers: Docker containers" if reason is None else f"servers: the laptop stack, since {reason}"]


def _new_stack(home: Path) -> Stack:
    if os.environ.get("STACK") == "containers" and containers.missing() is None:
        return containers.ContainerStack(home, CACHE)
    return Stack(home, CACHE)
