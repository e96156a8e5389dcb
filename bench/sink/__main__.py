"""The DynamoDB sink beside the official connector's, on the same rows in one run.

    make bench-sink PEER_JAR=path/to/flink-connector-dynamodb-all.jar

A scripted write endpoint (5 ms a round trip, another process on the same machine) has a table for each contender in
turn. What is measured, and what must be reached, is told in docs/performance.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from bench.building import build
from bench.command import CHARTS, NO_PEER, RESULTS, asked_for, run
from bench.goals import write_numbers
from bench.sink.contenders import Official, Ours, Writer
from bench.sink.drawing import draw
from bench.sink.findings import Findings
from bench.sink.scenarios import (
    CLOSE_KEYS,
    FULL,
    QUICK,
    REPEATED_KEYS,
    SMOKE,
    UNPROCESSED,
    Scale,
    capacity_raise,
    hot_partition,
    live,
    on_demand,
    provisioned,
    unprocessed,
)
from bench.sink.writing import WriteSpan

console = Console(width=150, soft_wrap=True)


def main() -> None:
    """Runs what was asked for, prints the table and writes the numbers."""
    asked = asked_for("bench.sink", __doc__ or "", SCENARIOS, tuple(SCENARIOS), RESULTS / "sink.json")
    scale = SMOKE if asked.smoke else QUICK if asked.quick else FULL
    began = time.monotonic()
    build(asked.peer_jar)
    findings = Findings()
    for scenario in asked.only:
        SCENARIOS[scenario](findings, scale, asked.peer_jar)
        write_numbers(findings.numbers(), asked.results)
    findings.show(console, None if asked.peer_jar else NO_PEER)
    if not (asked.quick or asked.smoke):
        draw(findings, CHARTS)
    console.print(f"{time.monotonic() - began:.0f} s; numbers in {asked.results}")


def without_ceiling(findings: Findings, scale: Scale, peer: Path | None) -> None:
    """As fast as it goes; ours also with a condition on each write."""
    variants = (Ours(if_newer=True),) if scale.variants else ()
    for writer in (*_writers(peer), *variants):
        findings.add("on_demand", told("on_demand", on_demand(writer, scale)))


def in_time(findings: Findings, scale: Scale, peer: Path | None) -> None:
    """A moderate stream: latency without a queue."""
    for writer in _writers(peer):
        findings.add("live", told("live", live(writer, scale)))


def at_capacity(findings: Findings, scale: Scale, peer: Path | None) -> None:
    """Twice the table's capacity."""
    for writer in _writers(peer):
        findings.add("provisioned", told("provisioned", provisioned(writer, scale)))


def one_hot_partition(findings: Findings, scale: Scale, peer: Path | None) -> None:
    """One partition is offered more than it takes: updates of a few hundred items, then ever new ones."""
    variants = (("hot_partition_new_keys", True),) if scale.variants else ()
    for name, new_keys in (("hot_partition", False), *variants):
        for writer in _writers(peer):
            found = hot_partition(writer, scale, new_keys)
            told(name, found.span)
            findings.add_hot(name, found)


def more_capacity(findings: Findings, scale: Scale, peer: Path | None) -> None:
    """The capacity is raised while more than that is offered."""
    for writer in _writers(peer):
        found = capacity_raise(writer, scale)
        told("capacity_raise", found.span)
        findings.add_raise("capacity_raise", found)


def left_unprocessed(findings: Findings, scale: Scale, peer: Path | None) -> None:
    """A tenth of the items comes back; then the same, and none, where newer versions follow at once."""
    runs = (
        ("unprocessed", UNPROCESSED, REPEATED_KEYS),
        ("near_versions", 0.0, CLOSE_KEYS),
        ("near_versions_unprocessed", UNPROCESSED, CLOSE_KEYS),
    )
    for name, share, keys in runs:
        for writer in _writers(peer):
            findings.add(name, told(name, unprocessed(writer, scale, share, keys)))


SCENARIOS: dict[str, Callable[[Findings, Scale, Path | None], None]] = {
    "on_demand": without_ceiling,
    "live": in_time,
    "provisioned": at_capacity,
    "hot_partition": one_hot_partition,
    "capacity_raise": more_capacity,
    "unprocessed": left_unprocessed,
}


def told(scenario: str, span: WriteSpan) -> WriteSpan:
    """Prints a line as soon as a span is there."""
    line = f"{scenario:22} {span.name:14} {span.items_per_second:10,.0f} items/s {span.rate:10,.0f} rows/s"
    console.print(line + span.noise, highlight=False)
    return span


def _writers(peer: Path | None) -> tuple[Writer, ...]:
    return (Ours(),) if peer is None else (Ours(), Official(peer))


if __name__ == "__main__":
    run(main)
