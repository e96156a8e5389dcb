"""What the demo shows while it runs: a live picture on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table

from decision_store.ops.demo.latencies import Summary
from decision_store.ops.flink_rest import Job

LINE_EVERY_SECONDS = 5.0
SHOWN_SAYINGS = 8


@dataclass(frozen=True, slots=True)
class State:
    """How far the demo is.

    Attributes:
        elapsed: seconds since the first decision.
        writing: seconds until the last write, or until now.
        decisions: how many there will be.
        counts: what has been done, by name.
        events: seen on the topic.
        waiting: acknowledged revisions that are not on the topic yet.
        longest_wait: seconds the oldest of them waits.
        to_topic: acknowledged to on the topic, of the last moments.
        to_variable: acknowledged to readable, likewise.
        jobs: what Flink says.
    """

    elapsed: float
    writing: float
    decisions: int
    counts: Counter[str]
    events: int
    waiting: int
    longest_wait: float
    to_topic: Summary
    to_variable: Summary
    jobs: Sequence[Job]


class Journal:
    """What happened, with the second it happened in; for many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._start = time.monotonic()
        self._sayings: list[str] = []

    def say(self, sentence: str) -> None:
        """Adds a line."""
        with self._lock:
            self._sayings.append(f"{time.monotonic() - self._start:6.1f} s  {sentence}")

    def since(self, index: int) -> list[str]:
        """The lines from a number on."""
        with self._lock:
            return self._sayings[index:]


class View:
    """Shows the state until it is left.

    Args:
        console: a terminal, or a file or pipe.
        state: asked again and again, on a thread of the view.
        journal: what happens.
    """

    def __init__(self, console: Console, state: Callable[[], State], journal: Journal) -> None:
        self._console = console
        self._state = state
        self._journal = journal
        self._leaving = Event()
        self._live = Live(console=console, get_renderable=self._picture, refresh_per_second=3, transient=True)
        self._thread = Thread(target=self._lines, name="view", daemon=True)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        else:
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._leaving.set()
        if self._console.is_terminal:
            self._live.stop()
            for saying in self._journal.since(0):
                self._print(saying)
        else:
            self._thread.join(10)

    def _picture(self) -> RenderableType:
        sayings = deque(self._journal.since(0), SHOWN_SAYINGS)
        return Group(picture(self._state()), Panel("\n".join(sayings), title="what happens", title_align="left"))

    def _lines(self) -> None:
        told, next_line = 0, time.monotonic()
        last = False
        while not last:
            last = self._leaving.wait(0.2)
            sayings = self._journal.since(told)
            told += len(sayings)
            for saying in sayings:
                self._print(saying)
            if last or time.monotonic() >= next_line:
                next_line = time.monotonic() + LINE_EVERY_SECONDS
                self._print(line(self._state()))

    def _print(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)


def line(state: State) -> str:
    """The state in a line."""
    counts = state.counts
    return (
        f"{state.elapsed:6.1f} s  {counts['decided']:,}/{state.decisions:,} decided ({rate(state):.0f}/s), "
        f"{counts['from similar']:,} from a similar one; {counts['writes']:,} writes; {state.events:,} events, "
        f"{state.waiting:,} awaited; to Kafka {milliseconds(state.to_topic)}, "
        f"to variables {milliseconds(state.to_variable)}"
    )


def picture(state: State) -> Table:
    """The state as a table."""
    counts = state.counts
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column()
    table.add_row("time", f"{state.elapsed:.0f} s")
    decided = f"{counts['decided']:,} of {state.decisions:,}, {rate(state):.0f} a second"
    table.add_row("decisions", f"{decided}; {counts['from similar']:,} at once, from a similar one")
    outcomes = (f"{counts[name]:,} {name}" for name in ("approved", "declined", "referred"))
    table.add_row("outcomes", ", ".join(outcomes))
    kinds = ("parts", "whole", "repeated", "refused", "past the API", "failed")
    table.add_row("writes", f"{counts['writes']:,}: " + ", ".join(f"{counts[kind]:,} {kind}" for kind in kinds))
    behind = f"{state.waiting:,} awaited, the oldest for {state.longest_wait:.1f} s"
    table.add_row("Kafka", f"{state.events:,} events; {behind}")
    table.add_row("acknowledged → Kafka", milliseconds(state.to_topic))
    table.add_row("acknowledged → variable", milliseconds(state.to_variable))
    for job in state.jobs:
        style = "green" if job.whole else "red"
        table.add_row(job.name, f"[{style}]{job.state}[/{style}], {job.running} of {job.tasks} tasks")
    return table


def latency_table(rows: Sequence[tuple[str, Summary]]) -> Table:
    """Percentiles, one row a measurement."""
    table = Table("latency", box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for column in ("samples", "p50", "p99"):
        table.add_column(column, justify="right")
    for name, summary in rows:
        table.add_row(name, f"{summary.count:,}", _one(summary.p50), _one(summary.p99))
    return table


def rate(state: State) -> float:
    """Decisions a second."""
    return state.counts["decided"] / state.writing if state.writing > 0 else 0.0


def milliseconds(summary: Summary) -> str:
    """Both percentiles."""
    return f"p50 {_one(summary.p50)} p99 {_one(summary.p99)}"


def _one(seconds: float | None) -> str:
    if seconds is None:
        return "–"  # noqa: RUF001  # a dash in a column of numbers
    return f"{seconds * 1000:,.0f} ms" if seconds < 10 else f"{seconds:,.1f} s"
