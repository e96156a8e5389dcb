"""The report for people, and the command behind `decisions verify`."""

from __future__ import annotations

import json

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from decision_store.ops.ledger.findings import Kind, LedgerReport, PlaceReport
from decision_store.ops.ledger.ledger import Ledger
from decision_store.ops.ledger.variables import VariablesAt
from decision_store.settings import Settings

LINES_A_PLACE = 50


def verify(settings: Settings, variables_at: VariablesAt, wait: float, as_json: bool, console: Console) -> bool:
    """Runs the ledger and prints its report.

    Args:
        settings: what to compare.
        variables_at: the variables that newest revisions make at a moment.
        wait: seconds to wait for a clean report.
        as_json: print JSON on standard output instead of the table.
        console: where the report goes.

    Returns:
        Whether nothing differs.

    Raises:
        LedgerError: a place cannot be read.
    """
    told = Console(stderr=True) if as_json else console

    def progress(report: LedgerReport, left: float) -> None:
        told.print(f"  {summary(report)}; {left:.0f} s left", style="dim", highlight=False)

    report = Ledger(settings, variables_at).wait_until_clean(wait, progress)
    if as_json:
        console.print_json(json.dumps(report.as_json(LINES_A_PLACE)))
    else:
        show(report, console)
    return report.clean


def summary(report: LedgerReport) -> str:
    """Where the differences are, in a line."""
    return ", ".join(f"{place.place}: {len(place.differences)}" for place in report.places if place.differences)


def show(report: LedgerReport, console: Console) -> None:
    """Prints the counts of each place, then each difference by name."""
    console.print(
        f"Decision table: {report.decisions:,} decisions, {report.complete:,} complete, of {report.parts:,} parts; "
        f"{report.invalid:,} invalid items",
        highlight=False,
        soft_wrap=True,
    )
    table = Table("place", box=None, padding=(0, 1, 0, 0), pad_edge=False)  # fits 80 columns
    for column in ("expected", "found", "missing", "duplicate", "redelivered", "stale", "unexpected"):
        table.add_column(column, justify="right")
    for place in report.places:
        counts = [place.expected, place.found, place.count(Kind.MISSING), place.count(Kind.DUPLICATE)]
        counts += [place.redelivered, place.count(Kind.STALE), place.count(Kind.UNEXPECTED)]
        table.add_row(place.place, *(f"{count:,}" for count in counts), style="red" if place.differences else None)
    console.print(table)
    for place in report.places:
        _show_differences(place, console)
    if report.clean:
        console.print("Every place agrees with the decision table.", style="green")
    else:
        console.print(f"{report.difference_count:,} differences.", style="red", highlight=False)


def _show_differences(place: PlaceReport, console: Console) -> None:
    for one in place.differences[:LINES_A_PLACE]:
        revision = "" if one.revision is None else f" revision {one.revision}"
        subject = f" {escape(one.subject)}{revision}" if one.subject else ""
        line = f"[red]{place.place}[/red] {one.kind.value}:{subject} {escape(one.what)}"
        console.print(line, highlight=False, soft_wrap=True)
    if (rest := len(place.differences) - LINES_A_PLACE) > 0:
        console.print(f"[red]{place.place}[/red] … and {rest:,} more", highlight=False)
