"""What each aggregate makes of decisions, nulls and the ends of the numbers included."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decision_store.model.aggregation import Counted, aggregated, storable
from decision_store.model.plan import AggregateKind, ValueType

BIG = 2**62


def counted(*values: Any) -> list[Counted]:
    """Decisions a, b, c, ... of one argument, from the oldest to the newest."""
    return [Counted(time, chr(97 + time), (storable(value),)) for time, value in enumerate(values)]


def one(kind: AggregateKind, *values: Any, result: ValueType = "double", limit: int | None = None) -> Any:
    found = aggregated(kind, result, limit, counted(*values))
    return None if found is None else found[0]


def test_a_null_counts_and_adds_nothing() -> None:
    assert one("count", None, None) == 2
    assert one("count") == 0
    assert one("sum", 1.5, None, 2.0) == 3.5
    assert (one("sum"), one("sum", None)) == (0.0, 0.0)


def test_of_nulls_alone_there_is_no_least_greatest_or_mean() -> None:
    for kind in ("min", "max", "avg"):
        assert one(kind) is None
        assert one(kind, None, None) is None
    assert (one("min", 3.0, None, 1.0), one("max", 3.0, None, 4.0), one("avg", 3.0, None, 4.0)) == (1.0, 4.0, 3.5)


def test_whole_numbers_stay_whole_except_in_a_mean() -> None:
    for kind, value in (("sum", 3), ("min", 1), ("max", 2)):
        found = one(kind, 1, 2, result="long")
        assert (type(found), found) == (int, value)
    mean = one("avg", 1, 2, 2, result="double")
    assert (type(mean), mean) == (float, 5 / 3)


def test_a_mean_is_rounded_once() -> None:
    # Near 2**62 every 1,024th number is a double. Rounding the sum, or each value, first would give the next one.
    assert one("avg", BIG + 500, BIG + 500, BIG + 500) == BIG
    assert one("avg", BIG + 513, BIG + 513, BIG + 2) == BIG
    assert one("avg", 0.1, 0.2, 0.3) == 0.2
    assert one("avg", 1e16, 1.0, -1e16) == 1 / 3


def test_numbers_stay_within_what_the_table_can_hold() -> None:
    assert one("sum", BIG, BIG, result="long") == 2**63 - 1
    assert one("sum", -BIG, -BIG, -1, result="long") == -(2**63)
    assert one("sum", 9.9e125, 9.9e125, -9.9e125) == 9.9e125
    assert one("sum", 9.9e125, 9.9e125) == 9.9e125
    assert one("avg", 1e-130, 0.0) == 0.0  # 5e-131 is too small
    assert one("max", 1e300) == 9.9e125
    assert one("min", -1e300, float("-inf"), float("nan")) == -9.9e125


def test_the_ends_are_by_time_and_then_by_decision_in_the_order_of_java() -> None:
    # U+FF61 is after U+1F600 in Java, whose texts are of 16-bit units.
    decisions = [Counted(5, "\U0001f600", ("astral",)), Counted(5, "\uff61", ("half",)), Counted(4, "z", ("old",))]
    assert aggregated("first", "string", None, decisions) == ("old",)
    assert aggregated("last", "string", None, decisions) == ("half",)
    assert aggregated("last_k", "string", 9, decisions) == [["half", "astral", "old"]]
    assert aggregated("first", "string", None, []) is None
    assert aggregated("last", "string", None, counted("x", None)) == (None,)


def test_the_newest_decisions_are_lists_that_go_together() -> None:
    decisions = [Counted(time, "d", (str(time), None if time % 2 else time)) for time in (3, 1, 2, 4)]
    assert aggregated("last_k", "string", 3, decisions) == [["4", "3", "2"], [4, None, 2]]
    assert aggregated("last_k", "string", 100, decisions) == [["4", "3", "2", "1"], [4, None, 2, None]]
    assert aggregated("last_k", "string", 3, []) is None
    assert one("last_k", None, limit=3) == [None]


@pytest.mark.parametrize(
    ("values", "number"),
    [([], 0), ([None], 0), (["a", "b", "a", None], 2), ([1.0, 1, 2], 2), ([-0.0, 0.0], 1), ([True, False, True], 2)],
)
def test_distinct_values_are_counted_without_null(values: list[Any], number: int) -> None:
    assert one("distinct", *values, limit=1, result="long") == number


def test_what_an_item_cannot_hold_is_null_or_the_nearest_number() -> None:
    assert [storable(value) for value in ("x" * 2_048, "x" * 2_049, "\U0001f600" * 2_048)] == [
        "x" * 2_048,
        None,
        "\U0001f600" * 2_048,
    ]
    assert [storable(value) for value in (float("nan"), float("inf"), None)] == [None, None, None]
    assert [storable(value) for value in (1e126, -1e126, 1e-131, -1e-131)] == [9.9e125, -9.9e125, 0.0, 0.0]
    assert [str(storable(value)) for value in (-0.0, 5, True, 1e-130)] == ["0.0", "5", "True", "1e-130"]


@given(st.lists(st.none() | st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=9))
def test_a_mean_lies_between_the_least_and_the_greatest(values: list[float | None]) -> None:
    least, mean, greatest = one("min", *values), one("avg", *values), one("max", *values)
    if least is None:
        assert mean is greatest is None
    else:
        assert least <= mean <= greatest
