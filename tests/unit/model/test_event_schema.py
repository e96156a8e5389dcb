"""The decision event's schema grows: consumers of one version read events of another.

`tests/vectors/decision-event-1.avsc` is the version that release 0.1.0 shipped.
"""

from __future__ import annotations

import io
import json
from typing import Any

import fastavro

from decision_store.model.avro_schemas import parse_schema
from decision_store.model.compatibility import Level, incompatibility
from decision_store.model.schemas import EVENT_SUBJECT, shipped_texts
from tests import vectors

FIRST = (vectors.FOLDER / "decision-event-1.avsc").read_text(encoding="utf-8")
NEWEST = shipped_texts()[EVENT_SUBJECT]
EVENT: dict[str, Any] = {
    "decision_id": "d1",
    "revision": 1,
    "customer_id": "c1",
    "event_time": 1_700_000_000_000,
    "request": {"merchant_id": "m", "amount": 1.5, "currency": "EUR", "product": None},
    "checks": [],
    "outcome": {"outcome": "APPROVED", "policy": "p", "reason": None, "similar_decision_id": None, "decided_at": 1},
    "history": {
        "decisions_30d": 0,
        "declines_30d": 0,
        "approved_amount_30d": 0.0,
        "previous_outcome": None,
        "previous_outcome_age_ms": None,
    },
    "parts": [],
}
ADDED = {
    "enrichments": {"shop.declines": {"string": None, "long": 3, "double": None, "boolean": None}},
    "flags": ["shop.many_declines"],
}


def read_as(event: dict[str, Any], written: str, wanted: str) -> Any:
    """The event, written with one schema and read with another; times as epoch milliseconds."""
    writer, reader = (json.loads(text.replace(', "logicalType": "timestamp-millis"', "")) for text in (written, wanted))
    body = io.BytesIO()
    fastavro.schemaless_writer(body, fastavro.parse_schema(writer), event)
    body.seek(0)
    return fastavro.schemaless_reader(body, fastavro.parse_schema(writer), fastavro.parse_schema(reader))


def test_the_registry_accepts_the_newest_version_whichever_came_before() -> None:
    for level in (Level.BACKWARD_TRANSITIVE, Level.FULL_TRANSITIVE):
        assert incompatibility(level, parse_schema(NEWEST), [(1, parse_schema(FIRST))]) is None


def test_an_event_of_the_first_version_has_no_enrichments_and_no_flags() -> None:
    assert read_as(EVENT, FIRST, NEWEST) == {**EVENT, "enrichments": {}, "flags": []}


def test_a_consumer_of_the_first_version_reads_an_event_of_the_newest() -> None:
    assert read_as({**EVENT, **ADDED}, NEWEST, FIRST) == EVENT
    assert read_as({**EVENT, **ADDED}, NEWEST, NEWEST) == {**EVENT, **ADDED}
