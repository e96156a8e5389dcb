"""What the contenders are asked to do, each against a server and a table of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.measuring import Run
from bench.sink.contenders import HOT_ENTITY, Load, Task, Writer, Writing, partition_of
from bench.sink.tables import WrittenTable
from bench.sink.writing import WriteSpan, seconds_to_reach

CAPACITY = 1_000
"""Write units a second of the provisioned table."""
RAISED = 4_000
"""The same after the change."""
LIVE_LOAD = 1_000
PARTITIONS = 20
PARTITION_UNITS = 1_000
"""A second, as DynamoDB has it in both capacity modes."""
HOT_LOAD = 6_000
HOT_SHARE = 0.25
"""1,500 rows a second for a partition that takes 1,000."""
HOT_KEYS = 400
UNPROCESSED = 0.1
SEED = 20
REPEATED_KEYS = 50_000
"""Written in turn, and again; so many that none meets itself in a buffer."""
CLOSE_KEYS = 1_000
"""Written in turn: so near that a newer version comes while the older is on its way or waits to be tried again."""
VERSIONS = 5
REACHED = 0.95


@dataclass(frozen=True, slots=True)
class Scale:
    """How long each scenario takes, in seconds.

    Attributes:
        warm_up: from the first row to the measured span.
        warm_up_flat_out: the same where the sink is not held back: most of the compiler's work is done after some
            twenty seconds, and takes a fifth of the processor time until then.
        window: the measured span without a ceiling, and of the hot partition.
        provisioned: the measured span at a fixed capacity.
        before_raise: of the measured span, at the lower capacity.
        after_raise: of the measured span, at the higher one.
        patience: for a job to end once it has all its rows.
        variants: whether also what is only for the record is run.
    """

    warm_up: float = 10
    warm_up_flat_out: float = 25
    window: float = 15
    provisioned: float = 60
    before_raise: float = 10
    after_raise: float = 45
    patience: float = 120
    variants: bool = True


FULL = Scale()
QUICK = Scale(warm_up=3, warm_up_flat_out=3, window=4, provisioned=10, before_raise=3, after_raise=15)
SMOKE = Scale(
    warm_up=1, warm_up_flat_out=1, window=1, provisioned=2, before_raise=1, after_raise=2, patience=30, variants=False
)


def on_demand(writer: Writer, scale: Scale) -> WriteSpan:
    """No ceiling: as fast as it goes, every key a new one to the sink's buffers."""
    with WrittenTable() as table:
        return _written(writer, Load(), table, scale.warm_up_flat_out, scale.window)


def live(writer: Writer, scale: Scale) -> WriteSpan:
    """No ceiling and a moderate stream: how soon a row can be read, where nothing has to wait for room."""
    with WrittenTable() as table:
        return _written(writer, Load(LIVE_LOAD), table, scale.warm_up, scale.window)


def provisioned(writer: Writer, scale: Scale) -> WriteSpan:
    """Twice what the table takes is offered."""
    with WrittenTable(CAPACITY) as table:
        return _written(writer, Load(2 * CAPACITY), table, scale.warm_up, scale.provisioned)


@dataclass(frozen=True, slots=True)
class HotPartition:
    """A table with one partition that is offered more than it takes.

    Attributes:
        span: what was written.
        others_share: of the rows for the other partitions, those that were accepted.
    """

    span: WriteSpan
    others_share: float


def hot_partition(writer: Writer, scale: Scale, new_keys: bool) -> HotPartition:
    """A quarter of the rows belongs to one partition key.

    Args:
        writer: who.
        scale: how long.
        new_keys: each hot row is an item of its own, so that none can take the place of another that waits.
    """
    load = Load(HOT_LOAD, hot_share=HOT_SHARE, hot_keys=0 if new_keys else HOT_KEYS)
    hot = partition_of(HOT_ENTITY, PARTITIONS)
    with WrittenTable(partitions=PARTITIONS, partition_units=PARTITION_UNITS) as table:
        span = _written(writer, load, table, scale.warm_up, scale.window)
    offered = load.others_per_second * load.share_outside(hot, PARTITIONS)
    return HotPartition(span, span.written.others_share(hot, offered))


@dataclass(frozen=True, slots=True)
class Raise:
    """A capacity that was raised in the measured span.

    Attributes:
        span: what was written.
        changed_at: seconds since the span's beginning.
        seconds: from the change until the new capacity was used; None: it was not, in this span.
    """

    span: WriteSpan
    changed_at: float
    seconds: float | None


def capacity_raise(writer: Writer, scale: Scale) -> Raise:
    """The table's capacity is quadrupled in mid-run; more than that is offered all the time."""
    changed: list[float] = []

    def change(table: WrittenTable) -> None:
        time.sleep(scale.before_raise)
        table.set_capacity(RAISED)
        changed.append(table.age)

    with WrittenTable(CAPACITY) as table:
        load = Load(RAISED + RAISED // 2)
        span = _written(writer, load, table, scale.warm_up, scale.before_raise + scale.after_raise, change)
    reached = seconds_to_reach(span.written.timeline, changed[0], REACHED * RAISED)
    return Raise(span, changed[0], reached)


def unprocessed(writer: Writer, scale: Scale, share: float, keys: int) -> WriteSpan:
    """A part of each batch comes back unprocessed, and each item is written several times.

    Args:
        writer: who.
        scale: how long.
        share: the part; 0 for the same rows without it.
        keys: written in turn.
    """
    warm_up = scale.warm_up_flat_out
    load = Load(keys=keys, versions=VERSIONS, for_seconds=warm_up + scale.window)
    with WrittenTable() as table:
        table.leave_unprocessed(share, SEED)
        return _written(writer, load, table, warm_up, scale.window, to_the_end_within=scale.patience)


def _written(
    writer: Writer,
    load: Load,
    table: WrittenTable,
    warm_up: float,
    window: float,
    meanwhile: Callable[[WrittenTable], None] = lambda _: None,
    to_the_end_within: float = 0,
) -> WriteSpan:
    task = Task(table.endpoint, table.name, load, warm_up, window)
    with Run(Writing(writer, task), table.counters) as run:
        begin = run.until("window_start")
        table.begin()
        meanwhile(table)
        end = run.until("window_end")
        written = table.written()
        ended = None
        if to_the_end_within:
            in_time = run.has_ended(to_the_end_within)
            ended = table.ended(run.latest.records // load.versions, load.versions, in_time)
        return WriteSpan(run.name, begin, end, tuple(run.samples), written=written, ended=ended)
