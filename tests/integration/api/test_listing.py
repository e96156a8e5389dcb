"""A customer's decisions in pages: each once, however often its request was corrected."""

from __future__ import annotations

import base64
import itertools
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.integration.api.bodies import alone, request_part

pytestmark = pytest.mark.integration
CUSTOMERS = itertools.count()


@pytest.fixture
def customer() -> str:
    return f"listed-{next(CUSTOMERS)}"


def pages(api: TestClient, customer: str, **query: Any) -> list[list[str]]:
    found: list[list[str]] = []
    cursor: str | None = None
    while True:
        page = api.get(f"/customers/{customer}/decisions", params=query | ({"cursor": cursor} if cursor else {})).json()
        found.append([one["decision_id"] for one in page["decisions"]])
        cursor = page["cursor"]
        if cursor is None:
            return found


def post(api: TestClient, customer: str, decision_id: str, event_time: int, revision: int = 1) -> None:
    part = request_part(event_time=event_time, revision=revision)
    assert api.post("/parts", json=alone(part, f"{customer}-{decision_id}", customer)).status_code == 201


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_a_corrected_request_lists_its_decision_once_at_its_newest_time(
    api: TestClient, customer: str, limit: int
) -> None:
    post(api, customer, "a", 100)
    post(api, customer, "b", 200)
    post(api, customer, "c", 300)
    post(api, customer, "a", 250, revision=2)  # between the others, and not beside its first revision
    post(api, customer, "c", 50, revision=2)  # corrected to an earlier time
    listed = pages(api, customer, limit=limit)
    assert [one for page in listed for one in page] == [f"{customer}-{one}" for one in "abc"]
    assert all(len(page) <= limit for page in listed)


def test_a_page_is_full_although_corrections_are_skipped(api: TestClient, customer: str) -> None:
    for revision in range(1, 6):
        post(api, customer, "a", 1000 - revision, revision)
    post(api, customer, "b", 10)
    assert pages(api, customer, limit=2)[0] == [f"{customer}-a", f"{customer}-b"]


def test_a_span_is_of_the_newest_time(api: TestClient, customer: str) -> None:
    post(api, customer, "a", 100)
    post(api, customer, "a", 900, revision=2)
    assert pages(api, customer, to=500) == [[]]
    assert pages(api, customer, **{"from": 500}) == [[f"{customer}-a"]]


@pytest.mark.parametrize(
    "key",
    [
        {},
        {"a": 1},
        {"decision_id": {"S": "x"}},
        {
            "decision_id": {"S": "x"},
            "part_revision": {"S": "request#000001"},
            "customer_id": {"S": "another"},
            "requested_at": {"N": "1"},
        },
        {
            "decision_id": {"S": ""},
            "part_revision": {"S": "request#000001"},
            "customer_id": {"S": "me"},
            "requested_at": {"N": "many"},
        },
    ],
)
def test_a_forged_cursor_is_refused(api: TestClient, key: dict[str, Any]) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(key).encode()).decode()
    refused = api.get("/customers/me/decisions", params={"cursor": cursor})
    assert refused.status_code == 422
    assert refused.json()["detail"] == "cursor: is not a cursor of an earlier page"


@pytest.mark.parametrize("cursor", ["%%%", "å", "", "WzFd", "bnVsbA=="])
def test_a_cursor_that_is_none_is_refused(api: TestClient, cursor: str) -> None:
    assert api.get("/customers/me/decisions", params={"cursor": cursor}).status_code == 422
