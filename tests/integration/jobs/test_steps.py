"""A team's own Python as operators of a job, on a cluster in this process."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest

from decision_store.declare import KeyedFunction, days, step
from decision_store.flow.steps import apply_steps
from decision_store.model.fields import FIELDS, field_types
from decision_store.model.plan import DecisionEventsPlan
from decision_store.model.steps import compile_steps
from decision_store.settings import Settings
from decision_store.testing import decision
from decision_store.testing.jobs import LocalJob
from decision_store.testing.variables import event_schema

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

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


def test_without_steps_decisions_stay_as_they_are() -> None:
    job = LocalJob(Settings())
    decisions = job.events([decision()])
    assert apply_steps(decisions, PLAN, ()).decisions is decisions
    assert apply_steps(decisions, PLAN, ()).dead_letters == ()
