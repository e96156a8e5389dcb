"""What the source's benchmark makes of counters."""

from __future__ import annotations

import pytest

from bench.measuring import Moment
from bench.source.findings import Findings
from bench.source.reading import ReadSpan, StreamCounters


def moment(seconds: float, records: int, reads: int, cpu: float = 0, p99: int = 0) -> Moment[StreamCounters]:
    meter = {"nanos": int(seconds * 1e9), "records": records, "fields": 9 * records, "cpu_nanos": int(cpu * 1e9)}
    meter |= {"allocated": 100 * records, "p50": p99, "p90": p99, "p99": p99, "p999": p99, "max": p99}
    return Moment("sample", seconds, meter, StreamCounters(0, reads, {"a": reads, "b": reads // 2}), 0, 0)


def span(name: str, rate: int, p99: int = 0) -> ReadSpan:
    return ReadSpan(name, moment(10, 1_000, 5), moment(12, 1_000 + 2 * rate, 25, cpu=1, p99=p99))


def test_a_span_counts_only_what_happened_in_it() -> None:
    found = span("ours", 500_000)

    assert found.rate == pytest.approx(500_000)
    assert found.reads_per_second == pytest.approx(10)
    assert found.cpu_seconds_per_million == pytest.approx(1)
    assert found.allocated_per_record == pytest.approx(100)
    assert found.fields_per_record == pytest.approx(9)
    assert found.fewest_reads_per_second_of_a_shard == pytest.approx(5)


def test_what_was_not_run_is_in_neither_numbers_nor_goals() -> None:
    findings = Findings(rtt_ms=5, ours=span("ours", 300))

    assert set(findings.numbers()) == {
        "rtt_ms",
        "drain_ours",
        "cpu_s_per_million_ours",
        "alloc_bytes_per_record_ours",
        "records_per_read_ours",
    }
    assert findings.goals() == []


@pytest.mark.parametrize(("rate", "reached"), [(300, True), (299, False)])
def test_the_drain_must_be_three_times_the_official_one(rate: int, reached: bool) -> None:
    findings = Findings(rtt_ms=5, ours=span("ours", rate), official_default=span("official", 100))

    assert [goal.reached for goal in findings.goals()] == [reached]


def test_at_the_same_reads_p99_must_be_better_and_the_rest_not_worse() -> None:
    findings = Findings(rtt_ms=5, live_ours_held=span("held", 1, p99=9), live_official=span("official", 1, p99=9))

    missed = [goal.what for goal in findings.goals() if not goal.reached]
    assert missed == ["the same, p99 ms"]
