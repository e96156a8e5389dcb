"""What must not be there: each ends as a dead letter that says why and keeps the original, and the job goes on."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import requests

from decision_store.clients import dynamodb_client
from decision_store.devstack.stack import Stack
from decision_store.ops.flink_rest import FlinkRest
from decision_store.ops.ledger.topics import read_topic
from tests.integration.jobs.world import World, new_world

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

ODD_CUSTOMER = "kündin/7 |=%?#\U0001f355"


def item(number: int, **changes: Any) -> dict[str, Any]:
    valid = {
        "decision_id": {"S": f"bad-{number}"},
        "part_revision": {"S": "check#credit#000001"},
        "part": {"S": "check"},
        "name": {"S": "credit"},
        "revision": {"N": "1"},
        "customer_id": {"S": "c-1"},
        "event_time": {"N": "1790000000000"},
        "schema": {"S": "check-credit:1"},
        "payload": {"S": '{"status":"PASSED"}'},
    }
    return {name: value for name, value in {**valid, **changes}.items() if value is not None}


BAD: dict[str, dict[str, Any]] = {
    "payload.payload: not JSON": {"payload": {"S": '{"status": PASSED'}},
    "part: expected request, check or outcome, got 'verdict'": {"part": {"S": "verdict"}},
    "revision: expected long, got S": {"revision": {"S": "one"}},
    "payload: expected string, got M": {"payload": {"M": {}}},
    "schema: there is no schema check-credit:99": {"schema": {"S": "check-credit:99"}},
    "customer_id: expected string, got nothing": {"customer_id": None},
    "event_time: expected epoch milliseconds, got 1790000000000000": {"event_time": {"N": "1790000000000000"}},
}


def post(world: World, decision_id: str, customer_id: str, padding: int = 0) -> None:
    now = time.time_ns() // 1_000_000
    request = {"merchant_id": "m-1", "amount": 1, "currency": "EUR", "product": "x" * padding}
    outcome = {"outcome": "APPROVED", "checks": [], "policy": "p@1", "reason": "x" * padding}
    parts = [
        {"part": "request", "event_time": now, "payload": request},
        {"part": "outcome", "event_time": now, "payload": outcome},
        {"part": "outcome", "revision": 2, "event_time": now, "payload": outcome},
    ]
    body = {"decision_id": decision_id, "customer_id": customer_id, "parts": parts}
    answer = requests.post(f"{world.settings.decision_store_url}/decisions", json=body, timeout=30)
    assert answer.status_code == 201, answer.text


def messages(world: World, topic: str, count: int) -> list[Any]:
    deadline = time.monotonic() + 60
    while True:
        found = read_topic(world.settings.kafka_bootstrap_servers, topic)
        if len(found) >= count or time.monotonic() > deadline:
            return found
        time.sleep(0.5)


def test_every_bad_item_is_a_dead_letter_and_the_job_goes_on(stack: Stack) -> None:
    with new_world() as world:
        world.submit("decision_events")
        table = world.settings.decisions_table
        client = dynamodb_client(world.settings)
        for number, changes in enumerate(BAD.values()):
            client.put_item(TableName=table, Item=item(number, **changes))
        # A stored part is never changed or deleted: whoever does so past the API raises an alarm.
        key = {name: item(0)[name] for name in ("decision_id", "part_revision")}
        client.put_item(TableName=table, Item=item(0))
        client.delete_item(TableName=table, Key=key)
        post(world, "odd", ODD_CUSTOMER)
        post(world, "large", "c-1", padding=380_000)  # the event takes over a megabyte, Kafka's default limit

        letters = [json.loads(raw.value) for raw in messages(world, world.settings.dead_letter_topic, len(BAD) + 2)]
        events = messages(world, world.settings.decision_events_topic, 3)

        reasons = {letter["original"]["decision_id"]: letter["reason"] for letter in letters[: len(BAD)]}
        assert reasons == {f"bad-{number}": reason for number, reason in enumerate(BAD)}
        assert all(letter["position"]["sequence_number"] for letter in letters)
        changed, removed = letters[len(BAD) :]
        assert (changed["event_kind"], removed["event_kind"]) == ("MODIFY", "REMOVE")
        assert removed["original"]["decision_id"] == "bad-0"
        assert "append-only" in removed["reason"]
        assert {raw.key.decode() for raw in events} == {ODD_CUSTOMER, "c-1"}
        assert max(len(raw.value) for raw in events) > 1_000_000
        job = FlinkRest(world.settings.flink_rest_url).running("decision_events")
        assert job is not None
        assert job.whole
        assert FlinkRest(world.settings.flink_rest_url).failure(job.job_id) is None
