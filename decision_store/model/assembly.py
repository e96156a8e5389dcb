"""A decision from its parts; the reference of the JVM operator `assemble`.

The result depends only on the set of parts, never on the order in which they came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from decision_store.model.parts import Part, PartKind
from decision_store.model.schemas import shipped_version
from decision_store.model.validation import PayloadSchema

REQUEST, OUTCOME = PartKind.REQUEST.value, PartKind.OUTCOME.value


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A decision that waits for parts.

    Attributes:
        decision_id: the decision.
        missing: labels of the parts it waits for (`outcome`, `check#fraud`); what checks are needed is known only
            once the outcome is there.
    """

    decision_id: str
    missing: tuple[str, ...]


def assemble(
    parts: Iterable[Part], schema_of: Callable[[str], PayloadSchema] = shipped_version
) -> dict[str, Any] | Incomplete:
    """The decision event (without what it says of other decisions) that a set of valid parts of one decision makes.

    Args:
        parts: at least one part, all of one decision and one customer; repeats are ignored.
        schema_of: gives the schema of a reference (`check-credit:2`); knows only what is shipped when left out.

    Returns:
        The event as a dict in the shape of `schemas/decision-event.avsc`, or what is missing.

    Raises:
        ValueError: no parts, or parts of several decisions or customers.
    """
    by_key = {part.sort_key: part for part in parts}
    if len({(part.decision_id, part.customer_id) for part in by_key.values()}) != 1:
        raise ValueError("assemble takes the parts of exactly one decision of one customer")
    ordered = sorted(by_key.values(), key=lambda part: (part.kind.value, part.name or "", part.revision))
    newest = {part.label: part for part in ordered}  # the last, so the highest revision, stays
    payloads = {label: schema_of(part.schema).parse(part.payload) for label, part in newest.items()}

    needed = {REQUEST, OUTCOME}
    if OUTCOME in newest:
        needed.update(f"check#{name}" for name in payloads[OUTCOME]["checks"])
    if missing := needed - newest.keys():
        return Incomplete(ordered[0].decision_id, tuple(sorted(missing)))

    return {
        "decision_id": ordered[0].decision_id,
        "revision": len(ordered),
        "customer_id": ordered[0].customer_id,
        "event_time": newest[REQUEST].event_time,
        "request": {name: payloads[REQUEST][name] for name in ("merchant_id", "amount", "currency", "product")},
        "checks": [_check(part, payloads[part.label]) for part in newest.values() if part.kind is PartKind.CHECK],
        "outcome": {
            **{name: payloads[OUTCOME][name] for name in ("outcome", "policy", "reason", "similar_decision_id")},
            "decided_at": newest[OUTCOME].event_time,
        },
        "parts": [_event_part(part) for part in ordered],
    }


def _check(part: Part, payload: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": part.name,
        "revision": part.revision,
        "event_time": part.event_time,
        "status": payload["status"],
        "score": payload.get("score"),
    }


def _event_part(part: Part) -> dict[str, Any]:
    return {
        "part": part.kind.value,
        "name": part.name,
        "revision": part.revision,
        "event_time": part.event_time,
        "schema": part.schema,
        "payload": part.payload,
    }
