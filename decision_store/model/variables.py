"""A declared variable, as a department writes it; `decision_store.declare` is the face that it imports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from decision_store.model.aggregates import Aggregate, Part


def days(number: float) -> timedelta:
    """A span of days, for `window` and `hop`."""
    return timedelta(days=number)


def hours(number: float) -> timedelta:
    """A span of hours."""
    return timedelta(hours=number)


def minutes(number: float) -> timedelta:
    """A span of minutes."""
    return timedelta(minutes=number)


def seconds(number: float) -> timedelta:
    """A span of seconds."""
    return timedelta(seconds=number)


@dataclass(frozen=True, slots=True)
class Variable:
    """One declared variable.

    Attributes:
        name: its attribute in the variables table; lower-case letters, digits and _.
        key: whom it is kept for: a field, a named expression, or several of them.
        value: count(), sum_(...) or another aggregate, over the newest revision of each decision.
        where: CEL; which decisions count. None: all.
        window: how far back a decision counts, by its event time: for at least this long, at most a hop longer.
            None: for ever.
        hop: by which steps the window moves; a window has 10,000 at most. None: a sixtieth of the window, an hour at
            most.
        version: raise it when anything else of a running variable changes: another version begins from nothing.
    """

    name: str
    key: Part | Sequence[Part]
    value: Aggregate
    where: str | None = None
    window: timedelta | None = None
    hop: timedelta | None = None
    version: int = 1
