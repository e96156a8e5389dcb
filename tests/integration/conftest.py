"""One stack of real servers for all tests; each server is started when the first test asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from decision_store.api.app import dynamodb_client
from decision_store.api.tables import ensure_tables
from decision_store.devstack.stack import Stack
from decision_store.settings import Settings

CACHE = Path(__file__).parents[2] / ".devstack" / "servers"


@pytest.fixture(scope="session")
def stopped_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack, with nothing started yet; whatever tests start is stopped at the end."""
    stack = Stack(tmp_path_factory.mktemp("stack"), CACHE)
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
