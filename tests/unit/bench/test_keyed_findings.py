"""What the keyed benchmark makes of counters."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bench.flink_rest import Checkpoint
from bench.keyed.contenders import plain_schema
from bench.keyed.drawing import draw, line
from bench.keyed.findings import OURS, PROCESS, QUIX, THREAD, Findings, Point
from bench.keyed.laptop import Laptop
from bench.keyed.meter import quantile
from bench.keyed.scenarios import KeptSpan
from bench.measuring import Moment, ServerCounters

SECONDS = 10.0
KEYS, MANY_KEYS = 10_000, 1_000_000


def moment(seconds: float, records: int, cpu: float = 0) -> Moment[ServerCounters]:
    meter = {"nanos": int(seconds * 1e9), "records": records, "cpu_nanos": 0, "p50": 7, "p99": 40}
    return Moment("sample", seconds, meter, ServerCounters(0), 0, 0, cpu)


def span(name: str, rate: float, checkpoint: Checkpoint | None = None) -> KeptSpan:
    end = moment(15, 100 + round(rate * SECONDS), cpu=SECONDS)
    return KeptSpan(name, moment(5, 100), end, keys=KEYS, checkpoint=checkpoint)


def findings(**rates: float) -> Findings:
    found = Findings(KEYS, MANY_KEYS)
    for who, rate in rates.items():
        found.peers[who] = span(who, rate)
    return found


@pytest.mark.parametrize(
    ("peer", "rate", "reached"),
    [
        (PROCESS, 800, True),
        (PROCESS, 801, False),
        (THREAD, 8_000, True),
        (THREAD, 8_001, False),
        (QUIX, 26_666, True),
        (QUIX, 26_667, False),
    ],
)
def test_ours_must_be_so_many_times_each_peer(peer: str, rate: float, reached: bool) -> None:
    found = findings(**{OURS: 80_000, peer: rate})

    assert [goal.reached for goal in found.goals()] == [reached, True]


def test_a_clever_peer_is_told_and_is_no_goal() -> None:
    found = findings(ours=80_000, pyflink_thread_one_value=20_000)

    assert found.numbers()["keyed_pyflink_thread_one_value"] == pytest.approx(20_000)
    assert [goal.what for goal in found.goals()] == ["decisions/s with 10 variables on the heap"]


def test_the_cost_of_a_record_and_the_state_of_a_key_are_those_of_all_processes_and_keys() -> None:
    found = span("any", 1_000, Checkpoint(seconds=2, bytes_of_all=5_000_000, bytes_of_keys=4_000_000))

    assert found.cpu_us_per_record == pytest.approx(1_000)
    assert found.state_bytes_per_key == pytest.approx(400)
    assert span("any", 1_000).state_bytes_per_key == 0


def test_the_names_that_are_asked_for_are_those_of_ours() -> None:
    found = findings(ours=90_000)
    checkpoint = Checkpoint(seconds=2.5, bytes_of_all=900_000_000, bytes_of_keys=4_000_000)
    found.curve[Point(rocksdb=True, keys=MANY_KEYS)] = span("ours_rocksdb", 30_000, checkpoint)
    found.laptop = Laptop(watched=[10, 20, 30, 40], table_p50_ms=3, table_p99_ms=9)

    numbers = found.numbers()
    assert numbers["keyed_heap_10_variables"] == numbers["keyed_ours"] == pytest.approx(90_000)
    assert numbers["keyed_rocksdb_1m_keys"] == pytest.approx(30_000)
    assert numbers["variable_p50_ms"] == 20
    assert numbers["variable_p99_ms"] == 40
    assert numbers["curve_rocksdb_1000000_keys_10_variables_parallelism_2_checkpoint_seconds"] == 2.5
    assert [goal.reached for goal in found.goals()] == [True] * 4


@pytest.mark.parametrize(("p50", "p99", "missed"), [(60, 200, 0), (61, 200, 1), (60, 201, 1)])
def test_a_variable_must_be_readable_in_time(p50: float, p99: float, missed: int) -> None:
    found = findings()
    found.laptop = Laptop(watched=[p50] * 98 + [p99] * 2, table_p50_ms=3, table_p99_ms=9)

    assert sum(not goal.reached for goal in found.goals()) == missed


def test_what_was_not_run_is_in_neither_numbers_nor_goals() -> None:
    assert findings().numbers() == {}
    assert findings().goals() == []


def test_a_contender_that_did_nothing_breaks_no_table() -> None:
    found = findings(**{OURS: 80_000, PROCESS: 0})
    told = StringIO()
    found.show(Console(file=told, width=200))

    assert found.goals()[0].found == float("inf")
    assert "pyflink_process" in told.getvalue()


def test_the_curve_is_drawn_by_keys_at_ten_variables_and_two_processors(tmp_path: Path) -> None:
    found = findings()
    for point, rate in (
        (Point(False, 100_000), 70_000),
        (Point(False, 10_000), 90_000),
        (Point(False, 10_000, variables=50), 20_000),
        (Point(False, 10_000, parallelism=1), 50_000),
        (Point(True, 10_000), 40_000),
    ):
        found.curve[point] = span("ours", rate)
    draw(found, tmp_path)

    assert line(found, rocksdb=False).points == [(10_000, pytest.approx(90_000)), (100_000, pytest.approx(70_000))]
    assert (tmp_path / "keyed-keys.svg").read_text().count("<polyline") == 1  # one point is no line


@pytest.mark.parametrize(("took", "part", "found"), [([0, 3, 1], 0.5, 1), ([0, 3, 1], 0.99, 2), ([0, 0], 0.5, -1)])
def test_the_meter_in_python_has_exact_quantiles(took: list[int], part: float, found: int) -> None:
    assert quantile(took, part) == found


def test_peers_read_times_as_numbers() -> None:
    assert "timestamp" not in str(plain_schema())
    assert "decision_id" in str(plain_schema())
