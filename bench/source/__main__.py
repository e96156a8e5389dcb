"""The DynamoDB Streams source beside the official connector and the plain SDK, on the same work in one run.

    make bench-source PEER_JAR=path/to/flink-connector-dynamodb-all.jar

A simulated streams server (5 ms round trip, records of about 1 KB, another process on the same machine) serves each
contender in turn. What is measured, and what must be reached, is told in docs/performance.md.
"""

from __future__ import annotations

import time
from pathlib import Path

from rich.console import Console

from bench.building import build
from bench.charts import Chart, Curve
from bench.command import CHARTS, NO_PEER, RESULTS, asked_for, run
from bench.source.contenders import Official, Ours, PlainClient
from bench.source.findings import Findings, heap_curve
from bench.source.reading import ReadSpan
from bench.source.scenarios import FULL, QUICK, SMOKE, Scale, drain, idle, live, soak
from bench.source.streams import SimulatedStream

SHARDS = 64
GOAL_MS = 20
"""50 reads a second a shard."""

console = Console(width=140, soft_wrap=True)


def main() -> None:
    """Runs what was asked for, prints the table and writes the numbers."""
    asked = asked_for("bench.source", __doc__ or "", SCENARIOS, BY_DEFAULT, RESULTS / "source.json")
    scale = SMOKE if asked.smoke else QUICK if asked.quick else FULL
    peer = asked.peer_jar
    began = time.monotonic()
    build(peer)
    with SimulatedStream() as stream:
        findings = Findings(rtt_ms=stream.round_trip_ms())
    for scenario in asked.only:
        SCENARIOS[scenario](findings, scale, peer)
    findings.show(console, None if peer else NO_PEER)
    findings.write(asked.results)
    if not (asked.quick or asked.smoke):
        draw(findings, CHARTS)
    console.print(f"{time.monotonic() - began:.0f} s; numbers in {asked.results}")


def drains(findings: Findings, scale: Scale, peer: Path | None) -> None:
    """A backlog over 64 shards."""
    findings.ours = told("drain", drain(Ours(), SHARDS, scale))
    findings.sdk = told("drain", drain(PlainClient(), SHARDS, scale))
    if peer:
        findings.official_default = told("drain", drain(Official(peer), SHARDS, scale))
        findings.official_zero = told("drain", drain(Official(peer, wait_ms=0), SHARDS, scale))


def hot_shard(findings: Findings, scale: Scale, peer: Path | None) -> None:
    """A backlog in one shard."""
    findings.hot_ours = told("one shard", drain(Ours(), 1, scale))
    if peer:
        findings.hot_official = told("one shard", drain(Official(peer), 1, scale))


def live_traffic(findings: Findings, scale: Scale, peer: Path | None) -> None:
    """Latency against reads a second: at the goal, at the official connector's number of reads, and the curves."""
    findings.live_ours = told("live", live(Ours(latency_goal_ms=GOAL_MS), scale))
    if peer:
        findings.live_official = told("live", live(Official(peer), scale))
        held = Ours(reads_per_second=findings.live_official.reads_per_second)
        findings.live_ours_held = told("live", live(held, scale))
        findings.live_official_zero = told("live", live(Official(peer, wait_ms=0), scale))
        findings.curve_official = [told("live", live(Official(peer, wait_ms=wait), scale)) for wait in scale.waits_ms]
    findings.curve_ours = [told("live", live(Ours(latency_goal_ms=goal), scale)) for goal in scale.goals_ms]


def many_shards(findings: Findings, scale: Scale, peer: Path | None) -> None:
    """A thousand shards that are hardly written to."""
    findings.idle_ours = idle(Ours(), scale)
    if peer:
        findings.idle_official = idle(Official(peer, discovery_ms=None), scale)


def long_run(findings: Findings, scale: Scale, peer: Path | None) -> None:
    """50 million records: the heap must not grow."""
    findings.soak = told("soak", soak(Ours(), scale))


SCENARIOS = {"drain": drains, "hot": hot_shard, "live": live_traffic, "idle": many_shards, "soak": long_run}
BY_DEFAULT = ("drain", "hot", "live", "idle")


def told(scenario: str, span: ReadSpan) -> ReadSpan:
    """Prints a line as soon as a span is there."""
    line = f"{scenario:10} {span.name:28} {span.rate:10,.0f} records/s {span.reads_per_second:8,.0f} reads/s"
    console.print(line + span.noise, highlight=False)
    return span


def draw(findings: Findings, folder: Path) -> None:
    """The charts of docs/performance.md, as far as their scenarios were run."""
    folder.mkdir(parents=True, exist_ok=True)
    official = [
        span for span in (findings.live_official, findings.live_official_zero, *findings.curve_official) if span
    ]
    ours = [span for span in (findings.live_ours, findings.live_ours_held, *findings.curve_ours) if span]
    if len(ours) > 1:
        curves = []
        for family, spans in (("ours", ours), ("official", official)):
            spans = sorted(spans, key=lambda span: span.reads_per_second)
            for quantile in ("p50", "p99") if spans else ():
                points = [(span.reads_per_second, max(1, span.latency_ms(quantile))) for span in spans]
                curves.append(Curve(f"{family} {quantile}", points, family, quantile == "p99"))
        title = "Written to emitted, against reads a second (16 shards x 100 records/s)"
        labels = ("GetRecords calls a second, all shards", "milliseconds")
        Chart(title, *labels, curves, logarithmic=True).write(folder / "source-latency.svg")
    if findings.soak:
        curve = Curve("ours", heap_curve(findings.soak))
        title = "Heap after a full collection, over a long drain"
        Chart(title, "million records", "MB", [curve]).write(folder / "source-heap.svg")


if __name__ == "__main__":
    run(main)
