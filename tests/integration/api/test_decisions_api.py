"""The API over a real DynamoDB."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from decision_store.api.app import create_app
from decision_store.api.tables import ensure_tables
from decision_store.clients import dynamodb_client
from decision_store.settings import Settings
from tests.integration.api.bodies import alone, credit_part, outcome_part, request_part

pytestmark = pytest.mark.integration


def test_a_decision_grows_part_by_part_in_any_order(api: TestClient, decision_id: str) -> None:
    for part in (outcome_part(), credit_part(revision=2, payload={"status": "FAILED"}), request_part()):
        assert api.post("/parts", json=alone(part, decision_id)).status_code == 201
    assert api.post("/parts", json=alone(credit_part(), decision_id)).status_code == 201

    decision = api.get(f"/decisions/{decision_id}").json()
    assert decision["complete"]
    assert decision["event"]["revision"] == 4
    assert decision["event"]["checks"][0]["status"] == "FAILED"
    assert [(p["part"], p["revision"]) for p in decision["parts"]] == [
        ("check", 1),
        ("check", 2),
        ("outcome", 1),
        ("request", 1),
    ]


def test_the_same_write_again_answers_what_is_stored(api: TestClient, decision_id: str) -> None:
    first = api.post("/parts", json=alone(request_part(), decision_id))
    again = api.post("/parts", json=alone(request_part(), decision_id))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()


def test_another_body_under_a_used_revision_is_refused(api: TestClient, decision_id: str) -> None:
    api.post("/parts", json=alone(credit_part(), decision_id))
    refused = api.post("/parts", json=alone(credit_part(payload={"status": "FAILED"}), decision_id))
    assert refused.status_code == 409
    assert refused.json()["detail"].startswith(f"Revision 1 of check#credit of decision {decision_id} is stored")
    assert api.get(f"/decisions/{decision_id}").json()["parts"][0]["payload"] == {"status": "PASSED"}


def test_what_is_missing_is_said(api: TestClient, decision_id: str) -> None:
    api.post("/parts", json=alone(outcome_part(), decision_id))
    decision = api.get(f"/decisions/{decision_id}").json()
    assert (decision["complete"], decision["missing"]) == (False, ["check#credit", "request"])


def test_a_whole_decision_in_one_call(api: TestClient, decision_id: str) -> None:
    body = {"decision_id": decision_id, "customer_id": "c-1", "parts": [request_part(), credit_part(), outcome_part()]}
    assert api.post("/decisions", json=body).status_code == 201
    assert api.post("/decisions", json=body).status_code == 200
    assert api.get(f"/decisions/{decision_id}").json()["complete"]


def test_a_whole_decision_completes_what_is_there(api: TestClient, decision_id: str) -> None:
    api.post("/parts", json=alone(credit_part(), decision_id))
    body = {"decision_id": decision_id, "customer_id": "c-1", "parts": [request_part(), credit_part(), outcome_part()]}
    assert api.post("/decisions", json=body).status_code == 201
    assert len(api.get(f"/decisions/{decision_id}").json()["parts"]) == 3


def test_a_whole_decision_is_stored_whole_or_not_at_all(api: TestClient, decision_id: str) -> None:
    api.post("/parts", json=alone(credit_part(), decision_id))
    other = credit_part(payload={"status": "FAILED"})
    body = {"decision_id": decision_id, "customer_id": "c-1", "parts": [request_part(), other, outcome_part()]}
    assert api.post("/decisions", json=body).status_code == 409
    assert len(api.get(f"/decisions/{decision_id}").json()["parts"]) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"payload": {"merchant_id": "m", "amount": "10", "currency": "EUR"}}, "payload.amount: expected double"),
        ({"payload": {"merchant_id": "m", "currency": "EUR"}}, "payload.amount: is missing"),
        ({"revision": 0}, "revision"),
        ({"revision": "1"}, "revision"),
        ({"event_time": "now"}, "event_time"),
        ({"part": "verdict"}, "part"),
        ({"name": "credit"}, "name: only a check has one"),
        ({"schema": "decision-request:9"}, "schema: there is no schema decision-request:9"),
        ({"schema": "check-credit:1"}, "schema: a request needs subject decision-request"),
        ({"part": "check", "name": "income"}, "schema: there is no schema check-income:1"),
        ({"colour": "red"}, "colour"),
        ({"customer_id": ""}, "customer_id: expected 1 to 256 characters"),
        ({"customer_id": "a\u0000"}, "customer_id: control characters"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_by_name(
    api: TestClient, decision_id: str, change: dict[str, Any], message: str
) -> None:
    refused = api.post("/parts", json=alone(request_part(), decision_id) | change)
    assert refused.status_code == 422
    assert message in refused.text
    assert api.get(f"/decisions/{decision_id}").status_code == 404


def test_garbage_is_refused(api: TestClient) -> None:
    assert api.post("/parts", content=b"{nonsense", headers={"content-type": "application/json"}).status_code == 422


def test_an_item_over_400_kb_is_refused_with_a_sentence(api: TestClient, decision_id: str) -> None:
    payload = {"merchant_id": "m" * 420_000, "amount": 1, "currency": "EUR"}
    refused = api.post("/parts", json=alone(request_part(payload=payload), decision_id))
    assert refused.status_code == 413
    assert "at most 409,600" in refused.json()["detail"]


@pytest.mark.parametrize("odd", ["a/b", "å ä", "客户|1", "50%", "x#y?z=1&w", "🍕"])
def test_odd_identifiers_work_throughout(api: TestClient, odd: str) -> None:
    decision = f"odd-{odd}"
    body = {"decision_id": decision, "customer_id": odd, "parts": [request_part(), credit_part(), outcome_part()]}
    assert api.post("/decisions", json=body).status_code == 201
    assert api.get(f"/decisions/{quote(decision, safe='')}").json()["decision_id"] == decision
    listed = api.get(f"/customers/{quote(odd, safe='')}/decisions").json()["decisions"]
    assert [one["decision_id"] for one in listed] == [decision]


def test_a_customers_decisions_newest_first_in_pages_within_a_span(api: TestClient) -> None:
    for time in range(7):
        part = request_part(event_time=time * 100)
        api.post("/parts", json=alone(part, f"paged-{time}", "paged-customer"))
    seen: list[str] = []
    cursor: str | None = None
    while True:
        query = {"from": 100, "to": 500, "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = api.get("/customers/paged-customer/decisions", params=query).json()
        seen += [one["decision_id"] for one in page["decisions"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert seen == ["paged-5", "paged-4", "paged-3", "paged-2", "paged-1"]


def test_a_foreign_cursor_is_refused(api: TestClient) -> None:
    assert api.get("/customers/c/decisions", params={"cursor": "%%%"}).status_code == 422


def test_of_many_writers_of_one_revision_one_wins(api: TestClient, decision_id: str) -> None:
    def write(score: int) -> int:
        part = credit_part(payload={"status": "PASSED", "score": float(score % 4)})
        return api.post("/parts", json=alone(part, decision_id)).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(write, range(16)))
    assert answers.count(201) == 1
    assert answers.count(200) == 3  # the winner's body, sent by three others
    assert answers.count(409) == 12


def test_variables_of_an_entity(api: TestClient, settings: Settings) -> None:
    item = {
        "entity": {"S": "customer_id=a%7Cb"},
        "use_case": {"S": "fraud_prevention"},
        "version": {"N": "7"},
        "as_of": {"N": "5"},
        "declines_30d": {"N": "2"},
        "spend_7d": {"N": "1.5"},
        "last_outcome": {"S": "DECLINED"},
    }
    dynamodb_client(settings).put_item(TableName=settings.variables_table, Item=item)
    answer = api.get("/customers/a%7Cb/variables").json()
    assert answer["use_cases"]["fraud_prevention"] == {
        "version": 7,
        "as_of": 5,
        "declines_30d": 2,
        "spend_7d": 1.5,
        "last_outcome": "DECLINED",
    }
    assert api.get("/variables", params={"entity": "customer_id=a%7Cb"}).json() == answer
    assert api.get("/customers/unknown/variables").json()["use_cases"] == {}


def test_tables_are_made_once(settings: Settings) -> None:
    ensure_tables(dynamodb_client(settings), settings)  # again: nothing to do, no error


def test_health_says_what_is_missing(api: TestClient, settings: Settings) -> None:
    tables = {"decisions": "ACTIVE", "variables": "ACTIVE", "schemas": "ACTIVE"}
    assert api.get("/health").json() == {"healthy": True, "tables": tables}
    ill = TestClient(create_app(settings.model_copy(update={"variables_table": "absent"}))).get("/health")
    assert ill.status_code == 503
    assert "ResourceNotFound" in ill.json()["tables"]["absent"]


def test_an_unreachable_dynamodb_acknowledges_nothing() -> None:
    nowhere = Settings(aws_endpoint_url_dynamodb="http://127.0.0.1:9")
    refused = TestClient(create_app(nowhere)).post("/parts", json=alone(request_part(), "d"))
    assert refused.status_code == 503
    assert "nothing was acknowledged" in refused.json()["detail"]
