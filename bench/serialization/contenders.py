"""The same pipeline with records of every kind; each in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.launching import FLINK_OPTIONS, Launch, arguments, from_java, from_python
from decision_store.devstack.server import free_port
from decision_store.flow.jvm import operators_jar

CUSTOMERS = 10_000
SAMPLE_MS = 250
LEAST_RECORDS = 4_000
"""In the measured span, which is longer for who takes longer: PyFlink hands records on by the thousand."""
GENERIC = ("class", "map")
"""Shapes that only Kryo can carry."""


@dataclass(frozen=True, slots=True)
class Task:
    """How long, and what of the pipeline.

    Attributes:
        warm_up_seconds: from the first record to the measured span.
        window_seconds: the measured span.
        state: whether customers are counted; else decisions only pass.
        rocksdb: where the state is; else on the heap.
        object_reuse: whether steps of one task hand records on as they are; else each is copied.
    """

    warm_up_seconds: float
    window_seconds: float
    state: bool = True
    rocksdb: bool = True
    object_reuse: bool = False

    def meter(self) -> dict[str, str]:
        """As the meter reads it."""
        return {
            "warm_up_ms": str(int(self.warm_up_seconds * 1000)),
            "window_ms": str(int(self.window_seconds * 1000)),
            "window_records": str(LEAST_RECORDS),
            "milestone": "0",
            "sample_ms": str(SAMPLE_MS),
        }

    def flink(self, report: Path, rest_port: int, generic: bool) -> dict[str, str]:
        """Flink's own options."""
        return {
            **FLINK_OPTIONS,
            "restart-strategy.type": "none",
            "rest.port": str(rest_port),
            "rest.bind-port": str(rest_port),
            "pipeline.generic-types": str(generic).lower(),
            "pipeline.object-reuse": str(self.object_reuse).lower(),
            "state.backend.type": "rocksdb" if self.rocksdb else "hashmap",
            "execution.checkpointing.dir": (report.parent / "checkpoints").as_uri(),
            "taskmanager.memory.managed.size": "512 mb",
            "metrics.fetcher.update-interval": "1000",
        }


class Kind(Protocol):
    """A kind of records."""

    @property
    def name(self) -> str:
        """As the table shows it, and in the numbers' names."""

    def launch(self, task: Task, report: Path, rest_port: int) -> Launch:
        """How to run the pipeline with it."""


class Carrying:
    """A kind of records with its task."""

    def __init__(self, kind: Kind, task: Task) -> None:
        self.kind, self.task = kind, task
        self.rest_port = free_port()

    @property
    def name(self) -> str:
        """The kind's."""
        return self.kind.name

    def launch(self, report: Path) -> Launch:
        """How to start it."""
        return self.kind.launch(self.task, report, self.rest_port)


@dataclass(frozen=True, slots=True)
class Java:
    """The pipeline in Java.

    Attributes:
        name: as the table shows it.
        shape: as Pipeline.java names it.
    """

    name: str
    shape: str

    def launch(self, task: Task, report: Path, rest_port: int) -> Launch:
        """A JVM with Flink's libraries as PyFlink has them."""
        told = {
            **task.meter(),
            "shape": self.shape,
            "customers": str(CUSTOMERS),
            "state": str(task.state).lower(),
        }
        flink = task.flink(report, rest_port, self.shape in GENERIC)
        return from_java("serialization.Pipeline", operators_jar(), told, report, flink)


@dataclass(frozen=True, slots=True)
class PyFlink:
    """The pipeline in PyFlink's process mode, its source and its end in Java.

    Attributes:
        name: as the table shows it.
        typed: rows with declared types; else nothing is declared, and records are pickled.
    """

    name: str
    typed: bool

    def launch(self, task: Task, report: Path, rest_port: int) -> Launch:
        """A Python process, which starts the JVM, which starts Python processes."""
        told = {
            "typed": self.typed,
            "customers": CUSTOMERS,
            "sink": "\n".join(arguments({**task.meter(), "report": str(report)})),
            "flink": task.flink(report, rest_port, generic=True),
        }
        launch = from_python("bench.serialization.python", told, report)
        # Not in threads of the one process that submits the job, as PyFlink would have it in a mini cluster.
        return Launch(launch.command, {**launch.environment, "_python_worker_execution_mode": "process"})


GENERIC_KRYO = Java("generic_kryo", "class")
GENERIC_MAP = Java("generic_kryo_map", "map")
AVRO = Java("avro_generic", "avro")
POJO = Java("pojo", "pojo")
ROWS = Java("typed_rows", "rows")
OWN = Java("own_serializer", "own")
PICKLED = PyFlink("pyflink_pickled", typed=False)
PYTHON_ROWS = PyFlink("pyflink_rows", typed=True)
KINDS: tuple[Kind, ...] = (GENERIC_KRYO, GENERIC_MAP, AVRO, POJO, ROWS, OWN, PICKLED, PYTHON_ROWS)
