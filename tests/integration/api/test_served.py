"""What only a real server shows: paths as they travel, bodies in chunks, a start from the command line."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests
from confluent_kafka.schema_registry import SchemaRegistryClient
from fastapi.testclient import TestClient

from decision_store.settings import Settings
from tests.integration.api.bodies import alone, credit_part, outcome_part, request_part

pytestmark = pytest.mark.integration
ODD = [
    "a/b",
    "/a/",
    "å ä",
    "客户|1",
    "50%",
    "50%25",
    "a%2Fb",
    "x#y?z=1&w",
    "🍕",
    "a/decisions",
    "variables",
    "+ +",
    "...",
    "a;b",
]


@pytest.mark.parametrize("odd", ODD)
def test_odd_identifiers_travel(served: str, odd: str) -> None:
    decision, path = f"d{odd}", quote(odd, safe="")
    body = {"decision_id": decision, "customer_id": odd, "parts": [request_part(), credit_part(), outcome_part()]}
    assert requests.post(f"{served}/decisions", json=body, timeout=60).status_code == 201
    assert requests.get(f"{served}/decisions/{quote(decision, safe='')}", timeout=60).json()["decision_id"] == decision
    listed = requests.get(f"{served}/customers/{path}/decisions", timeout=60).json()["decisions"]
    assert [one["customer_id"] for one in listed] == [odd]
    variables = requests.get(f"{served}/customers/{path}/variables", timeout=60).json()
    assert variables == {"entity": f"customer_id={path}", "use_cases": {}}
    assert requests.get(f"{served}/variables", params={"entity": variables["entity"]}, timeout=60).json() == variables


@pytest.mark.parametrize(
    "path",
    [
        "/decisions/" + "x" * 257,
        "/decisions/a%00b",
        "/decisions/%FF" + "x" * 300,
        "/customers/" + "x" * 257 + "/decisions",
        "/customers//decisions",
        "/customers/a%09b/variables",
        "/customers/" + "%F0%9F%8D%95" * 250 + "/variables",
        "/variables?entity=",
        "/variables?entity=" + "x" * 2049,
        "/customers/c/decisions?limit=0",
        "/customers/c/decisions?from=99999999999999999999999999999999999999999",
    ],
)
def test_what_cannot_be_a_key_is_refused_with_a_sentence(api: TestClient, path: str) -> None:
    refused = api.get(path)
    assert refused.status_code == 422
    assert refused.json()["detail"]


def test_a_long_body_in_chunks_is_refused(served: str) -> None:
    chunks = (b" " * 100_000 for _ in range(90))
    refused = requests.post(f"{served}/parts", data=chunks, headers={"content-type": "application/json"}, timeout=30)
    assert refused.status_code == 413
    assert "send it in several" in refused.json()["detail"]


def test_the_documentation_shows_an_example_of_every_body(api: TestClient) -> None:
    document = api.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    for name in ("PartBody", "DecisionBody", "StoredPart", "DecisionView", "DecisionPage", "SchemaBody", "ConfigBody"):
        assert "example" in schemas[name], name
    assert schemas["Variables"]["properties"]["use_cases"]["examples"]
    for path in ("/parts", "/decisions"):
        assert {"201", "200", "409", "413", "422", "503"} <= document["paths"][path]["post"]["responses"].keys()


@pytest.fixture
def started(own_settings: Settings) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The API started from the command line on tables that do not exist."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    names = {
        f"{table.upper()}_TABLE": getattr(own_settings, f"{table}_table")
        for table in ("decisions", "variables", "schemas")
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "decision_store.api", "--create-tables", "--host", "127.0.0.1", "--port", str(port)],
        env=os.environ | names,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield f"http://127.0.0.1:{port}", process
    process.terminate()
    process.communicate(timeout=60)


def test_a_start_makes_tables_and_registers_the_shipped_schemas(started: tuple[str, Any]) -> None:
    url, process = started
    while True:
        assert process.poll() is None, process.stderr.read()
        try:
            healthy = requests.get(f"{url}/health", timeout=60)
            break
        except requests.ConnectionError:
            time.sleep(0.05)
    assert healthy.status_code == 200
    client = SchemaRegistryClient({"url": f"{url}/registry"})
    assert {client.get_latest_version(subject).version for subject in client.get_subjects()} == {1}
    assert len(client.get_subjects()) == 5
    assert requests.post(f"{url}/parts", json=alone(credit_part(), "d"), timeout=60).status_code == 201
