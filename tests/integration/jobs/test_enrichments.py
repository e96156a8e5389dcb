"""What fraud prevention declares is in the events on Kafka and in the archive, also after a savepoint."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests

from decision_store.clients import s3_client
from decision_store.devstack.stack import Stack
from decision_store.ops.ledger.archive import Archive
from decision_store.ops.ledger.kafka import EventDecoder
from decision_store.ops.ledger.registry import Registry
from decision_store.ops.ledger.topics import read_topic
from tests.integration.jobs.world import World, new_world

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]

NOW = 1_790_000_000_000
SECONDS = 90.0


def post(world: World, number: int, outcome: str = "APPROVED", revision: int = 1) -> None:
    """Purchases of 1 EUR, a minute between them."""
    at = NOW + number * 60_000
    request = {"merchant_id": "m-1", "amount": 1, "currency": "EUR"}
    verdict = {"outcome": outcome, "checks": [], "policy": "p@1"}
    parts = [
        {"part": "request", "event_time": at, "payload": request},
        {"part": "outcome", "revision": revision, "event_time": at, "payload": verdict},
    ]
    body = {"decision_id": f"d-{number}", "customer_id": "c-1", "parts": parts[revision > 1 :]}
    answer = requests.post(f"{world.settings.decision_store_url}/decisions", json=body, timeout=30)
    assert answer.status_code == 201, answer.text


def events(world: World, count: int) -> list[Any]:
    """The newest event of each identity, once there are so many."""
    decoder = EventDecoder(Registry(world.settings.schema_registry_url))
    deadline = time.monotonic() + SECONDS
    found: dict[Any, Any] = {}
    while len(found) < count and time.monotonic() < deadline:
        time.sleep(0.2)
        for raw in read_topic(world.settings.kafka_bootstrap_servers, world.settings.decision_events_topic):
            event, problem = decoder.decode(raw.value)
            assert event is not None, problem
            found[event["decision_id"], event["revision"]] = event
    assert len(found) == count
    return list(found.values())


def enrichments(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value["long"] for name, value in event["enrichments"].items()}


def test_enrichments_and_flags_reach_kafka_and_the_archive_and_outlive_a_savepoint(stack: Stack) -> None:
    with new_world() as world:
        world.submit("decision_events", "archive")
        post(world, 1, "DECLINED")
        events(world, 1)
        post(world, 2)
        events(world, 2)
        post(world, 1, "DECLINED", revision=2)  # a correction counts once
        events(world, 3)
        savepoint = world.stop_with_savepoint("decision_events")
        post(world, 3, "DECLINED")
        world.submit("decision_events", savepoint=savepoint, parallelism=1)
        events(world, 4)
        post(world, 4)
        last = max(events(world, 5), key=lambda event: event["event_time"])

        assert (last["decision_id"], last["flags"]) == (
            "d-4",
            ["fraud_prevention.card_testing", "fraud_prevention.repeated_declines"],
        )
        assert enrichments(last) == {
            "fraud_prevention.small_decisions_10m": 3,
            "fraud_prevention.merchants_1h": 1,
            "fraud_prevention.declines_24h": 2,
            "fraud_prevention.declines_here_24h": 2,
        }
        assert last["history"]["declines_30d"] == 2

        archive = Archive(s3_client(world.settings), world.settings.archive_uri)
        deadline = time.monotonic() + SECONDS
        while len(archive.rows()) < 5 and time.monotonic() < deadline:
            time.sleep(0.5)
        assert last in [row.event for row in archive.rows()]
