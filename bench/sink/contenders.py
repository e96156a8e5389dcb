"""Who writes: ours and the official sink, both given the rows of bench/jvm's LoadSource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from zlib import crc32

from bench.launching import FLINK_OPTIONS, PARALLELISM, Launch, arguments, from_java, from_python

REGION = "eu-west-1"
HOT_ENTITY = "hot"
PAYLOAD_BYTES = 330
"""An item is then 500 bytes, as DynamoDB counts them: one write unit."""
SAMPLE_MS = 250
# A contender that fails has failed: what it would do after a restart is another question.
OPTIONS = {**FLINK_OPTIONS, "restart-strategy.type": "none"}


@dataclass(frozen=True, slots=True)
class Load:
    """What rows are made, and how fast (see Load.java). A key always goes through one subtask, versions rising by one.

    Attributes:
        rows_per_second: offered; 0 for as many as are taken.
        keys: written in turn; many more than a sink has in its buffers, so that none of them meets itself there.
        versions: after so many versions of each of them the next keys have their turn; 0 for never.
        hot_share: the part of the rows that belongs to one partition key.
        hot_keys: how many items that partition key has, written in turn; 0 for ever new ones.
        for_seconds: after which the job ends, as soon as each key has all its versions; 0 for never.
    """

    rows_per_second: int = 0
    keys: int = 200_000
    versions: int = 0
    hot_share: float = 0
    hot_keys: int = 0
    for_seconds: float = 0

    @property
    def repeats_keys(self) -> bool:
        """Whether a key may come again while it waits."""
        return self.versions > 0 or (self.hot_share > 0 and self.hot_keys > 0)

    @property
    def others_per_second(self) -> float:
        """Rows a second outside of the hot partition key."""
        return self.rows_per_second * (1 - self.hot_share)

    def share_outside(self, partition: int, partitions: int) -> float:
        """The part of the other keys that lies in other partitions than this one."""
        share = self.keys // PARALLELISM
        names = (f"e{subtask}-{key}" for subtask in range(PARALLELISM) for key in range(share))
        inside = sum(partition_of(name, partitions) == partition for name in names)
        return 1 - inside / (share * PARALLELISM)

    def told(self) -> dict[str, str]:
        """As LoadSource reads it."""
        return {
            "rows_per_second": str(self.rows_per_second),
            "keys": str(self.keys),
            "versions": str(self.versions),
            "hot_share": str(self.hot_share),
            "hot_keys": str(self.hot_keys),
            "payload_bytes": str(PAYLOAD_BYTES),
            "for_ms": str(int(self.for_seconds * 1000)),
        }


def partition_of(key: str, partitions: int) -> int:
    """Where the scripted table has a partition key."""
    return crc32(key.encode()) % partitions


@dataclass(frozen=True, slots=True)
class Task:
    """What one run of a contender does.

    Attributes:
        endpoint: of the scripted server.
        table: to write to.
        load: what is offered.
        warm_up_seconds: from the first row to the measured span.
        window_seconds: the measured span.
    """

    endpoint: str
    table: str
    load: Load
    warm_up_seconds: float
    window_seconds: float

    def told(self) -> dict[str, str]:
        """As LoadSource and its meter read it."""
        return {
            **self.load.told(),
            "warm_up_ms": str(int(self.warm_up_seconds * 1000)),
            "window_ms": str(int(self.window_seconds * 1000)),
            "milestone": "0",
            "sample_ms": str(SAMPLE_MS),
        }


class Writer(Protocol):
    """One of those who write to the table."""

    @property
    def name(self) -> str:
        """As the table shows it, and in the numbers' names."""

    def launch(self, task: Task, report: Path) -> Launch:
        """How to run the task; the meter's lines go to `report`."""


@dataclass(frozen=True, slots=True)
class Writing:
    """A writer with its task."""

    writer: Writer
    task: Task

    @property
    def name(self) -> str:
        """The writer's."""
        return self.writer.name

    def launch(self, report: Path) -> Launch:
        """How to start it."""
        return self.writer.launch(self.task, report)


@dataclass(frozen=True, slots=True)
class Ours:
    """This project's sink, from Python, with its defaults.

    Attributes:
        if_newer: `put_if_newer("version")` instead of `put()`.
    """

    if_newer: bool = False

    @property
    def name(self) -> str:
        """As the table shows it."""
        return "ours_if_newer" if self.if_newer else "ours"

    def launch(self, task: Task, report: Path) -> Launch:
        """A Python process, which starts the JVM."""
        told: Mapping[str, object] = {
            "endpoint": task.endpoint,
            "table": task.table,
            "region": REGION,
            "if_newer": self.if_newer,
            "load": "\n".join(arguments({**task.told(), "report": str(report)})),
            "parallelism": PARALLELISM,
            "flink": OPTIONS,
        }
        return from_python("bench.sink.ours", told, report)


@dataclass(frozen=True, slots=True)
class Official:
    """The official sink, with its defaults, as its documentation shows it.

    Attributes:
        jar: its self-contained jar.
    """

    jar: Path

    @property
    def name(self) -> str:
        """As the table shows it."""
        return "official"

    def launch(self, task: Task, report: Path) -> Launch:
        """A JVM with Flink's libraries as PyFlink has them."""
        told = {
            **task.told(),
            "endpoint": task.endpoint,
            "table": task.table,
            "region": REGION,
            "repeated_keys": str(task.load.repeats_keys).lower(),
        }
        return from_java("OfficialSink", self.jar, told, report, OPTIONS)
