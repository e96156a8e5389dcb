"""The report names each difference, fits a terminal, and is capped."""

from __future__ import annotations

import io

from rich.console import Console

from decision_store.ops.ledger.findings import Difference, Kind, LedgerReport, PlaceReport
from decision_store.ops.ledger.report import LINES_A_PLACE, show, summary

MANY = tuple(Difference(Kind.MISSING, f"d{i}", 3, "is not on the topic") for i in range(LINES_A_PLACE + 7))
PLACES = (
    PlaceReport("kafka", 100_000, 99_943, MANY, redelivered=12_345),
    PlaceReport("dead letters", 1, 1, (Difference(Kind.UNEXPECTED, "[red]d1", None, "is [bold] here"),)),
    PlaceReport("incomplete", 0, 0, ()),
)
REPORT = LedgerReport(decisions=100_001, complete=100_000, parts=400_000, invalid=1, places=PLACES)


def shown(report: LedgerReport) -> str:
    said = io.StringIO()
    show(report, Console(file=said, width=80))
    return said.getvalue()


def test_counts_stand_in_their_columns_and_fit_80_characters() -> None:
    lines = shown(REPORT).splitlines()
    assert lines[1].split() == [
        "place",
        "expected",
        "found",
        "missing",
        "duplicate",
        "redelivered",
        "stale",
        "unexpected",
    ]
    assert lines[2].split() == ["kafka", "100,000", "99,943", "57", "0", "12,345", "0", "0"]
    assert lines[4].split() == ["incomplete", *["0"] * 7]


def test_each_difference_is_named_up_to_a_cap_and_the_rest_counted() -> None:
    text = shown(REPORT)
    assert "kafka missing: d0 revision 3 is not on the topic" in text
    assert text.count("is not on the topic") == LINES_A_PLACE
    assert "kafka … and 7 more" in text
    assert "dead letters unexpected: [red]d1 is [bold] here" in text  # an id is no markup
    assert "58 differences." in text


def test_a_clean_report_says_so() -> None:
    clean = LedgerReport(1, 1, 3, 0, (PlaceReport("kafka", 1, 1, ()),))
    assert clean.clean
    assert shown(clean).endswith("Every place agrees with the decision table.\n")


def test_the_summary_names_the_places_that_differ() -> None:
    assert summary(REPORT) == "kafka: 57, dead letters: 1"


def test_json_holds_counts_and_capped_differences() -> None:
    told = REPORT.as_json(2)
    assert told["clean"] is False
    assert told["table"] == {"decisions": 100_001, "complete": 100_000, "parts": 400_000, "invalid": 1}
    assert told["places"][0]["missing"] == len(MANY)
    assert told["places"][0]["differences"] == [
        {"kind": "missing", "subject": f"d{i}", "revision": 3, "what": "is not on the topic"} for i in range(2)
    ]
