"""Declared variables beside the same by hand in PyFlink and in quixstreams, from the same Kafka topic in one run.

    make bench-keyed

What is measured, and what must be reached, is told in docs/performance.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from rich.console import Console

from bench.building import build
from bench.command import CHARTS, RESULTS, Asked, asked_for, run
from bench.goals import write_numbers
from bench.keyed import peer
from bench.keyed.contenders import ByHand, Keeper, Ours, Quix
from bench.keyed.drawing import draw
from bench.keyed.findings import Findings, Point
from bench.keyed.laptop import laptop
from bench.keyed.scenarios import FULL, QUICK, SMOKE, KeptSpan, Scale, flat_out, live
from bench.keyed.topics import Broker

MOST_KEYS = 10_000_000
OURS, OURS_ON_DISK = Ours(), Ours(rocksdb=True)
NAIVE: tuple[Keeper, ...] = (ByHand("process"), ByHand("thread"), Quix())
CLEVER: tuple[Keeper, ...] = (ByHand("process", one_value=True), ByHand("thread", one_value=True))

console = Console(width=150, soft_wrap=True)


def main() -> None:
    """Runs what was asked for, prints the tables and writes the numbers."""
    asked = asked_for(
        "bench.keyed",
        __doc__ or "",
        SCENARIOS,
        tuple(SCENARIOS),
        RESULTS / "keyed.json",
        peer_by_jar=False,
        longer="also ten million keys (30 minutes)",
    )
    scale = SMOKE if asked.smoke else QUICK if asked.quick else FULL
    began = time.monotonic()
    build(None)
    peer.python()
    findings = Findings(scale.keys, scale.many_keys)
    with Broker() as broker:
        for scenario in asked.only:
            SCENARIOS[scenario](findings, broker, scale, asked)
            write_numbers(findings.numbers(), asked.results)
    findings.show(console)
    if not (asked.quick or asked.smoke):
        draw(findings, CHARTS)
    console.print(f"{time.monotonic() - began:.0f} s; numbers in {asked.results}")


def peers(findings: Findings, broker: Broker, scale: Scale, asked: Asked) -> None:
    """Everybody, flat out; ours is the last, so that what it does to the machine troubles nobody."""
    for keeper in (*NAIVE, *(CLEVER if scale.variants else ()), OURS_ON_DISK, OURS):
        ours = isinstance(keeper, Ours)
        warm_up = scale.warm_up if ours else scale.warm_up_python
        window = scale.window if ours else scale.window_python
        span = told("flat out", flat_out(keeper, broker, scale.keys, scale.decisions, warm_up, window))
        findings.peers[span.name] = span
        write_numbers(findings.numbers(), asked.results)
    findings.curve[Point(rocksdb=True, keys=scale.keys)] = findings.peers[OURS_ON_DISK.name]
    findings.curve[Point(rocksdb=False, keys=scale.keys)] = findings.peers[OURS.name]


def pace(findings: Findings, broker: Broker, scale: Scale, asked: Asked) -> None:
    """Everybody at a moderate pace: latency."""
    for keeper in (*(NAIVE if scale.variants else ()), OURS):
        span = told("live", live(keeper, broker, scale.keys, scale.live_warm_up, scale.live_window))
        findings.live[span.name] = span


def variables_read(findings: Findings, broker: Broker, scale: Scale, asked: Asked) -> None:
    """The whole job with its table."""
    findings.laptop = laptop(broker, scale.laptop_warm_up, scale.laptop)


def curve(findings: Findings, broker: Broker, scale: Scale, asked: Asked) -> None:
    """Ours with more keys, with fewer and more variables, on one processor."""
    more, many = 10 * scale.keys, scale.many_keys
    points = [
        *(Point(rocksdb=False, keys=scale.keys, variables=variables) for variables in (1, 50)),
        Point(rocksdb=False, keys=scale.keys, parallelism=1),
        *(Point(rocksdb, more) for rocksdb in (False, True)),
        Point(rocksdb=True, keys=many),
    ]
    if not scale.variants:
        points = points[::5]
    if asked.full:
        points += [
            Point(rocksdb=False, keys=many),
            Point(rocksdb=True, keys=scale.keys, variables=50),
            Point(rocksdb=True, keys=many, parallelism=1),
            Point(rocksdb=True, keys=MOST_KEYS),
        ]
    for point in points:
        ours = replace(OURS, rocksdb=point.rocksdb, variables=point.variables, parallelism=point.parallelism)
        span = flat_out(ours, broker, point.keys, scale.decisions, scale.curve_warm_up, scale.window)
        findings.curve[point] = told(point.name, span)
        write_numbers(findings.numbers(), asked.results)


SCENARIOS: dict[str, Callable[[Findings, Broker, Scale, Asked], None]] = {
    "peers": peers,
    "live": pace,
    "laptop": variables_read,
    "curve": curve,
}


def told(scenario: str, span: KeptSpan) -> KeptSpan:
    """Prints a line as soon as a span is there."""
    line = f"{scenario:10} {span.name:26} {span.rate:10,.0f} records/s"
    console.print(line + span.noise, highlight=False)
    return span


if __name__ == "__main__":
    run(main)
