"""What a variable costs before it runs: bytes of state by hops, write units by the item's size.

The bytes of state are vectors: the JVM's `StateBytesTest` holds what it writes to them. After a change of either write
them again: `python -m tests.unit.model.test_estimates`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from decision_store.declare import (
    Variable,
    avg,
    count,
    days,
    distinct,
    first,
    hours,
    last,
    last_k,
    min_,
    minutes,
    sum_,
)
from decision_store.model.compilation import compile_variables
from decision_store.model.estimates import (
    APART_BYTES,
    EVENTS,
    ItemEstimate,
    Prices,
    StateEstimate,
    item_of,
    state_of,
    variable_bytes,
)
from decision_store.model.fields import FIELDS, field_types
from decision_store.model.plan import PlanEntity
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas

TYPES = field_types(FIELDS, shipped_schemas()[EVENT_SUBJECT])
DAY_MS = 86_400_000
VECTORS = Path(__file__).parents[2] / "vectors" / "state_bytes.json"


def entity(*variables: Variable) -> PlanEntity:
    (one,) = compile_variables("shop", variables, TYPES)
    return one


def state(variable: Variable) -> StateEstimate:
    return state_of(entity(variable).variables[0], 90 * DAY_MS)


def item(*variables: Variable) -> ItemEstimate:
    return item_of(entity(*variables), Prices(write=1.0, read=1.0))


def vectors() -> list[dict[str, Any]]:
    """Estimates of keys with so many decisions, an hour or a day apart."""
    month = {"window": days(30), "hop": hours(1)}
    variables = [
        Variable(f"{name}_{'30d' if window else 'ever'}", key="customer_id", value=value, **window)  # type: ignore[arg-type]
        for window in (month, {})
        for name, value in {
            "count": count(),
            "sum": sum_("amount"),
            "sum_long": sum_("event_time"),
            "avg": avg("amount"),
            "min": min_("amount"),
            "first": first("outcome", "amount"),
            "last": last("outcome"),
            "last_k": last_k(5, "amount"),
            "distinct": distinct("policy", exact=1_000),
            "sketch": distinct("policy", exact=20),
        }.items()
    ]
    return [
        {
            "name": variable.name,
            "aggregate": variable.aggregate,
            "limit": variable.limit,
            "window_ms": variable.window_ms,
            "hop_ms": variable.hop_ms,
            "arguments": [argument.type for argument in variable.arguments],
            "key_bytes_apart": APART_BYTES,
            "bytes": {str(number): variable_bytes(variable, number) for number in (1, 10, 30, 721)},
            "at_most": variable.name.startswith("sketch"),  # one that holds few values is smaller
        }
        for variable in entity(*variables).variables
    ]


def test_the_vectors_are_what_is_estimated() -> None:
    assert json.loads(VECTORS.read_text("utf-8")) == vectors()


def test_a_windows_hops_are_those_that_may_count_at_once() -> None:
    counted = state(Variable("n", key="customer_id", value=count(), window=days(30), hop=hours(1)))
    assert counted.hops == 30 * 24 + 1
    assert counted.worst is not None
    assert counted.worst > 20 * counted.typical
    assert counted.bytes_a_decision == 0


def test_shorter_hops_keep_more_and_a_count_for_ever_keeps_one_number() -> None:
    short = state(Variable("n", key="customer_id", value=count(), window=hours(1), hop=minutes(1)))
    long = state(Variable("n", key="customer_id", value=count(), window=hours(1), hop=minutes(30)))
    assert short.worst is not None
    assert long.worst is not None
    assert short.worst > long.worst
    forever = state(Variable("n", key="customer_id", value=count()))
    assert forever.hops is None
    assert forever.typical == forever.worst


@pytest.mark.parametrize("value", [last("outcome"), min_("amount"), last_k(2, "outcome")])
def test_aggregates_that_keep_decisions_say_what_each_costs(value: object) -> None:
    assert state(Variable("n", key="customer_id", value=value, window=days(1))).bytes_a_decision > 0  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [last("outcome"), min_("amount"), last_k(2, "outcome")])
def test_what_keeps_decisions_without_a_window_is_bounded_by_those_that_came_lately(value: object) -> None:
    found = state(Variable("n", key="customer_id", value=value))  # type: ignore[arg-type]
    assert (found.worst, found.kept_ms) == (None, 2 * 93 * DAY_MS)
    windowed = state(Variable("n", key="customer_id", value=value, window=days(90), hop=days(1)))  # type: ignore[arg-type]
    assert found.bytes_a_decision == windowed.bytes_a_decision + 3
    assert windowed.kept_ms is None


def test_a_distinct_is_bounded_by_its_sketches() -> None:
    exact = state(Variable("n", key="customer_id", value=distinct("policy"), window=days(1), hop=hours(1)))
    sketched = state(Variable("n", key="customer_id", value=distinct("policy", exact=20), window=days(1), hop=hours(1)))
    forever = state(Variable("n", key="customer_id", value=distinct("policy")))
    assert exact.worst is not None
    assert sketched.worst is not None
    assert forever.worst is not None
    assert exact.worst < 500 < forever.worst < sketched.worst < 40_000


def test_variables_of_one_key_are_one_write_and_each_span_of_theirs_another_as_it_runs_out() -> None:
    month, day = days(30), days(1)
    same = item(
        Variable("a", key="customer_id", value=count(), window=month),
        Variable("b", key="customer_id", value=sum_("amount"), window=month),
        Variable("c", key="customer_id", value=count()),
    )
    assert (same.writes_at_once, same.writes_on_expiry) == (EVENTS, EVENTS)
    assert same.write_dollars == 2.0
    two = item(
        Variable("a", key="customer_id", value=count(), window=month),
        Variable("b", key="customer_id", value=count(), window=day),
    )
    assert two.writes_on_expiry == 2 * EVENTS
    forever = item(Variable("a", key="customer_id", value=count()))
    assert forever.writes_on_expiry == 0
    assert (forever.write_dollars, forever.read_dollars) == (1.0, 1.0)


def test_a_write_unit_is_a_started_kilobyte() -> None:
    small = item(Variable("a", key="customer_id", value=last_k(10, "outcome")))
    large = item(Variable("a", key="customer_id", value=last_k(100, "amount", "event_time")))
    assert (small.write_units, small.read_units) == (1, 1)
    assert large.write_units == -(-large.bytes // 1_024) > 1
    assert large.write_dollars == large.write_units


def write() -> None:
    """Writes the vectors anew."""
    VECTORS.write_text("[\n" + ",\n".join(json.dumps(one) for one in vectors()) + "\n]\n", "utf-8")


if __name__ == "__main__":
    write()
