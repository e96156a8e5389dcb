"""What a team's own Python costs: `PYTHONPATH=.:connectors python -m bench.steps`.

Each job runs twice, with few and with many events, on a cluster in this process; the difference has no start in it. The
time of the wall is that of this machine; the CPU's, of this process and its JVM, is also right on a busy one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

from decision_store.declare import KeyedFunction, step
from decision_store.flow.steps import apply_steps
from decision_store.model.fields import FIELDS, field_types
from decision_store.model.plan import DecisionEventsPlan
from decision_store.model.steps import compile_steps
from decision_store.settings import Settings
from decision_store.testing import Event, decision
from decision_store.testing.jobs import LocalJob
from decision_store.testing.variables import event_schema

CUSTOMERS = 10_000
PLAN = DecisionEventsPlan(
    registry_url="http://127.0.0.1:9",
    part_schemas=(),
    event_schema=event_schema(),
    incomplete_after_ms=1,
    retention_ms=86_400_000,
    history_window_ms=86_400_000,
    fields=FIELDS,
)


@step(reads=("amount", "merchant_id"), adds={"risk_band": "string"})
def risk_band(amount: float, merchant_id: str) -> dict[str, Any]:
    """A step as in the documentation."""
    return {"risk_band": "high" if amount > 1000.0 or merchant_id == "m-13" else "low"}


@step(reads=("amount", "outcome"), adds={"second": "double"})
def second(amount: float, outcome: str) -> dict[str, Any]:
    """One more, in the same process."""
    return {"second": amount * 2.0}


class Pace(KeyedFunction):
    """A keyed function as in the documentation."""

    key = "customer_id"
    reads = ("event_time",)
    state = {"previous": "long"}  # noqa: RUF012
    adds = {"gap_ms": "long"}  # noqa: RUF012

    def process(self, row: Any, state: Any, clock: Any) -> dict[str, Any] | None:
        """The time since the customer's last event."""
        previous, state.previous = state.previous, row.event_time
        return {"gap_ms": row.event_time - previous} if previous is not None else None


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of the wall, of Python's CPU and of the JVM's."""

    wall: float
    python: float
    jvm: float

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.wall - other.wall, self.python - other.python, self.jvm - other.jvm)


def main() -> None:
    """Prints the table."""
    cases: list[tuple[str, Sequence[Any], int, int]] = [
        ("no step", (), 10_000, 40_000),
        ("a @step", (risk_band,), 10_000, 40_000),
        ("two @steps", (risk_band, second), 10_000, 40_000),
        ("a KeyedFunction", (Pace(),), 1_000, 5_000),
    ]
    print(f"{'':18}{'events/s':>10}{'Python CPU us/event':>22}{'JVM CPU us/event':>20}")
    for name, bodies, few, many in cases:
        cost = measured(bodies, many) - measured(bodies, few)
        number = many - few
        print(
            f"{name:18}{number / cost.wall:>10,.0f}{cost.python / number * 1e6:>22.1f}{cost.jvm / number * 1e6:>20.1f}",
            flush=True,
        )


def measured(bodies: Sequence[Any], number: int) -> Cost:
    """A whole run over some events."""
    job = LocalJob(Settings(checkpoint_interval_ms=10_000))
    steps = compile_steps("shop", bodies, field_types(FIELDS, event_schema().avro))
    stepped = apply_steps(job.events(events(number)), PLAN, steps)
    job.discard(stepped.decisions)
    before = spent()
    job.env.execute()
    return spent() - before


def events(number: int) -> Iterator[Event]:
    """Decisions of many customers."""
    like = decision()
    for one in range(number):
        yield {**like, "decision_id": f"d-{one}", "customer_id": f"c-{one % CUSTOMERS}", "event_time": one * 10}


def spent() -> Cost:
    """What this process, and the JVM it started, have used by now."""
    own = psutil.Process(os.getpid())
    times = [child.cpu_times() for child in own.children(recursive=True) if child.name() == "java"]
    python = own.cpu_times()
    return Cost(time.monotonic(), python.user + python.system, sum(one.user + one.system for one in times))


if __name__ == "__main__":
    main()
