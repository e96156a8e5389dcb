"""What each aggregate makes of the decisions that count: the plain reference, from all of them at once.

The JVM says the same in `operators.aggregate`, one change at a time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from decision_store.model.attributes import MAX_TEXT
from decision_store.model.expressions import Value
from decision_store.model.plan import AggregateKind, ValueType

AttributeValue = Value | list[Value | None]

LARGEST, SMALLEST = 9.9e125, 1e-130  # DynamoDB's numbers
LONG_MAX = 2**63 - 1
LONG_MIN = -(2**63)


@dataclass(frozen=True, slots=True)
class Counted:
    """A decision that counts.

    Attributes:
        event_time: epoch ms.
        decision_id: of the decision.
        arguments: the aggregate's arguments, as `storable` makes them; null is None.
    """

    event_time: int
    decision_id: str
    arguments: tuple[Value | None, ...]

    @property
    def order(self) -> tuple[int, bytes]:
        """From the oldest to the newest."""
        return self.event_time, self.decision_id.encode("utf-16-be", "surrogatepass")  # Java's order of strings


def aggregated(
    aggregate: AggregateKind, result: ValueType, limit: int | None, counted: Sequence[Counted]
) -> Sequence[AttributeValue | None] | None:
    """The values of an aggregate's attributes, in order, or None when it has none.

    Args:
        aggregate: which.
        result: the type of its value.
        limit: of last_k, how many decisions are kept.
        counted: the decisions, in any order.

    Returns:
        A value an attribute; None is no value. Of last_k each is a list.
    """
    match aggregate:
        case "count":
            return [len(counted)]
        case "sum":
            return [rounded(sum(_numbers(counted), Fraction()), result)]
        case "min" | "max" | "avg":
            numbers = _numbers(counted)
            return [_of_numbers(aggregate, result, numbers)] if numbers else None
        case "distinct":
            return [len({one.arguments[0] for one in counted} - {None})]
        case "first" | "last":
            end = min if aggregate == "first" else max
            return end(counted, key=lambda one: one.order).arguments if counted else None
        case "last_k":
            newest = sorted(counted, key=lambda one: one.order, reverse=True)[:limit]
            return [list(values) for values in zip(*(one.arguments for one in newest), strict=True)] or None


def storable(value: Value | None) -> Value | None:
    """A value as an item can hold it.

    What is not a number and a text that is too long are null; what is beyond DynamoDB's numbers is the nearest one.
    """
    if isinstance(value, str) and len(value) > MAX_TEXT:
        return None
    if not isinstance(value, float):
        return value
    return _within(Fraction(value)) if math.isfinite(value) else None


def rounded(exact: Fraction, result: ValueType) -> Value:
    """An exact number as a value, rounded once, within what a long or DynamoDB can hold."""
    return min(max(int(exact), LONG_MIN), LONG_MAX) if result == "long" else _within(exact)


def _of_numbers(aggregate: AggregateKind, result: ValueType, numbers: Sequence[Fraction]) -> Value:
    if aggregate == "avg":
        return rounded(sum(numbers, Fraction()) / len(numbers), result)
    return rounded(min(numbers) if aggregate == "min" else max(numbers), result)


def _numbers(counted: Sequence[Counted]) -> list[Fraction]:
    """The values of the one argument that are not null, exactly."""
    values = (one.arguments[0] for one in counted)
    return [Fraction(value) for value in values if isinstance(value, int | float)]


def _within(exact: Fraction) -> float:
    if abs(exact) > LARGEST:
        return math.copysign(LARGEST, exact)
    return float(exact) if abs(exact) >= SMALLEST else 0.0
