"""What the contenders are asked to do, each against a server of its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.measuring import ContenderError, Moment, Run
from bench.source.contenders import Reader, Reading, Task
from bench.source.reading import ReadSpan, StreamCounters, window_of
from bench.source.streams import SimulatedStream


@dataclass(frozen=True, slots=True)
class Scale:
    """How long each scenario takes.

    Attributes:
        drain_warm_up: seconds from the first record to the measured span, where all is read as fast as it goes.
        drain_window: seconds of that span.
        live_warm_up: the same of live traffic.
        live_window: seconds of that span.
        goals_ms: the latency goals of our curve of latency against reads.
        waits_ms: the official connector's delays of its curve.
        idle_shards: of the scenario with many idle shards.
        soak_records: of the long run.
    """

    drain_warm_up: float = 12
    drain_window: float = 15
    live_warm_up: float = 10
    live_window: float = 12
    goals_ms: Sequence[int] = (10, 50, 100, 250)
    waits_ms: Sequence[int] = (50, 100)
    idle_shards: int = 1_000
    soak_records: int = 50_000_000


FULL = Scale()
QUICK = Scale(drain_warm_up=2, drain_window=3, live_warm_up=2, live_window=3, goals_ms=(), waits_ms=(), idle_shards=200)
SMOKE = Scale(
    drain_warm_up=0.5, drain_window=1, live_warm_up=0.5, live_window=1, goals_ms=(), waits_ms=(), idle_shards=20
)

LIVE_SHARDS = 16
LIVE_RECORDS_PER_SECOND = 100
"""A shard."""
IDLE_RECORDS_PER_SECOND = 20
"""All shards together: of 1,000, each is written to every 50 s."""
PATIENCE_SECONDS = 90
SOAK_SAMPLES = 20


def drain(contender: Reader, shards: int, scale: Scale) -> ReadSpan:
    """A backlog without end, read as fast as the contender can."""
    with SimulatedStream() as stream:
        stream.fill(shards)
        task = Task(stream.endpoint, stream.arn, "TRIM_HORIZON", False, scale.drain_warm_up, scale.drain_window)
        with Run(Reading(contender, task), stream.counters) as run:
            return window_of(run)


def live(contender: Reader, scale: Scale) -> ReadSpan:
    """16 shards that are written to 100 times a second each."""
    with SimulatedStream() as stream:
        stream.write(LIVE_SHARDS, LIVE_RECORDS_PER_SECOND)
        task = Task(stream.endpoint, stream.arn, "LATEST", True, scale.live_warm_up, scale.live_window)
        with Run(Reading(contender, task), stream.counters) as run:
            return window_of(run)


@dataclass(frozen=True, slots=True)
class Idle:
    """Many shards, hardly written to.

    Attributes:
        all_read_seconds: from the start of the process until each shard had been read once.
        span: afterwards.
    """

    all_read_seconds: float
    span: ReadSpan


def idle(contender: Reader, scale: Scale) -> Idle:
    """Many shards, of which only a few are written to at any time.

    Raises:
        ContenderError: not all shards were read within a minute.
    """
    with SimulatedStream() as stream:
        stream.write(scale.idle_shards, IDLE_RECORDS_PER_SECOND / scale.idle_shards)
        # The measured span begins when all shards should have been read.
        warm_up = scale.live_warm_up + 10
        task = Task(stream.endpoint, stream.arn, "TRIM_HORIZON", True, warm_up, scale.live_window)
        with Run(Reading(contender, task), stream.counters) as run:
            while len(stream.counters().reads_by_shard) < scale.idle_shards:
                if run.age > PATIENCE_SECONDS:
                    raise ContenderError(f"{contender.name} has not read all shards in {PATIENCE_SECONDS} s.")
                time.sleep(0.05)
            return Idle(run.age, window_of(run))


def soak(contender: Reader, scale: Scale) -> ReadSpan:
    """A long drain; its samples are taken after full collections, so that they hold what the contender keeps."""
    with SimulatedStream() as stream:
        stream.fill(64)
        task = Task(stream.endpoint, stream.arn, "TRIM_HORIZON", False, 1, 10_000_000, milestone=scale.soak_records)
        samples: list[Moment[StreamCounters]] = []
        with Run(Reading(contender, task), stream.counters) as run:
            begin = moment = run.until("first")
            while moment.records < scale.soak_records:
                if moment.records >= scale.soak_records * len(samples) / SOAK_SAMPLES:
                    run.collect_garbage()
                    run.next_moment()  # it may be older than the collection
                    samples.append(run.next_moment())
                moment = run.next_moment()
            return ReadSpan(contender.name, begin, run.until("milestone"), tuple(samples))
