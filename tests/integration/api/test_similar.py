"""What was decided about requests like this one, read from a real table."""

from __future__ import annotations

import time
from typing import Any

import pytest
from fastapi.testclient import TestClient

from decision_store.api.app import create_app
from decision_store.clients import dynamodb_client
from decision_store.settings import Settings

pytestmark = pytest.mark.integration

HOUR = 3_600_000


@pytest.fixture(scope="module")
def api(settings: Settings) -> TestClient:
    return TestClient(create_app(settings))


def plant(settings: Settings, entity: str, outcome: str, event_time: int, decision_id: str = "d1") -> None:
    item = {
        "entity": {"S": entity},
        "use_case": {"S": "fraud_prevention"},
        "version": {"N": "1"},
        "as_of": {"N": "1"},
        "similar_decision__outcome": {"S": outcome},
        "similar_decision__decision_id": {"S": decision_id},
        "similar_decision__event_time": {"N": str(event_time)},
    }
    dynamodb_client(settings).put_item(TableName=settings.variables_table, Item=item)


def similar(api: TestClient, customer_id: str, amount: float = 60.0) -> list[dict[str, Any]]:
    asked: dict[str, str | float] = {"customer_id": customer_id, "merchant_id": "m|1", "currency": "EUR"}
    answer = api.get("/similar-decisions", params=asked | {"amount": amount})
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["similar"]
    return found


def test_the_last_decision_of_the_same_customer_merchant_and_band(api: TestClient, settings: Settings) -> None:
    event_time = time.time_ns() // 1_000_000 - HOUR
    plant(settings, "customer_id=s%201|merchant_id=m%7C1|amount_band=M", "DECLINED", event_time)
    (found,) = similar(api, "s 1", 199.99)
    assert HOUR <= found.pop("age_ms") < 2 * HOUR
    assert found == {
        "use_case": "fraud_prevention",
        "variable": "similar_decision",
        "decision_id": "d1",
        "outcome": "DECLINED",
        "event_time": event_time,
    }
    assert similar(api, "s 1", 200.0) == []
    assert similar(api, "s 2", 199.99) == []


def test_what_is_older_than_its_window_is_not_similar_any_more(api: TestClient, settings: Settings) -> None:
    now = time.time_ns() // 1_000_000
    plant(settings, "customer_id=s3|merchant_id=m%7C1|amount_band=M", "APPROVED", now - 25 * HOUR)
    assert similar(api, "s3") == []


def test_an_item_whose_value_ran_out_is_not_similar(api: TestClient, settings: Settings) -> None:
    item = {"entity": {"S": "customer_id=s4|merchant_id=m%7C1|amount_band=M"}, "use_case": {"S": "fraud_prevention"}}
    dynamodb_client(settings).put_item(TableName=settings.variables_table, Item=item | {"version": {"N": "1"}})
    assert similar(api, "s4") == []


def test_a_request_without_a_field_or_with_no_number_is_refused(api: TestClient) -> None:
    asked = {"customer_id": "c", "merchant_id": "m", "currency": "EUR"}
    assert api.get("/similar-decisions", params=asked).status_code == 422
    assert api.get("/similar-decisions", params=asked | {"amount": "inf"}).status_code == 422
