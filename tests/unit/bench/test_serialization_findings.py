"""What the benchmark of types makes of counters."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from bench.measuring import Moment, ServerCounters
from bench.serialization.findings import GENERIC, KRYO, PICKLED, PYTHON_ROWS, ROWS, Findings
from bench.serialization.scenarios import CarriedSpan, Parts

SECONDS = 10.0


def moment(seconds: float, records: int, cpu: float) -> Moment[ServerCounters]:
    meter = {"nanos": int(seconds * 1e9), "records": records, "cpu_nanos": 0}
    return Moment("sample", seconds, meter, ServerCounters(0), 0, 0, cpu)


def span(name: str, seconds_per_million: float, cpu: float = 1) -> CarriedSpan:
    records = round(SECONDS * 1e6 / seconds_per_million)
    return CarriedSpan(
        name, moment(5, 100, 2), moment(15, 100 + records, 2 + cpu), bytes_per_record=400, state_bytes=1_000
    )


def test_the_runtime_is_that_of_a_million_records_and_the_cost_is_of_all_processes() -> None:
    found = span("any", seconds_per_million=20, cpu=10)

    assert found.seconds_per_million == pytest.approx(20)
    assert found.cpu_us_per_record == pytest.approx(20)


@pytest.mark.parametrize(("generic", "reached"), [(67, True), (66, False)])
def test_the_cut_is_of_the_runtime_of_generic_types(generic: float, reached: bool) -> None:
    findings = Findings()
    findings.add(span(GENERIC, generic))
    findings.add(span(ROWS, 10))

    assert findings.numbers()["runtime_cut_generic_to_rows"] == pytest.approx(1 - 10 / generic, abs=1e-4)
    assert [goal.reached for goal in findings.goals()] == [reached]


def test_what_was_not_run_is_in_neither_numbers_nor_goals() -> None:
    findings = Findings()
    findings.add(span(PICKLED, 1_000))

    assert set(findings.numbers()) == {
        "pyflink_pickled_seconds",
        "cpu_us_per_record_pyflink_pickled",
        "bytes_per_record_pyflink_pickled",
        "state_bytes_pyflink_pickled",
    }
    assert findings.goals() == []


def test_parts_add_up_to_the_whole_and_shares_of_the_cut_to_one() -> None:
    findings = Findings()
    kryo = Parts(full=span(KRYO, 100), without_copies=span(KRYO, 70), edges_alone=span(KRYO, 30))
    rows = Parts(full=span(ROWS, 20), without_copies=span(ROWS, 18), edges_alone=span(ROWS, 10))
    for parts in (kryo, rows):
        findings.add(parts.full)
        findings.add_parts(parts)

    assert kryo.edges + kryo.state + kryo.copies == pytest.approx(kryo.full.seconds_per_million)
    assert findings.shares() == {
        "edges": pytest.approx(20 / 80, abs=1e-3),
        "state": pytest.approx(32 / 80, abs=1e-3),
        "copies": pytest.approx(28 / 80, abs=1e-3),
    }
    assert findings.numbers()["cut_share_state"] == findings.shares()["state"]


def test_what_python_costs_is_told_apart_from_pickling() -> None:
    findings = Findings()
    for kind, seconds in ((PICKLED, 110), (PYTHON_ROWS, 90), (ROWS, 10)):
        findings.add(span(kind, seconds))

    assert findings.shares_in_python() == {
        "pickling": pytest.approx(20 / 100, abs=1e-3),
        "python": pytest.approx(80 / 100, abs=1e-3),
    }


def test_a_kind_that_carried_nothing_breaks_no_table() -> None:
    findings = Findings()
    findings.add(span(ROWS, 10))
    findings.add(
        CarriedSpan(PICKLED, moment(5, 0, 0), moment(15, 0, 0), bytes_per_record=0, state_bytes=0),
    )
    told = StringIO()
    findings.show(Console(file=told, width=200))

    assert findings.cut(PICKLED) == 1
    assert "pyflink_pickled" in told.getvalue()
