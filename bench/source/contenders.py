"""Who reads: ours, the official connector, the plain SDK."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from bench.launching import (
    BENCH_JAR,
    FLINK_OPTIONS,
    JVM_FLAGS,
    PARALLELISM,
    SDK_JARS,
    Launch,
    arguments,
    flink_home,
    from_java,
    from_python,
)

PLAIN_CLIENT_THREADS = 4


@dataclass(frozen=True, slots=True)
class Task:
    """What one run of a contender does.

    Attributes:
        endpoint: of the simulated streams server.
        stream: the ARN to read.
        start: TRIM_HORIZON or LATEST.
        latency: whether each record's time from written to the end of the pipeline is measured.
        warm_up_seconds: from the first record to the measured span: start-up and most of the compiler's work.
        window_seconds: the measured span.
        milestone: a number of records whose arrival is told; 0 for none.
    """

    endpoint: str
    stream: str
    start: str
    latency: bool
    warm_up_seconds: float
    window_seconds: float
    milestone: int = 0


class Reader(Protocol):
    """One of those who read the stream."""

    @property
    def name(self) -> str:
        """As the table shows it."""

    def launch(self, task: Task, report: Path) -> Launch:
        """How to run the task; the meter's lines go to `report`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A reader with its task.

    Attributes:
        reader: who.
        task: what it does.
    """

    reader: Reader
    task: Task

    @property
    def name(self) -> str:
        """The reader's."""
        return self.reader.name

    def launch(self, report: Path) -> Launch:
        """How to start it."""
        return self.reader.launch(self.task, report)


@dataclass(frozen=True, slots=True)
class Ours:
    """This project's source, from Python, in a local mini cluster.

    Attributes:
        latency_goal_ms: the time between two reads of a shard with traffic; None for the source's default.
        reads_per_second: a budget of reads of all shards together, instead of a goal.
    """

    latency_goal_ms: int | None = None
    reads_per_second: float | None = None

    @property
    def name(self) -> str:
        """As the table shows it."""
        if self.reads_per_second is not None:
            return f"ours, {self.reads_per_second:.0f} reads/s"
        return "ours" if self.latency_goal_ms is None else f"ours, goal {self.latency_goal_ms} ms"

    def launch(self, task: Task, report: Path) -> Launch:
        """A Python process, which starts the JVM."""
        told = {
            **asdict(task),
            "latency_goal_ms": self.latency_goal_ms,
            "reads_per_second": self.reads_per_second,
            "parallelism": PARALLELISM,
            "flink": FLINK_OPTIONS,
        }
        return from_python("bench.source.ours", told, report)


@dataclass(frozen=True, slots=True)
class Official:
    """The official connector, as its documentation shows it, with a deserializer for the same nine fields.

    Attributes:
        jar: its self-contained jar.
        wait_ms: its delays after empty and after non-empty polls; None for its defaults (1,000 and 250 ms).
        discovery_ms: how often it lists shards; None for its default (60 s). It assigns none before all readers are
            there, and looks again only at the next listing: a shorter interval keeps that minute out of the benchmark,
            outside of the measured span.
    """

    jar: Path
    wait_ms: int | None = None
    discovery_ms: int | None = 2_000

    @property
    def name(self) -> str:
        """As the table shows it."""
        return "official, defaults" if self.wait_ms is None else f"official, delays {self.wait_ms} ms"

    def launch(self, task: Task, report: Path) -> Launch:
        """A JVM with Flink's libraries as PyFlink has them."""
        told = {
            **_told(task),
            "wait_ms": _or_default(self.wait_ms),
            "discovery_ms": _or_default(self.discovery_ms),
        }
        return from_java("OfficialSource", self.jar, told, report)


@dataclass(frozen=True, slots=True)
class PlainClient:
    """The AWS SDK in a few threads, without Flink: the practical ceiling."""

    @property
    def name(self) -> str:
        """As the table shows it."""
        return f"plain SDK, {PLAIN_CLIENT_THREADS} threads"

    def launch(self, task: Task, report: Path) -> Launch:
        """A JVM with the SDK alone."""
        told = {**_told(task), "report": str(report), "region": "eu-west-1", "threads": str(PLAIN_CLIENT_THREADS)}
        # Flink's libraries for their logging only.
        classes = f"{SDK_JARS}/*:{BENCH_JAR}:{flink_home() / 'lib'}/*"
        main = "io.decisionstore.bench.PlainClient"
        return Launch(["java", *JVM_FLAGS, "-cp", classes, main, *arguments(told)])


def _told(task: Task) -> dict[str, str]:
    return {
        "endpoint": task.endpoint,
        "stream": task.stream,
        "start": task.start,
        "latency": str(task.latency).lower(),
        "warm_up_ms": str(int(task.warm_up_seconds * 1000)),
        "window_ms": str(int(task.window_seconds * 1000)),
        "milestone": str(task.milestone),
        "sample_ms": "1000",
    }


def _or_default(milliseconds: int | None) -> str:
    return "default" if milliseconds is None else str(milliseconds)
