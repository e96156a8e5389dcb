"""A team's own Python as operators of a job, on a cluster in this process."""

from __future__ import annotations

import base64
import io
import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import fastavro
import pytest

from decision_store.declare import KeyedFunction, days, step
from decision_store.devstack.stack import Stack
from decision_store.flow.steps import apply_steps
from decision_store.model.fields import FIELDS, field_types
from decision_store.model.plan import DecisionEventsPlan
from decision_store.model.steps import compile_steps
from decision_store.ops.ledger.topics import read_topic
from decision_store.settings import Settings
from decision_store.testing import Event, decision
from decision_store.testing.jobs import LocalJob, wait_until
from decision_store.testing.variables import event_schema
from tests.integration.jobs.world import World, new_world

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

SCHEMA: Any = fastavro.parse_schema(event_schema().avro)
PLAN = DecisionEventsPlan(
    registry_url="http://127.0.0.1:9",
    part_schemas=(),
    event_schema=event_schema(),
    incomplete_after_ms=1,
    retention_ms=86_400_000,
    history_window_ms=86_400_000,
    fields=FIELDS,
)


@step(reads=("amount", "amount_band", "product"), adds={"risk_band": "string", "large": "boolean", "share": "double"})
def risk_band(amount: float, amount_band: str, product: str | None) -> dict[str, Any]:
    if amount < 0:
        raise ValueError("what is a negative amount?")
    return {"risk_band": f"{amount_band}/{product}", "large": amount > 1000, "share": None if amount < 50 else 1}


@step(reads=(), adds={"constant": "long"})
def constant() -> dict[str, Any]:
    return {"constant": -(2**63)}


class Pace(KeyedFunction):
    key = ("customer_id", "product")
    reads = ("event_time", "outcome")
    state: Mapping[str, Any] = {"previous": "long", "outcome": "string", "rate": "double", "odd": "boolean"}
    adds: Mapping[str, Any] = {"gap_ms": "long", "seen_ms": "long"}
    keep = days(1)

    def process(self, row: Any, state: Any, clock: Any) -> Any:
        previous, state.previous = state.previous, row.event_time
        state.outcome, state.rate, state.odd = row.outcome, 0.5, True
        if row.outcome == "BROKEN":
            raise KeyError("broken")
        return {"gap_ms": row.event_time - previous if previous is not None else None, "seen_ms": clock.now_ms}


def steps(*bodies: Any) -> Any:
    return compile_steps("shop", bodies, field_types(FIELDS, event_schema().avro))


def values(event: Mapping[str, Any]) -> dict[str, Any]:
    """The enrichments as plain values."""
    return {
        name: next(value for value in cell.values() if value is not None)
        for name, cell in event["enrichments"].items()
        if any(value is not None for value in cell.values())
    }


def test_what_steps_and_keyed_functions_add_stands_in_the_event_and_what_fails_is_flagged_and_told() -> None:
    events = [
        decision("c-1", amount=20.0, at=1_000, decision_id="d-1"),
        decision("c-1", amount=2000.0, at=4_000, decision_id="d-2", product="loan"),
        decision("c-1", amount=-1.0, at=5_000, decision_id="d-3"),
        decision("c-1", outcome="BROKEN", at=6_000, decision_id="d-4"),
        decision("c-1", at=7_000, decision_id="d-5", reason="åäö 🙂"),
    ]
    events[4]["enrichments"] = {"fraud.known": {"string": None, "long": 7, "double": None, "boolean": None}}
    events[4]["flags"] = ["zebra", "fraud.rule"]
    job = LocalJob(Settings())
    stepped = apply_steps(job.events(events), PLAN, steps(risk_band, constant, Pace(), constant_after))
    found = job.run(events=stepped.decisions, dead_letters=stepped.dead_letters[0])

    by_id = {event["decision_id"]: event for event in found["events"]}
    assert len(found["events"]) == len(by_id) == 5
    seen = {name: values(event).pop("shop.seen_ms", None) for name, event in by_id.items()}
    assert {name: {k: v for k, v in values(e).items() if k != "shop.seen_ms"} for name, e in by_id.items()} == {
        "d-1": {**CONSTANTS, "shop.risk_band": "S/None", "shop.large": False},
        "d-2": {**CONSTANTS, "shop.risk_band": "XL/loan", "shop.large": True, "shop.share": 1.0},
        "d-3": {**CONSTANTS, "shop.gap_ms": 4_000},
        "d-4": {**CONSTANTS, "shop.risk_band": "S/None", "shop.large": False},
        "d-5": {**CONSTANTS, "shop.risk_band": "S/None", "shop.large": False, "shop.gap_ms": 2_000, "fraud.known": 7},
    }
    assert [name for name, at in seen.items() if at is None] == ["d-4"]
    assert {name: event["flags"] for name, event in by_id.items() if event["flags"]} == {
        "d-3": ["shop.risk_band_failed"],
        "d-4": ["shop.pace_failed"],
        "d-5": ["zebra", "fraud.rule"],
    }
    unchanged = events[0].keys() - {"enrichments", "flags"}
    assert [{name: by_id[event["decision_id"]][name] for name in unchanged} for event in events] == [
        {name: event[name] for name in unchanged} for event in events
    ]

    letters = {
        base64.b64decode(letter["key"]).decode(): json.loads(base64.b64decode(letter["value"]))
        for letter in found["dead_letters"]
    }
    assert letters.keys() == {"d-3", "d-4"}
    assert letters["d-3"]["stage"] == "steps"
    assert letters["d-3"]["reason"].startswith("shop.risk_band failed: Traceback")
    assert "ValueError: what is a negative amount?" in letters["d-3"]["reason"]
    assert letters["d-4"]["original"]["revision"] == 1
    assert b"d-4" in base64.b64decode(letters["d-4"]["original"]["event"])


@step(reads=("outcome",), adds={"after": "string"})
def constant_after(outcome: str) -> dict[str, Any]:
    return {"after": "x"}


CONSTANTS = {"shop.constant": -(2**63), "shop.after": "x"}


DECLARED = """
    from decision_store.declare import KeyedFunction, step

    {before}

    class Seen(KeyedFunction):
        key = "currency"
        state = {{"number": "long"}}
        adds = {{"number": "long"}}

        def process(self, row, state, clock):
            state.number = (state.number or 0) + 1
            return {{"number": state.number}}

    @step(reads=("amount",), adds={{"risk_band": "string"}})
    def risk_band(amount):
        return {{"risk_band": "high" if amount > 100.0 else "low"}}

    STEPS = [{first}Seen(), risk_band]
"""
ONE_MORE = """
    @step(reads=(), adds={"more": "boolean"})
    def more():
        return {"more": True}
"""


def test_on_the_cluster_a_keyed_function_remembers_across_a_savepoint_and_other_steps(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop").mkdir()
    declared = tmp_path / "shop" / "steps.py"
    declared.write_text(textwrap.dedent(DECLARED.format(before="", first="")))
    monkeypatch.setenv("USE_CASES_DIR", str(tmp_path))
    with new_world() as world:
        world.submit("decision_events", parallelism=1)
        with world.traffic(20, 40.0, seed=5):
            pass
        wait_until(lambda: len(topic(world)) >= 20)
        savepoint = world.stop_with_savepoint("decision_events")
        before = topic(world)
        known = {(event["decision_id"], event["revision"]) for event in before}
        assert all("shop.risk_band" in one and not event["flags"] for event, one in with_values(before))

        declared.write_text(textwrap.dedent(DECLARED.format(before=ONE_MORE.strip(), first="more, ")))
        world.submit("decision_events", parallelism=1, savepoint=savepoint)
        with world.traffic(20, 40.0, seed=6):
            pass
        wait_until(lambda: len(topic(world)) >= len(before) + 20)
        after = [event for event in topic(world) if (event["decision_id"], event["revision"]) not in known]
    assert all(one["shop.more"] for _, one in with_values(after))
    for currency in {event["request"]["currency"] for event in before}:
        numbers = [
            sorted(one["shop.number"] for event, one in with_values(part) if event["request"]["currency"] == currency)
            for part in (before, after)
        ]
        assert [*numbers[0], *numbers[1]] == list(range(1, len(numbers[0]) + len(numbers[1]) + 1))


def topic(world: World) -> list[Event]:
    """The decision events so far."""
    messages = read_topic(world.settings.kafka_bootstrap_servers, world.settings.decision_events_topic)
    return [fastavro.schemaless_reader(io.BytesIO((one.value or b"")[5:]), SCHEMA) for one in messages]


def with_values(events: list[Event]) -> list[tuple[Event, dict[str, Any]]]:
    return [(event, values(event)) for event in events]


def test_without_steps_decisions_stay_as_they_are() -> None:
    job = LocalJob(Settings())
    decisions = job.events([decision()])
    assert apply_steps(decisions, PLAN, ()).decisions is decisions
    assert apply_steps(decisions, PLAN, ()).dead_letters == ()
