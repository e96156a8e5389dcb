"""The work of the keyed benchmark: its events are decision events, and all contenders compute the same."""

from __future__ import annotations

import io
from collections import defaultdict
from typing import Any

import fastavro
import pytest

from bench.keyed.declared import SCHEMA_ID, TEN, plan
from bench.keyed.events import Event, Events, encoded_long
from bench.keyed.plain import PLAIN, State, update
from decision_store.model.interpreter import variables_at
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas

NOW_MS = 1_795_000_000_000
HEADER_BYTES = 5
SCHEMA = fastavro.parse_schema(shipped_schemas()[EVENT_SUBJECT])


def decoded(event: Event) -> dict[str, Any]:
    assert event.value[:HEADER_BYTES] == b"\0" + SCHEMA_ID.to_bytes(4, "big")
    stream = io.BytesIO(event.value[HEADER_BYTES:])
    found = fastavro.schemaless_reader(stream, SCHEMA, None)
    assert stream.read() == b""
    return {**found, "event_time": event.event_time}


@pytest.mark.parametrize("number", [0, 1, 63, 64, 300, NOW_MS])
def test_longs_are_written_as_avro_has_them(number: int) -> None:
    written = io.BytesIO()
    fastavro.schemaless_writer(written, "long", number)

    assert encoded_long(number) == written.getvalue()


def test_an_event_is_what_its_record_says() -> None:
    events = list(Events(keys=1_000).stored(50, NOW_MS))

    assert [decoded(event)["customer_id"].encode() for event in events] == [event.key for event in events]
    assert len({decoded(event)["decision_id"] for event in events}) == 50
    assert {decoded(event)["revision"] for event in events} == {1}


def test_every_key_comes_once_before_one_comes_again() -> None:
    keys = [event.key for event in Events(keys=1_000).stored(2_000, NOW_MS)]

    assert len(set(keys[:1_000])) == 1_000
    assert keys[:1_000] == keys[1_000:]


def test_decisions_go_on_where_they_were_left() -> None:
    events = Events(keys=10, first=3)
    stored = list(events.stored(2, NOW_MS))

    assert [decoded(event)["decision_id"] for event in (*stored, events.live(NOW_MS))] == [
        "decision-000000000003",
        "decision-000000000004",
        "decision-000000000005",
    ]


def test_no_hop_runs_out_within_an_hour() -> None:
    for event in Events(keys=10).stored(5_000, NOW_MS):
        for variable in PLAIN:
            end = (event.event_time // variable.hop_ms + 1) * variable.hop_ms + variable.window_ms
            assert not NOW_MS < end < NOW_MS + 3_600_000


def test_the_variables_by_hand_are_the_declared_ones() -> None:
    assert [variable.name for variable in PLAIN] == [variable.name for variable in TEN]
    events = [decoded(event) for event in Events(keys=7).stored(3_000, NOW_MS)]
    states: dict[str, State] = defaultdict(dict)
    by_hand = {event["customer_id"]: update(states[event["customer_id"]], event, NOW_MS) for event in events}

    reference = variables_at(plan(10), events, NOW_MS)
    assert {entity for entity, _ in reference} == {f"customer_id={key}" for key in by_hand}
    for (entity, _), attributes in reference.items():
        found = by_hand[entity.removeprefix("customer_id=")]
        # Which of two decisions of one millisecond is the last is decided by the id; by hand, by who came last.
        assert found.keys() == attributes.keys()
        for name, value in attributes.items():
            assert found[name] == (pytest.approx(value) if isinstance(value, float) else value), name


@pytest.mark.parametrize("number", [1, 10, 50])
def test_so_many_variables_are_in_one_item(number: int) -> None:
    entities = plan(number).entities

    assert len(entities) == 1
    assert len(entities[0].variables) == number
