"""The benchmark's chart: how fast ours is with more and more keys."""

from __future__ import annotations

from pathlib import Path

from bench.charts import Chart, Curve
from bench.keyed.findings import Findings


def draw(findings: Findings, folder: Path) -> None:
    """The chart of docs/performance.md, as far as the curve was run."""
    curves = [curve for curve in (line(findings, False), line(findings, True)) if len(curve.points) > 1]
    if curves:
        folder.mkdir(parents=True, exist_ok=True)
        Chart("Ten variables", "keys", "decisions a second", curves, logarithmic=True).write(folder / "keyed-keys.svg")


def line(findings: Findings, rocksdb: bool) -> Curve:
    """Decisions a second by the number of keys, with ten variables at the usual parallelism."""
    points = sorted(
        (point.keys, span.rate)
        for point, span in findings.curve.items()
        if point.rocksdb == rocksdb and (point.variables, point.parallelism) == (10, 2)
    )
    return Curve("RocksDB" if rocksdb else "heap", points, dashed=rocksdb)
