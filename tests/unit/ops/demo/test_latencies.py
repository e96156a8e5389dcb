"""Percentiles, and what counts as arrived."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decision_store.ops.demo.latencies import Awaited, Latencies, Span, Summary, percentile


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.5, None),
        ([7.0], 0.5, 7.0),
        ([7.0], 0.99, 7.0),
        ([3.0, 1.0, 2.0], 0.5, 2.0),
        ([4.0, 1.0, 3.0, 2.0], 0.5, 2.0),
        ([float(i) for i in range(1, 101)], 0.99, 99.0),
        ([float(i) for i in range(1, 201)], 0.99, 198.0),
    ],
)
def test_a_percentile_is_the_nearest_rank(values: list[float], share: float, expected: float | None) -> None:
    assert percentile(values, share) == expected


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1.0))
def test_a_percentile_is_the_smallest_value_that_the_share_does_not_exceed(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert found is not None
    assert sum(value <= found for value in values) >= share * len(values)
    assert sum(value < found for value in values) < share * len(values)


def test_a_span_leaves_out_what_was_acknowledged_in_it() -> None:
    latencies = Latencies()
    for at in range(10):
        latencies.add(float(at), 20.0 if 4 <= at <= 6 else 0.01)
    assert latencies.summary() == Summary(10, 0.01, 20.0)
    assert latencies.summary(without=Span(4.0, 6.0)) == Summary(7, 0.01, 0.01)
    assert latencies.summary(last=2) == Summary(2, 0.01, 0.01)


def test_a_revision_arrives_with_itself_or_a_newer_one() -> None:
    latencies = Latencies()
    awaited = Awaited(latencies)
    awaited.acknowledged("d1", 3, 10.0)
    awaited.acknowledged("d1", 4, 11.0)
    awaited.acknowledged("d2", 3, 12.0)
    awaited.arrived("d1", 2, 12.5)
    assert awaited.waiting() == 3
    awaited.arrived("d1", 4, 13.0)
    assert awaited.waiting() == 1
    assert latencies.summary() == Summary(2, 2.0, 3.0)
    assert awaited.newest_acknowledged == 11.0


def test_an_event_that_comes_before_its_acknowledgement_is_noticed_took_no_time() -> None:
    latencies = Latencies()
    awaited = Awaited(latencies)
    awaited.arrived("d1", 3, 9.9)
    awaited.acknowledged("d1", 3, 10.0)
    assert awaited.waiting() == 0
    assert latencies.summary() == Summary(1, 0.0, 0.0)


def test_a_redelivery_does_not_count_as_an_arrival() -> None:
    latencies = Latencies()
    awaited = Awaited(latencies)
    awaited.acknowledged("d1", 3, 10.0)
    awaited.arrived("d1", 3, 10.5)
    awaited.arrived("d1", 3, 60.0)
    assert latencies.summary() == Summary(1, 0.5, 0.5)
