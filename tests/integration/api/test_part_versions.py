"""Parts are validated by what the registry has, at the moment it has it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from decision_store.api import part_schemas
from decision_store.api.app import create_app
from decision_store.api.part_schemas import PartSchemas
from decision_store.api.schema_table import SchemaTable
from decision_store.clients import dynamodb_client
from decision_store.model.avro_schemas import parse_schema
from decision_store.model.schemas import shipped_texts
from decision_store.settings import Settings
from tests.integration.api.bodies import alone, credit_part, outcome_part, request_part

pytestmark = pytest.mark.integration
WITH_LIMIT = json.loads(shipped_texts()["check-credit"])
WITH_LIMIT["fields"].append({"name": "limit", "type": ["null", "double"], "default": None})
AML = {
    "type": "record",
    "name": "Aml",
    "fields": [{"name": "status", "type": "string"}, {"name": "hits", "type": "int"}],
}


@pytest.fixture
def own(fresh: Settings) -> TestClient:
    return TestClient(create_app(fresh))


def register(api: TestClient, subject: str, schema: Any, status: int = 200) -> None:
    answer = api.post(f"/registry/subjects/{subject}/versions", json={"schema": json.dumps(schema)})
    assert answer.status_code == status, answer.text


def test_a_registered_version_is_used_at_once(own: TestClient) -> None:
    limited = credit_part(payload={"status": "PASSED", "limit": 500})
    assert own.post("/parts", json=alone(limited, "d")).status_code == 422
    refused = own.post("/parts", json=alone(limited | {"schema": "check-credit:2"}, "d"))
    assert refused.json()["detail"] == "schema: there is no schema check-credit:2"

    register(own, "check-credit", WITH_LIMIT)
    assert own.post("/parts", json=alone(limited | {"schema": "check-credit:1"}, "d")).status_code == 422
    stored = own.post("/parts", json=alone(limited, "d"))
    assert (stored.status_code, stored.json()["schema"]) == (201, "check-credit:2")
    old = own.post("/parts", json=alone(credit_part(revision=2, schema="check-credit:1"), "d"))
    assert (old.status_code, old.json()["schema"]) == (201, "check-credit:1")

    body = {"decision_id": "d", "customer_id": "c-1", "parts": [request_part(), outcome_part()]}
    assert own.post("/decisions", json=body).status_code == 201
    decision = own.get("/decisions/d").json()
    assert decision["complete"]
    assert [part["schema"] for part in decision["event"]["parts"][:2]] == ["check-credit:2", "check-credit:1"]


def test_a_new_check_becomes_postable(own: TestClient) -> None:
    aml = {"part": "check", "name": "aml", "event_time": 5, "payload": {"status": "PASSED", "hits": 0}}
    refused = own.post("/parts", json=alone(aml, "d"))
    assert refused.status_code == 422
    assert "there is no schema check-aml:1" in refused.json()["detail"]
    register(own, "check-aml", AML)
    outcome = outcome_part(payload={"outcome": "APPROVED", "checks": ["aml"], "policy": "p"})
    body = {"decision_id": "d", "customer_id": "c", "parts": [request_part(), aml, outcome]}
    assert own.post("/decisions", json=body).status_code == 201
    event = own.get("/decisions/d").json()["event"]
    assert event["checks"] == [{"name": "aml", "revision": 1, "event_time": 5, "status": "PASSED", "score": None}]


def test_a_schema_no_decision_can_be_made_from_is_not_registered(own: TestClient) -> None:
    register(own, "check-aml", AML | {"fields": [{"name": "hits", "type": "int"}]}, 422)
    assert own.get("/registry/subjects/check-aml/versions").status_code == 404


def test_a_write_repeated_after_a_registration_is_the_same_write(own: TestClient) -> None:
    """The caller named no schema, so the newest one's arrival must not turn a retry into a conflict."""
    together = {"decision_id": "e", "customer_id": "c-1", "parts": [credit_part(), request_part()]}
    assert own.post("/parts", json=alone(credit_part(), "d")).status_code == 201
    assert own.post("/decisions", json=together).status_code == 201
    register(own, "check-credit", WITH_LIMIT)
    again = own.post("/parts", json=alone(credit_part(), "d"))
    assert (again.status_code, again.json()["schema"]) == (200, "check-credit:1")
    assert own.post("/decisions", json=together).status_code == 200
    named = own.post("/parts", json=alone(credit_part(schema="check-credit:2"), "d"))
    assert named.status_code == 409


def test_what_another_process_registers_is_seen_soon(fresh: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = PartSchemas(SchemaTable(dynamodb_client(fresh), fresh.schemas_table))
    assert mine.newest("check-credit") == "check-credit:1"
    SchemaTable(dynamodb_client(fresh), fresh.schemas_table).register(
        "check-credit", parse_schema(json.dumps(WITH_LIMIT))
    )
    monkeypatch.setattr(part_schemas, "NEWEST_FOR_S", 0.0)
    assert mine.newest("check-credit") == "check-credit:2"


def test_an_empty_registry_leaves_the_shipped_schemas(api: TestClient, decision_id: str) -> None:
    stored = api.post("/parts", json=alone(credit_part(), decision_id))
    assert (stored.status_code, stored.json()["schema"]) == (201, "check-credit:1")


def test_a_version_registered_past_the_rules_makes_its_parts_invalid(own: TestClient, fresh: Settings) -> None:
    unfit = parse_schema(json.dumps(AML | {"fields": [{"name": "hits", "type": "int"}]}))
    SchemaTable(dynamodb_client(fresh), fresh.schemas_table).register("check-aml", unfit)
    aml = {"part": "check", "name": "aml", "event_time": 5, "payload": {"hits": 0}}
    refused = own.post("/parts", json=alone(aml, "d"))
    assert refused.status_code == 422
    assert "schema check-aml:1 is not fit for parts: status: is missing" in refused.json()["detail"]
