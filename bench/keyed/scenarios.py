"""What the contenders are asked to do."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from bench.flink_rest import Checkpoint, Job
from bench.keyed.contenders import Keeper, Keeping, Ours, Task
from bench.keyed.topics import Broker, Live
from bench.measuring import ContenderError, ProcessesSpan, Run, ServerCounters

KEYS = 10_000
LIVE_RATE = 200
"""Decisions a second where latency is asked for: what the slowest can keep up with."""
LEAST_RECORDS = 4_000
CHECKPOINT_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Scale:
    """How long each scenario takes.

    Attributes:
        warm_up: seconds, of the JVM's compiler, too.
        curve_warm_up: the same, of the curve.
        warm_up_python: of those who compile nothing.
        window: seconds.
        window_python: the same; PyFlink hands records on by the thousand, so it takes more to see a rate.
        live_warm_up: at a moderate pace.
        live_window: the same.
        decisions: in a topic, beside one of each key; enough for the fastest.
        keys: customers; 10,000.
        many_keys: customers of the largest state; a million.
        laptop_warm_up: seconds of the whole job with its table; three JVMs compile at first.
        laptop: seconds in which it is measured.
        variants: whether also what is only for the record is run.
    """

    warm_up: float = 25
    curve_warm_up: float = 20
    warm_up_python: float = 8
    window: float = 12
    window_python: float = 16
    live_warm_up: float = 8
    live_window: float = 10
    decisions: int = 8_000_000
    keys: int = KEYS
    many_keys: int = 1_000_000
    laptop_warm_up: float = 30
    laptop: float = 25
    variants: bool = True


FULL = Scale()
QUICK = Scale(
    warm_up=4,
    curve_warm_up=4,
    warm_up_python=4,
    window=4,
    window_python=6,
    live_warm_up=4,
    live_window=4,
    decisions=1_500_000,
    many_keys=50_000,
    laptop_warm_up=4,
    laptop=6,
)
SMOKE = Scale(
    warm_up=1,
    curve_warm_up=1,
    warm_up_python=1,
    window=2,
    window_python=2,
    live_warm_up=1,
    live_window=2,
    decisions=400_000,
    keys=1_000,
    many_keys=2_000,
    laptop_warm_up=1,
    laptop=3,
    variants=False,
)


@dataclass(frozen=True, kw_only=True)
class KeptSpan(ProcessesSpan[ServerCounters]):
    """What a contender did in the measured span.

    Attributes:
        keys: whose state it had in the end.
        checkpoint: the newest; None: there was none.
    """

    keys: int
    checkpoint: Checkpoint | None

    @property
    def state_bytes_per_key(self) -> float:
        """As a checkpoint holds it; 0 when there was none."""
        return self.checkpoint.bytes_of_keys / self.keys if self.checkpoint else 0.0


def flat_out(keeper: Keeper, broker: Broker, keys: int, decisions: int, warm_up: float, window: float) -> KeptSpan:
    """As fast as it goes.

    Args:
        keeper: who.
        broker: where.
        keys: customers in the topic; ours has seen each before the measured span begins.
        decisions: in the topic, beside one of each key.
        warm_up: seconds.
        window: seconds.

    Raises:
        ContenderError: it failed, or it read the topic to its end within the span.
    """
    topic = broker.stored(keys, decisions + keys)
    first = keys if isinstance(keeper, Ours) else 0
    task = Task(broker.address, topic, warm_up, window, warm_up_records=first, window_records=LEAST_RECORDS)
    keeping = Keeping(keeper, task)
    with Run(keeping, broker.counters) as run:
        begin, end = run.window()
        if end.records >= 0.99 * (decisions + keys):
            raise ContenderError(f"{run.name} had read all decisions of {topic}: it needs more than {decisions:,}.")
        return KeptSpan(
            run.name, begin, end, tuple(run.samples), keys=min(keys, end.records), checkpoint=_checkpoint(keeping)
        )


def live(keeper: Keeper, broker: Broker, keys: int, warm_up: float, window: float) -> KeptSpan:
    """At a moderate pace, decisions of now: how long from Kafka to the item."""
    topic = f"live-{uuid.uuid4().hex[:8]}"
    broker.create(topic)
    keeping = Keeping(keeper, Task(broker.address, topic, warm_up, window))
    with Live(broker, topic, keys, LIVE_RATE), Run(keeping, broker.counters) as run:
        begin, end = run.window()
        return KeptSpan(run.name, begin, end, tuple(run.samples), keys=min(keys, end.records), checkpoint=None)


def _checkpoint(keeping: Keeping) -> Checkpoint | None:
    if keeping.keeper.keyed:
        return Job(keeping.rest_port).newest_checkpoint(keeping.keeper.keyed, CHECKPOINT_PATIENCE)
    state = (keeping.folder / "state").rglob("*")
    held = sum(file.stat().st_size for file in state if file.is_file())
    return Checkpoint(0, held, held)  # how long its checkpoints take is not told
