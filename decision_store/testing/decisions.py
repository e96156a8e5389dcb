"""Decision events for tests: what is not said has a sensible value."""

from __future__ import annotations

import copy
import difflib
import itertools
from collections.abc import Iterable
from typing import Any

import fastavro
from fastavro.validation import ValidationError

from decision_store.model.fields import FIELDS
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.testing.clock import Clock, Moment, milliseconds

Event = dict[str, Any]
"""A decision event in the shape of `schemas/decision-event.avsc`."""

_NUMBERS = itertools.count(1)
_PATHS = {field.name: field.path for field in FIELDS}


def decision(
    customer_id: str = "c-1",
    outcome: str = "APPROVED",
    amount: float = 20.0,
    at: Moment | None = None,
    decision_id: str | None = None,
    revision: int = 1,
    **fields: Any,
) -> Event:
    """A complete decision as an event.

    Args:
        customer_id: whose.
        outcome: what was decided.
        amount: of the request.
        at: when the customer asked; None: where a `Clock()` starts.
        decision_id: None: one that no other call gave.
        revision: a higher one replaces the event of the same decision; see `corrected`.
        fields: anything else, by the name that expressions use (`merchant_id="m-2"`) or by its path in the event
            (`**{"request.product": "loan"}`).

    Raises:
        ValueError: there is no such field, or the value does not fit the event's schema; the message names it.
    """
    time = milliseconds(at if at is not None else Clock())
    event: Event = {
        "decision_id": decision_id if decision_id is not None else f"d-{next(_NUMBERS)}",
        "revision": revision,
        "customer_id": customer_id,
        "event_time": time,
        "request": {"merchant_id": "m-1", "amount": amount, "currency": "EUR", "product": None},
        "checks": [],
        "outcome": {
            "outcome": outcome,
            "policy": "policy@1",
            "reason": None,
            "similar_decision_id": None,
            "decided_at": time,
        },
        "history": {
            "decisions_30d": 0,
            "declines_30d": 0,
            "approved_amount_30d": 0.0,
            "previous_outcome": None,
            "previous_outcome_age_ms": None,
        },
        "parts": [],
        "enrichments": {},
        "flags": [],
    }
    return _with(event, fields)


def corrected(event: Event, **fields: Any) -> Event:
    """The next revision of an event: the same decision, with some fields changed.

    Args:
        event: stays as it is.
        fields: as of `decision`, and `revision` where it should not be the next one.

    Raises:
        ValueError: as of `decision`.
    """
    return _with({**copy.deepcopy(event), "revision": event["revision"] + 1}, fields)


def _with(event: Event, fields: dict[str, Any]) -> Event:
    for name, value in fields.items():
        path = (name if name == "revision" else _path(name)).split(".")
        holder = event
        for step in path[:-1]:
            if not isinstance(holder.get(step), dict):
                raise ValueError(_unknown(name, event))
            holder = holder[step]
        if path[-1] not in holder:
            raise ValueError(_unknown(name, event))
        holder[path[-1]] = value
    try:
        fastavro.validate(event, shipped_schemas()[EVENT_SUBJECT])
    except ValidationError as wrong:
        what = "; ".join(str(error) for error in wrong.errors)
        raise ValueError(f"The decision does not fit schemas/decision-event.avsc: {what}.") from None
    return event


def _path(name: str) -> str:
    if name in _PATHS:
        path = _PATHS[name]
        if path is None:
            raise ValueError(f"{name} is derived from other fields of a decision: set those.")
        return path
    return name


def _unknown(name: str, event: Event) -> str:
    known = sorted({name for name, path in _PATHS.items() if path is not None} | set(_leaves("", event)))
    near = difflib.get_close_matches(name, known, 3) or known
    return f"A decision event has no field {name}: did you mean {' or '.join(near)}?"


def _leaves(prefix: str, value: Event) -> Iterable[str]:
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from _leaves(f"{prefix}{name}.", inner)
        else:
            yield f"{prefix}{name}"
