"""What can be kept of decisions, as a department writes it: count(), sum_("amount"), last("outcome"), ...

All of them are over the newest revision of each decision that matches. A decision on which an argument fails (it has no
value, such as after a division by zero) does not count for the variable; one whose argument is null counts. A text of
more than 2,048 characters is null, as is what is not a number.
"""

from __future__ import annotations

from dataclasses import dataclass

from decision_store.model.plan import AggregateKind

MOST_KEPT = 100
MOST_KEPT_VALUES = 200
MOST_EXACT = 1_000


@dataclass(frozen=True, slots=True)
class Named:
    """An expression under a name; made by `named`."""

    name: str
    expression: str


def named(name: str, expression: str) -> Named:
    """A name for an expression that is not simply a field, as part of a key or argument of `first` and `last`."""
    return Named(name, expression)


Part = str | Named


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What is kept of the decisions of a variable; made by `count`, `sum_` and the other functions here."""

    kind: AggregateKind
    arguments: tuple[Part, ...] = ()
    limit: int | None = None


def count() -> Aggregate:
    """How many decisions; 0 when there are none."""
    return Aggregate("count")


def sum_(expression: Part) -> Aggregate:
    """The sum of a number over the decisions; 0 when there are none, and a null adds nothing.

    It is exact before it is rounded once, so it does not depend on order; it stays within what DynamoDB can hold
    (9.9e125).
    """
    return Aggregate("sum", (expression,))


def min_(expression: Part) -> Aggregate:
    """The least value of a number; nulls are ignored, and there is no value when nothing else is there."""
    return Aggregate("min", (expression,))


def max_(expression: Part) -> Aggregate:
    """The greatest value of a number; nulls are ignored, and there is no value when nothing else is there."""
    return Aggregate("max", (expression,))


def avg(expression: Part) -> Aggregate:
    """The mean of a number, a double: the exact sum by the number of values that are not null, rounded once.

    There is no value when every one is null or there are none. It stays within what DynamoDB can hold, as `sum_` does.
    """
    return Aggregate("avg", (expression,))


def first(*values: Part) -> Aggregate:
    """Values of the oldest decision; as `last`, from the other end."""
    return Aggregate("first", values)


def last(*values: Part) -> Aggregate:
    """Values of the newest decision, by event time and then decision id; no value when there is none.

    Args:
        values: fields, or expressions with a name. One is the variable's value; of several each is an attribute
            `VARIABLE__VALUE` of its own. A null is no value.
    """
    return Aggregate("last", values)


def last_k(k: int, *values: Part) -> Aggregate:
    """Values of the k newest decisions, the newest first; no value when there are none.

    Args:
        k: how many decisions, 1 to 100; with several values k times their number is 200 at most.
        values: as of `last`; each attribute is a list, as long as there are decisions, with a null where a decision has
            one. So the entries at one place of several lists are of one decision.
    """
    return Aggregate("last_k", values, k)


def distinct(value: Part, exact: int = 100) -> Aggregate:
    """How many different values there are; nulls are ignored, and it is 0 when there are none.

    Args:
        value: a field, or any expression.
        exact: up to so many different values the number is exact (1 to 1,000). Above, it is estimated by a sketch
            (within about 2 % mostly), which does not take corrections back before their hop has left the window.
    """
    return Aggregate("distinct", (value,), exact)
