"""Real servers, started once for all tests that ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from decision_store.api.app import dynamodb_client
from decision_store.api.tables import ensure_tables
from decision_store.devstack.dynamodb import DynamoDbLocal
from decision_store.settings import Settings

CACHE = Path(__file__).parents[2] / ".devstack" / "servers"


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a stack that lives as long as the test run."""
    server = DynamoDbLocal(tmp_path_factory.mktemp("stack"), CACHE)
    environment = pytest.MonkeyPatch()
    environment.setenv("AWS_ACCESS_KEY_ID", "local")
    environment.setenv("AWS_SECRET_ACCESS_KEY", "local")
    try:
        server.start()
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", server.url)
        settings = Settings()
        ensure_tables(dynamodb_client(settings), settings)
        yield settings
    finally:
        server.stop()
        environment.undo()
