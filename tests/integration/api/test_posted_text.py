"""A payload is a legal record: its bytes stay, and what JSON leaves open is refused."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient

from decision_store.clients import dynamodb_client
from decision_store.settings import Settings
from tests.integration.api.bodies import alone, outcome_part, request_part

pytestmark = pytest.mark.integration
HEADERS = {"content-type": "application/json"}
PAYLOADS = [
    '{"merchant_id": "m", "amount": 1e2, "currency": "EUR"}',
    '{ "currency":"EUR",\n\t"amount" : 100.00 , "merchant_id":"m"}',
    '{"merchant_id":"\\u00e5\\/\\ud83c\\udf55","amount":12.50,"currency":"EUR"}',
    '{"merchant_id":"åä🍕","amount":-0.0,"currency":"EUR"}',
    '{"merchant_id":"\\"payload\\":{","amount":123456789012345678,"currency":"EUR"}',
]


def post(api: TestClient, decision_id: str, payload: str) -> int:
    body = f'{{"decision_id":"{decision_id}","customer_id":"c","part":"request","event_time":1, "payload" :{payload} }}'
    return api.post("/parts", content=body.encode(), headers=HEADERS).status_code


def stored_text(settings: Settings, decision_id: str, part_revision: str = "request#000001") -> str:
    key = {"decision_id": {"S": decision_id}, "part_revision": {"S": part_revision}}
    item = dynamodb_client(settings).get_item(TableName=settings.decisions_table, Key=key)["Item"]
    return item["payload"]["S"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_part_is_stored_byte_for_byte(api: TestClient, settings: Settings, decision_id: str, payload: str) -> None:
    assert post(api, decision_id, payload) == 201
    assert stored_text(settings, decision_id) == payload
    assert api.get(f"/decisions/{decision_id}").json()["parts"][0]["payload"] == json.loads(payload)


def test_every_part_of_a_decision_is_stored_byte_for_byte(
    api: TestClient, settings: Settings, decision_id: str
) -> None:
    outcome = '{"outcome":"APPROVED",  "checks":[ ],"policy":"p@1"}'
    body = (
        f'{{"parts": [{{"payload": {PAYLOADS[1]}, "part": "request", "event_time": 1}},'
        f'{{"part": "outcome", "event_time": 2, "payload": {outcome}}}],'
        f'"customer_id": "c", "decision_id": "{decision_id}"}}'
    )
    assert api.post("/decisions", content=body.encode(), headers=HEADERS).status_code == 201
    assert stored_text(settings, decision_id) == PAYLOADS[1]
    assert stored_text(settings, decision_id, "outcome#000001") == outcome
    texts = [part["payload"] for part in api.get(f"/decisions/{decision_id}").json()["event"]["parts"]]
    assert texts == [outcome, PAYLOADS[1]]


def test_the_same_value_in_other_bytes_is_the_same_write(api: TestClient, settings: Settings, decision_id: str) -> None:
    assert post(api, decision_id, PAYLOADS[0]) == 201
    assert post(api, decision_id, PAYLOADS[1]) == 200
    assert stored_text(settings, decision_id) == PAYLOADS[0]


@pytest.mark.parametrize(
    "payload",
    [
        '{"merchant_id": "m", "amount": 1, "amount": 2, "currency": "EUR"}',
        '{"merchant_id": "m", "amount": 1, "\\u0061mount": 2, "currency": "EUR"}',
        '{"merchant_id": "m", "amount": NaN, "currency": "EUR"}',
        '{"merchant_id": "m", "amount": Infinity, "currency": "EUR"}',
        '{"merchant_id": "m", "amount": 1e999, "currency": "EUR"}',
        '{"merchant_id": "\\ud800", "amount": 1, "currency": "EUR"}',
        '{"merchant_id": "m", "amount": 01, "currency": "EUR"}',
        '{"merchant_id":"m","amount":1,"currency":"EUR"},"payload":{"merchant_id":"x","amount":1,"currency":"EUR"}',
        '{"merchant_id":"m","amount":1,"currency":"EUR"},"pay\\u006coad":{"merchant_id":"x","amount":1,"currency":"EUR"}',
        '{"merchant_id": "m", "amount": 1, "currency": "EUR"},"revision":1,"revision":2',
    ],
)
def test_what_json_leaves_open_is_refused(api: TestClient, decision_id: str, payload: str) -> None:
    assert post(api, decision_id, payload) == 422
    assert api.get(f"/decisions/{decision_id}").status_code == 404


@pytest.mark.parametrize("body", [b"\xff\xfe{\x00}\x00", b'{"a": "\xff"}', b"", b"[" * 100_000, b"1" * 10_000, b"null"])
def test_a_body_that_is_not_utf_8_json_is_refused(api: TestClient, body: bytes) -> None:
    for path in ("/parts", "/decisions"):
        refused = api.post(path, content=body, headers=HEADERS)
        assert refused.status_code in (400, 422)
        assert refused.json()["detail"]


def test_a_time_that_cannot_be_milliseconds_is_refused(api: TestClient, decision_id: str) -> None:
    for event_time in (10**40, 10**16):
        refused = api.post("/parts", json=alone(request_part(event_time=event_time), decision_id))
        assert refused.status_code == 422
        assert "event_time" in refused.text


def test_a_decision_over_4_mb_is_refused_with_a_sentence(api: TestClient, decision_id: str) -> None:
    payload = {"merchant_id": "m" * 390_000, "amount": 1, "currency": "EUR"}
    parts = [request_part(payload=payload, revision=n) for n in range(1, 13)]
    refused = api.post("/decisions", json={"decision_id": decision_id, "customer_id": "c", "parts": parts})
    assert refused.status_code == 413
    assert "at most 4,194,304" in refused.json()["detail"]
    assert api.get(f"/decisions/{decision_id}").status_code == 404


def test_a_body_no_decision_needs_is_refused_before_it_is_read(api: TestClient) -> None:
    for headers in (HEADERS, HEADERS | {"transfer-encoding": "chunked"}):
        content = b" " * 9_000_000
        sent = content if headers is HEADERS else (content[i : i + 100_000] for i in range(0, len(content), 100_000))
        refused = api.post("/parts", content=sent, headers=headers)
        assert refused.status_code == 413
        assert refused.json()["detail"].startswith("The body takes more than")


def test_a_decision_repeats_no_part(api: TestClient, decision_id: str) -> None:
    body = {"decision_id": decision_id, "customer_id": "c", "parts": [outcome_part(), outcome_part()]}
    refused = api.post("/decisions", json=body)
    assert refused.status_code == 422
    assert "given twice" in refused.json()["detail"]
