"""The sink's charts: what a table with a fixed capacity saw over time, from each contender."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.charts import Chart, Curve, write_stacked
from bench.sink.findings import Findings
from bench.sink.scenarios import CAPACITY, RAISED
from bench.sink.writing import BIN_SECONDS, WriteSpan, averaged

BINS_A_POINT = 5
"""Half a second."""
PANEL_HEIGHT = 250


def draw(findings: Findings, folder: Path) -> None:
    """The charts of docs/performance.md, as far as their scenarios were run."""
    folder.mkdir(parents=True, exist_ok=True)
    if spans := findings.spans.get("provisioned"):
        end = max(span.written.seconds for span in spans.values())
        write_stacked(panels(spans, [(0, CAPACITY), (end, CAPACITY)]), folder / "sink-provisioned.svg")
    if findings.raises:
        spans = {who: found.span for who, found in findings.raises.items()}
        end = max(span.written.seconds for span in spans.values())
        # The moments differ by milliseconds.
        at = max(found.changed_at for found in findings.raises.values())
        line = [(0, CAPACITY), (at, CAPACITY), (at, RAISED), (end, RAISED)]
        write_stacked(panels(spans, line), folder / "sink-capacity-raise.svg")


def panels(spans: Mapping[str, WriteSpan], capacity: Sequence[tuple[float, float]]) -> list[Chart]:
    """Units accepted, items refused and rows taken, a second, over the measured span.

    Args:
        spans: by contender.
        capacity: of the table over time.
    """
    bins = {who: averaged(span.written.timeline, BINS_A_POINT) for who, span in spans.items()}
    middle = BINS_A_POINT * BIN_SECONDS / 2
    units = [Curve(who, [(one.at + middle, one.units) for one in line], who) for who, line in bins.items()]
    refused = [Curve(who, [(one.at + middle, one.refused) for one in line], who) for who, line in bins.items()]
    rows = [Curve(who, span.rows_over_time, who) for who, span in spans.items()]
    limit = Curve("capacity", capacity, "limit", dashed=True)
    return [
        Chart("Write units accepted", "seconds", "a second", [limit, *units], height=PANEL_HEIGHT),
        Chart("Items refused", "seconds", "a second", refused, height=PANEL_HEIGHT),
        Chart("Rows the sink has taken", "seconds", "a second", rows, height=PANEL_HEIGHT),
    ]
