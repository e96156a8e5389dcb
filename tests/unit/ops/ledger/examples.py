"""A small table and what it makes at every place."""

from __future__ import annotations

import copy
import json
from typing import Any

from decision_store.model.assembly import Incomplete, assemble
from decision_store.model.parts import Part, PartKind
from decision_store.ops.ledger.records import ArchivedEvent, Message
from decision_store.ops.ledger.table import TableState, interpret

TIME = 1_700_000_000_000  # 2023-11-14 in UTC
DATE = "2023-11-14"
HISTORY = {
    "decisions_30d": 0,
    "declines_30d": 0,
    "approved_amount_30d": 0.0,
    "previous_outcome": None,
    "previous_outcome_age_ms": None,
}


def part(decision: str, kind: PartKind, name: str | None = None, revision: int = 1, **payload: Any) -> Part:
    """A part of a decision of customer c-<decision>."""
    subject = f"check-{name}" if name else f"decision-{kind.value}"
    time = TIME + revision
    return Part(decision, kind, name, revision, f"c-{decision}", time, f"{subject}:1", json.dumps(payload))


def request(decision: str, revision: int = 1, amount: float = 10.0) -> Part:
    return part(decision, PartKind.REQUEST, None, revision, merchant_id="m", amount=amount, currency="EUR")


def credit(decision: str, revision: int = 1, status: str = "PASSED") -> Part:
    return part(decision, PartKind.CHECK, "credit", revision, status=status)


def outcome(decision: str, revision: int = 1, verdict: str = "APPROVED", checks: tuple[str, ...] = ("credit",)) -> Part:
    return part(decision, PartKind.OUTCOME, None, revision, outcome=verdict, checks=list(checks), policy="p@1")


# d1 has three parts, d2 was corrected, d3 waits for its check.
D1 = (request("d1"), credit("d1"), outcome("d1"))
D2_FIRST = (request("d2"), credit("d2"), outcome("d2"))
D2 = (*D2_FIRST, outcome("d2", 2, "DECLINED"))
D3 = (request("d3"), outcome("d3"))
GARBAGE = {**credit("d1", 900).to_item(), "payload": "{garbage"}


def state(*more: dict[str, Any]) -> TableState:
    return interpret([*(one.to_item() for one in (*D1, *D2, *D3)), GARBAGE, *more])


def event(parts: tuple[Part, ...]) -> dict[str, Any]:
    made = assemble(parts)
    assert not isinstance(made, Incomplete)
    return {**made, "history": dict(HISTORY), "enrichments": {}, "flags": []}


def changed(event: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of an event with another value at a dotted path."""
    other = copy.deepcopy(event)
    *folders, name = path.split(".")
    inner = other
    for folder in folders:
        inner = inner[folder]
    inner[name] = value
    return other


def messages(*events: dict[str, Any]) -> list[Message]:
    return [Message(0, i, one["customer_id"].encode(), one) for i, one in enumerate(events)]


def rows(*events: dict[str, Any]) -> list[ArchivedEvent]:
    return [ArchivedEvent(f"event_date={DATE}/part-{i}", one, date=DATE) for i, one in enumerate(events)]


E1, E2_FIRST, E2 = event(D1), event(D2_FIRST), event(D2)
ALL = (E1, E2_FIRST, E2)
