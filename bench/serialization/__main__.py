"""What types cost: the same pipeline with generic types, pickled bytes, Avro, POJOs and typed rows, in one run.

    make bench-serialization

What is measured, and what must be reached, is told in docs/performance.md.
"""

from __future__ import annotations

import time

from rich.console import Console

from bench.building import build
from bench.command import RESULTS, asked_for, run
from bench.goals import write_numbers
from bench.serialization.contenders import GENERIC_KRYO, KINDS, ROWS
from bench.serialization.findings import Findings
from bench.serialization.scenarios import FULL, QUICK, SMOKE, CarriedSpan, carry, full_task, take_apart

BY_NAME = {kind.name: kind for kind in KINDS}

console = Console(width=150, soft_wrap=True)


def main() -> None:
    """Runs what was asked for, prints the table and writes the numbers."""
    asked = asked_for(
        "bench.serialization",
        __doc__ or "",
        BY_NAME,
        tuple(BY_NAME),
        RESULTS / "serialization.json",
        peer_by_jar=False,
    )
    scale = SMOKE if asked.smoke else QUICK if asked.quick else FULL
    began = time.monotonic()
    build(None)
    findings = Findings()
    for name in asked.only:
        findings.add(told(carry(BY_NAME[name], full_task(scale))))
        write_numbers(findings.numbers(), asked.results)
    for kind in (GENERIC_KRYO, ROWS):
        if kind.name in findings.spans:
            findings.add_parts(take_apart(kind, findings.spans[kind.name], scale))
            write_numbers(findings.numbers(), asked.results)
    findings.show(console)
    console.print(f"{time.monotonic() - began:.0f} s; numbers in {asked.results}")


def told(span: CarriedSpan) -> CarriedSpan:
    """Prints a line as soon as a span is there."""
    line = f"{span.name:18} {span.seconds_per_million:10,.2f} s a million {span.rate:10,.0f} records/s"
    console.print(line + span.noise, highlight=False)
    return span


if __name__ == "__main__":
    run(main)
