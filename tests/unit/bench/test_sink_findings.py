"""What the sink's benchmark makes of counters and of a table's timeline."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bench.measuring import Moment, ServerCounters
from bench.sink.contenders import Load
from bench.sink.drawing import panels
from bench.sink.findings import Findings
from bench.sink.scenarios import CAPACITY, HotPartition, Raise
from bench.sink.writing import Bin, End, WriteSpan, Written, averaged, seconds_to_reach, without_gaps

SECONDS = 10.0


def moment(seconds: float, rows: int, cpu: float = 0) -> Moment[ServerCounters]:
    meter = {"nanos": int(seconds * 1e9), "records": rows, "cpu_nanos": int(cpu * 1e9)}
    return Moment("sample", seconds, meter, ServerCounters(0), 0, 0)


def bins(*units: float) -> list[Bin]:
    """A tenth of a second each."""
    return [Bin(place * 0.1, int(of), of, 0) for place, of in enumerate(units)]


def written(
    accepted: int,
    refused: int = 0,
    partitions: Sequence[int] = (),
    timeline: Sequence[Bin] = (),
    p99: float = 9,
) -> Written:
    return Written(SECONDS, accepted, accepted, refused, 0, 0, 0, 0, 3, p99, partitions, timeline)


def span(name: str, table: Written, cpu: float = 1, ended: End | None = None) -> WriteSpan:
    samples = tuple(moment(5 + half / 2, half * 500) for half in range(9))
    return WriteSpan(name, moment(5, 0), moment(15, 2 * table.accepted, cpu), samples, written=table, ended=ended)


def test_the_rate_is_of_accepted_items_and_the_cost_is_theirs() -> None:
    found = span("ours", written(accepted=20_000), cpu=2)

    assert found.items_per_second == pytest.approx(2_000)
    assert found.rate == pytest.approx(4_000)  # rows taken: more than was written waits, or was replaced
    assert found.cpu_us_per_item == pytest.approx(100)


def test_refused_is_of_all_items_that_were_sent_and_used_of_all_units_there_were() -> None:
    table = written(accepted=9_000, refused=1_000)

    assert table.refused_share == pytest.approx(0.1)
    assert table.used_share(CAPACITY) == pytest.approx(0.9)


def test_a_hot_partition_does_not_count_for_the_others() -> None:
    assert written(0, partitions=(3_000, 10_000, 1_000)).others_share(1, offered_per_second=500) == pytest.approx(0.8)


def test_the_other_keys_lie_in_all_partitions_alike() -> None:
    load = Load(keys=20_000)
    shares = [1 - load.share_outside(partition, 4) for partition in range(4)]

    assert sum(shares) == pytest.approx(1)
    assert all(share == pytest.approx(0.25, abs=0.02) for share in shares)


def test_bins_in_which_nothing_happened_are_there_with_nothing() -> None:
    told = [Bin(0.1, 5, 5, 1), Bin(0.3, 7, 7, 0)]

    assert [one.accepted for one in without_gaps(told, 0.5)] == [0, 5, 0, 7, 0]


@pytest.mark.parametrize(
    ("timeline", "found"),
    [
        (bins(*[100] * 20, *[400] * 120), 1.0),  # at once: the first whole second
        (bins(*[100] * 40, *[400] * 120), 3.0),  # two seconds late; a second with a tenth at 100 is not enough
        (bins(*[100] * 140), None),
        (bins(*[100] * 20, *[400] * 15, *[100] * 105), None),  # a burst is not staying there
    ],
)
def test_a_new_capacity_is_reached_by_a_whole_second_that_is_kept_up(timeline: list[Bin], found: float | None) -> None:
    reached = seconds_to_reach(timeline, changed_at=2, wanted=3_800)

    assert reached == (None if found is None else pytest.approx(found))


@given(st.lists(st.integers(0, 500), min_size=30, max_size=200), st.floats(0, 2))
def test_whatever_is_called_reached_was_so(units: list[int], changed_at: float) -> None:
    timeline = bins(*units)
    reached = seconds_to_reach(timeline, changed_at, wanted=2_000)

    if reached is not None:
        end = round((changed_at + reached) * 10)
        assert reached > 0.99
        assert sum(units[end - 10 : end]) >= 2_000


def test_points_of_a_line_are_rates_a_second() -> None:
    assert [one.units for one in averaged(bins(100, 100, 50, 50, 9), bins=2)] == [
        pytest.approx(1_000),
        pytest.approx(500),
    ]


def test_what_was_not_run_is_in_neither_numbers_nor_goals() -> None:
    findings = Findings()
    findings.add("on_demand", span("ours", written(20_000)))

    assert findings.goals() == []
    assert findings.numbers()["on_demand_ours"] == pytest.approx(2_000)
    assert not any("official" in name or "provisioned" in name for name in findings.numbers())


def test_numbers_about_ours_have_its_name_only_where_rates_are_compared() -> None:
    findings = Findings()
    for who, refused in (("ours", 100), ("official", 4_000)):
        findings.add("provisioned", span(who, written(9_900, refused)))
        findings.add_hot("hot_partition", HotPartition(span(who, written(9_900)), 0.97))
        findings.add_raise("capacity_raise", Raise(span(who, written(9_900)), 2, 3.4 if who == "ours" else None))
        findings.add("unprocessed", span(who, written(9_900), ended=End(1_000, 0 if who == "ours" else 7, 0)))

    numbers = findings.numbers()
    assert numbers["provisioned_used_share"] == pytest.approx(0.99)
    assert numbers["provisioned_refused_share"] == pytest.approx(0.01)
    assert numbers["provisioned_official_refused_share"] == pytest.approx(4_000 / 13_900)
    assert numbers["hot_partition_others_share"] == pytest.approx(0.97)
    assert numbers["capacity_raise_seconds"] == pytest.approx(3.4)
    assert numbers["capacity_raise_official_seconds"] == pytest.approx(8)  # at least: all that was watched
    assert not numbers["capacity_raise_official_reached"]
    assert numbers["unprocessed_lost"] == 0
    assert numbers["unprocessed_official_lost"] == 7
    assert [goal.what for goal in findings.goals() if not goal.reached] == []


@pytest.mark.parametrize(
    ("accepted", "refused", "missed"),
    [(9_700, 0, 0), (9_699, 0, 1), (10_000, 204, 0), (10_000, 205, 1)],
)
def test_at_capacity_97_percent_are_to_be_used_and_2_percent_refused(accepted: int, refused: int, missed: int) -> None:
    findings = Findings()
    findings.add("provisioned", span("ours", written(accepted, refused)))

    assert sum(not goal.reached for goal in findings.goals()) == missed


@pytest.mark.parametrize(("p99", "reached"), [(9, True), (9.1, False)])
def test_a_moderate_stream_is_not_to_be_slower_than_the_official_one(p99: float, reached: bool) -> None:
    findings = Findings()
    findings.add("live", span("ours", written(9_900, p99=p99)))
    findings.add("live", span("official", written(9_900, p99=9)))

    assert [goal.reached for goal in findings.goals()] == [reached]


@pytest.mark.parametrize(("lost", "stale"), [(1, 0), (0, 1)])
def test_a_lost_version_and_a_stale_write_are_missed_goals(lost: int, stale: int) -> None:
    findings = Findings()
    findings.add("unprocessed", span("ours", written(9_900), ended=End(1_000, lost, stale)))

    assert sum(not goal.reached for goal in findings.goals()) == 1


def test_a_contender_that_wrote_nothing_breaks_no_table() -> None:
    findings = Findings()
    findings.add("on_demand", span("ours", written(9_900)))
    findings.add("on_demand", span("official", written(0)))
    told = Console(file=StringIO(), width=200)
    findings.show(told, None)

    assert findings.goals()[0].found == float("inf")


def test_a_capacity_that_is_never_used_is_a_missed_goal() -> None:
    findings = Findings()
    findings.add_raise("capacity_raise", Raise(span("ours", written(9_900)), 2, None))

    assert [goal.reached for goal in findings.goals()] == [False]


def test_lines_over_time_are_drawn_of_each_contender_beside_the_capacity() -> None:
    timeline = bins(*[100] * 100)
    drawn = panels(
        {who: span(who, written(9_900, timeline=timeline)) for who in ("ours", "official")}, [(0, 1), (9, 1)]
    )

    assert [[curve.label for curve in chart.curves] for chart in drawn] == [
        ["capacity", "ours", "official"],
        ["ours", "official"],
        ["ours", "official"],
    ]
    assert drawn[0].curves[1].points[0] == (0.25, pytest.approx(1_000))
    assert drawn[2].curves[0].points[0] == (0.5, pytest.approx(1_000))
