"""What each kind of records is asked to carry, and for how long."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bench.flink_rest import Job
from bench.measuring import ProcessesSpan, Run, ServerCounters
from bench.serialization.contenders import Carrying, Kind, Task

CHECKPOINT_PATIENCE = 30.0
EDGES, METRICS_PATIENCE = 2, 15.0


@dataclass(frozen=True, slots=True)
class Scale:
    """How long each run takes, in seconds.

    Attributes:
        warm_up: of the JVM's compiler, too.
        window: the measured span.
    """

    warm_up: float = 20
    window: float = 12


FULL = Scale()
QUICK = Scale(warm_up=3, window=3)
SMOKE = Scale(warm_up=1, window=1)


@dataclass(frozen=True, kw_only=True)
class CarriedSpan(ProcessesSpan[ServerCounters]):
    """What a kind did in the measured span.

    Attributes:
        bytes_per_record: on both edges together.
        state_bytes: of a checkpoint, all customers.
    """

    bytes_per_record: float
    state_bytes: int

    @property
    def seconds_per_million(self) -> float:
        """The runtime of a million records."""
        return 1e6 / self.rate if self.records else float("inf")


@dataclass(frozen=True, slots=True)
class Parts:
    """The pipeline with all it has, and what it is without some of it.

    Attributes:
        full: state in RocksDB; what is handed on in a task is copied.
        without_copies: the same with object reuse.
        edges_alone: with object reuse and without state.
    """

    full: CarriedSpan
    without_copies: CarriedSpan
    edges_alone: CarriedSpan

    @property
    def copies(self) -> float:
        """Seconds a million records."""
        return self.full.seconds_per_million - self.without_copies.seconds_per_million

    @property
    def state(self) -> float:
        """Seconds a million records."""
        return self.without_copies.seconds_per_million - self.edges_alone.seconds_per_million

    @property
    def edges(self) -> float:
        """Seconds a million records; what is no serialization is in it, and the same for all kinds."""
        return self.edges_alone.seconds_per_million


def full_task(scale: Scale) -> Task:
    """The pipeline as it is by default: state in RocksDB, no object reuse."""
    return Task(scale.warm_up, scale.window)


def carry(kind: Kind, task: Task) -> CarriedSpan:
    """Runs the pipeline."""
    carrying = Carrying(kind, task)
    with Run(carrying, lambda: ServerCounters(0)) as run:
        begin, end = run.window()
        job = Job(carrying.rest_port)
        checkpoint = job.newest_checkpoint("", CHECKPOINT_PATIENCE)
        return CarriedSpan(
            run.name,
            begin,
            end,
            tuple(run.samples),
            bytes_per_record=job.bytes_per_record(EDGES, METRICS_PATIENCE),
            state_bytes=checkpoint.bytes_of_all if checkpoint else 0,
        )


def take_apart(kind: Kind, full: CarriedSpan, scale: Scale) -> Parts:
    """Runs the pipeline without some of what it has.

    Args:
        kind: of records.
        full: with all it has.
        scale: how long.
    """
    reuse = replace(full_task(scale), object_reuse=True)
    return Parts(full, carry(kind, reuse), carry(kind, replace(reuse, state=False)))
