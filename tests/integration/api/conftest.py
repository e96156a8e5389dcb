"""The API as callers meet it, over a real DynamoDB."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi.testclient import TestClient

from decision_store.api.app import create_app
from decision_store.api.part_schemas import register_shipped
from decision_store.api.schema_table import SchemaTable
from decision_store.api.tables import ensure_tables
from decision_store.clients import dynamodb_client
from decision_store.settings import Settings

NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def api(settings: Settings) -> TestClient:
    """The API without HTTP, on the tables of the test run."""
    return TestClient(create_app(settings))


@pytest.fixture
def decision_id() -> str:
    """An id no other test has."""
    return f"d-{next(NUMBERS)}"


@pytest.fixture
def own_settings(settings: Settings) -> Settings:
    """Settings of tables that only one test uses, not yet created."""
    number = next(NUMBERS)
    names = {
        name: f"{getattr(settings, name)}-{number}" for name in ("decisions_table", "variables_table", "schemas_table")
    }
    return settings.model_copy(update=names)


@pytest.fixture
def fresh(own_settings: Settings) -> Settings:
    """Settings of empty tables with the shipped schemas registered, as after `--create-tables`."""
    client = dynamodb_client(own_settings)
    ensure_tables(client, own_settings)
    register_shipped(SchemaTable(client, own_settings.schemas_table))
    return own_settings


@pytest.fixture
def served(fresh: Settings) -> Iterator[str]:
    """The URL of the API on a port of its own, over empty tables with the shipped schemas."""
    server = uvicorn.Server(uvicorn.Config(create_app(fresh), host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive(), "the server stopped before it answered"
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
