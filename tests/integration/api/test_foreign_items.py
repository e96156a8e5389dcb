"""Items that another program wrote into the table: shown with a reason, never in the way."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from decision_store.clients import dynamodb_client
from decision_store.settings import Settings
from tests.integration.api.bodies import alone, credit_part, outcome_part, request_part

pytestmark = pytest.mark.integration


def foreign(decision_id: str, part_revision: str = "check#credit#000002", **changes: Any) -> dict[str, Any]:
    """A good second revision of the credit check, with attributes changed (None: left out)."""
    item = {
        "decision_id": {"S": decision_id},
        "part_revision": {"S": part_revision},
        "part": {"S": "check"},
        "name": {"S": "credit"},
        "revision": {"N": "2"},
        "customer_id": {"S": "c-1"},
        "event_time": {"N": "1600"},
        "schema": {"S": "check-credit:1"},
        "payload": {"S": '{"status": "FAILED"}'},
    }
    return {name: value for name, value in (item | changes).items() if value is not None}


CASES: list[tuple[dict[str, Any], str]] = [
    ({"payload": {"S": "{garbage"}}, "payload: not JSON"),
    ({"payload": {"S": "[" * 5000}}, "payload: not JSON"),
    ({"payload": {"S": '{"status": "MAYBE"}'}}, "payload.status: expected one of PASSED, FAILED, REFERRED"),
    ({"payload": {"S": '{"status": "PASSED", "bureau": "\\ud800"}'}}, "payload: not JSON"),
    ({"payload": {"M": {"status": {"S": "FAILED"}}}}, "payload: expected string, got map"),
    ({"payload": None}, "payload: expected string, got nothing"),
    ({"schema": {"S": "check-credit:9"}}, "schema: there is no schema check-credit:9"),
    ({"schema": {"S": "check-horoscope:1"}}, "schema: a check#credit needs subject check-credit"),
    ({"schema": {"S": "credit"}}, "schema: expected subject:version"),
    ({"part": {"S": "verdict"}}, "part: expected request, check or outcome, got 'verdict'"),
    ({"name": {"S": "Credit"}}, "name: expected lower-case letters"),
    ({"revision": {"S": "2"}}, "revision: expected whole number, got string"),
    ({"revision": {"B": b"2"}}, "revision: expected whole number"),
    ({"revision": {"N": "2.5"}}, "revision: expected whole number"),
    ({"revision": {"N": "3"}}, "part_revision: expected check#credit#000003"),
    ({"event_time": {"N": "-1"}}, "event_time: expected epoch milliseconds"),
    ({"event_time": {"N": "1E+120"}}, "event_time: expected epoch milliseconds"),
    ({"customer_id": {"S": "c-2"}}, "customer_id: the decision belongs to another customer"),
    ({"customer_id": None}, "customer_id: expected string, got nothing"),
]


@pytest.mark.parametrize(("changes", "reason"), CASES)
def test_a_broken_item_is_shown_with_a_reason_and_left_out_of_the_decision(
    api: TestClient, settings: Settings, decision_id: str, changes: dict[str, Any], reason: str
) -> None:
    body = {"decision_id": decision_id, "customer_id": "c-1", "parts": [request_part(), credit_part(), outcome_part()]}
    assert api.post("/decisions", json=body).status_code == 201
    dynamodb_client(settings).put_item(TableName=settings.decisions_table, Item=foreign(decision_id, **changes))

    answer = api.get(f"/decisions/{decision_id}")
    assert answer.status_code == 200
    decision = answer.json()
    assert decision["complete"]
    assert decision["event"]["revision"] == 3
    assert decision["event"]["checks"][0]["status"] == "PASSED"
    assert len(decision["parts"]) == 3
    [invalid] = decision["invalid"]
    assert invalid["part_revision"] == "check#credit#000002"
    assert invalid["reason"].startswith(reason)

    listed = api.get("/customers/c-1/decisions", params={"limit": 100}).json()["decisions"]
    assert decision_id in [one["decision_id"] for one in listed]


def test_a_good_item_of_another_program_counts(api: TestClient, settings: Settings, decision_id: str) -> None:
    body = {"decision_id": decision_id, "customer_id": "c-1", "parts": [request_part(), credit_part(), outcome_part()]}
    api.post("/decisions", json=body)
    dynamodb_client(settings).put_item(TableName=settings.decisions_table, Item=foreign(decision_id))
    decision = api.get(f"/decisions/{decision_id}").json()
    assert (decision["event"]["revision"], decision["invalid"]) == (4, [])


@pytest.mark.parametrize(("changes", "reason"), CASES)
def test_a_write_that_collides_with_a_broken_item_is_refused_in_a_sentence(
    api: TestClient, settings: Settings, decision_id: str, changes: dict[str, Any], reason: str
) -> None:
    dynamodb_client(settings).put_item(TableName=settings.decisions_table, Item=foreign(decision_id, **changes))
    part = credit_part(revision=2, payload={"status": "FAILED"}, event_time=1_600)
    for path, body in (
        ("/parts", alone(part, decision_id)),
        ("/decisions", {"decision_id": decision_id, "customer_id": "c-1", "parts": [request_part(), part]}),
    ):
        refused = api.post(path, json=body)
        assert refused.status_code == 409
        assert refused.json()["detail"].startswith(f"Revision 2 of check#credit of decision {decision_id} is stored")
    assert len(api.get(f"/decisions/{decision_id}").json()["parts"]) <= 1


def test_a_decision_of_broken_items_only_is_shown(api: TestClient, settings: Settings, decision_id: str) -> None:
    item = foreign(
        decision_id, "request#oops", customer_id={"S": "broken-1"}, requested_at={"N": "5"}, payload={"S": "{garbage"}
    )
    dynamodb_client(settings).put_item(TableName=settings.decisions_table, Item=item)
    decision = api.get(f"/decisions/{decision_id}").json()
    assert (decision["complete"], decision["event"], decision["parts"]) == (False, None, [])
    assert decision["customer_id"] is None
    assert decision["missing"] == ["outcome", "request"]
    [listed] = api.get("/customers/broken-1/decisions").json()["decisions"]
    assert listed == decision


def test_a_stray_item_does_not_show_a_customers_decision_to_another(
    api: TestClient, settings: Settings, decision_id: str
) -> None:
    api.post("/parts", json=alone(request_part(), decision_id, "owner"))
    stray = foreign(
        decision_id,
        "request#000002",
        part={"S": "request"},
        name=None,
        customer_id={"S": "stranger"},
        requested_at={"N": "1600"},
        schema={"S": "decision-request:1"},
        payload={"S": '{"merchant_id": "m", "amount": 1, "currency": "EUR"}'},
    )
    dynamodb_client(settings).put_item(TableName=settings.decisions_table, Item=stray)
    assert api.get("/customers/stranger/decisions").json()["decisions"] == []
    [listed] = api.get("/customers/owner/decisions").json()["decisions"]
    assert listed["decision_id"] == decision_id
    assert len(listed["invalid"]) == 1


def test_parts_of_two_customers_posted_in_one_decision_do_not_break_it(api: TestClient, decision_id: str) -> None:
    api.post("/parts", json=alone(request_part(), decision_id, "owner-2"))
    api.post("/parts", json=alone(credit_part(), decision_id, "stranger-2"))
    decision = api.get(f"/decisions/{decision_id}").json()
    assert decision["customer_id"] == "owner-2"
    assert [one["reason"] for one in decision["invalid"]] == ["customer_id: the decision belongs to another customer"]
