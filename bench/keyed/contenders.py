"""Who keeps the variables: ours, PyFlink by hand, quixstreams; each in a process of its own."""

from __future__ import annotations

import json
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bench.keyed.peer import python
from bench.launching import FLINK_OPTIONS, PARALLELISM, ROOT, Launch, arguments, from_python
from decision_store.devstack.server import free_port
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas

SAMPLE_MS = 250
COMMIT_SECONDS = 5.0
WORKERS = {"_python_worker_execution_mode": "process"}
"""In a mini cluster PyFlink would run all Python functions in threads of the one process that submits the job; on a
cluster, and so here, each task manager slot has a Python process of its own."""
HEAP = ("-Xms6g", "-Xmx6g")
"""A million customers on the heap; the same for all that have a JVM."""
MANAGED_MEMORY = "1500 mb"
"""For RocksDB's blocks and buffers: what a task manager of four gigabytes has."""


@dataclass(frozen=True, slots=True)
class Task:
    """What one run of a contender does.

    Attributes:
        broker: Kafka's address.
        topic: what is read, from its beginning.
        warm_up_seconds: from the first record to the measured span.
        window_seconds: the measured span.
        warm_up_records: the measured span does not begin before so many (in Flink).
        window_records: it does not end before so many (in Flink, where Python hands records on by the thousand).
    """

    broker: str
    topic: str
    warm_up_seconds: float
    window_seconds: float
    warm_up_records: int = 0
    window_records: int = 0

    def meter(self, report: Path) -> dict[str, int | str]:
        """As the meters read it."""
        return {
            "report": str(report),
            "warm_up_ms": int(self.warm_up_seconds * 1000),
            "window_ms": int(self.window_seconds * 1000),
            "warm_up_records": self.warm_up_records,
            "window_records": self.window_records,
            "milestone": 0,
            "sample_ms": SAMPLE_MS,
        }


class Keeper(Protocol):
    """One of those who keep the variables."""

    @property
    def name(self) -> str:
        """As the table shows it, and in the numbers' names."""

    @property
    def keyed(self) -> str:
        """What the names of the Flink tasks that keep the customers' state hold; empty: there is no Flink."""

    def launch(self, task: Task, report: Path, rest_port: int) -> Launch:
        """How to run the task.

        Args:
            task: what to do.
            report: where the meter's lines go; state may be kept beside it.
            rest_port: of Flink.
        """


class Keeping:
    """A keeper with its task."""

    def __init__(self, keeper: Keeper, task: Task) -> None:
        self.keeper, self.task = keeper, task
        self.rest_port = free_port()
        self.folder = Path()

    @property
    def name(self) -> str:
        """The keeper's."""
        return self.keeper.name

    def launch(self, report: Path) -> Launch:
        """How to start it."""
        self.folder = report.parent
        return self.keeper.launch(self.task, report, self.rest_port)


@dataclass(frozen=True, slots=True)
class Ours:
    """This project's variables job.

    Attributes:
        variables: how many.
        rocksdb: where the state is; else on the heap.
        parallelism: of all its steps.
        table: with the sink, to a table of this name at the endpoint; empty: items are measured instead.
        endpoint: of DynamoDB.
    """

    variables: int = 10
    rocksdb: bool = False
    parallelism: int = PARALLELISM
    table: str = ""
    endpoint: str = ""

    @property
    def name(self) -> str:
        """As the table shows it."""
        return "ours_rocksdb" if self.rocksdb else "ours"

    @property
    def keyed(self) -> str:
        """Of the task that keeps the entities."""
        return "variables-entities"

    def launch(self, task: Task, report: Path, rest_port: int) -> Launch:
        """A Python process, which starts the JVM."""
        told = {
            "settings": {
                "kafka_bootstrap_servers": task.broker,
                "variables_table": self.table or "variables",
                "aws_endpoint_url_dynamodb": self.endpoint or None,
            },
            "topic": task.topic,
            "variables": self.variables,
            "parallelism": self.parallelism,
            "table": self.table,
            "meter": _lines(task.meter(report)),
            "flink": flink(report, rest_port, self.rocksdb),
        }
        return _more_heap(from_python("bench.keyed.ours", told, report))


@dataclass(frozen=True, slots=True)
class ByHand:
    """The same in PyFlink, by hand.

    Attributes:
        mode: `process` or `thread`.
        one_value: all of a customer in one value, instead of a state a variable.
    """

    mode: str
    one_value: bool = False

    @property
    def name(self) -> str:
        """As the table shows it."""
        return f"pyflink_{self.mode}{'_one_value' if self.one_value else ''}"

    @property
    def keyed(self) -> str:
        """Of the task that keeps the customers."""
        return "KEYED PROCESS"

    @property
    def parallelism(self) -> int:
        """Two threads of one Python would only hinder each other."""
        return 1 if self.mode == "thread" else PARALLELISM

    def launch(self, task: Task, report: Path, rest_port: int) -> Launch:
        """A Python process, which starts the JVM, which starts Python processes or has Python in it."""
        told = {
            "settings": {"kafka_bootstrap_servers": task.broker},
            "topic": task.topic,
            "schema": plain_schema(),
            "mode": self.mode,
            "one_value": self.one_value,
            "parallelism": self.parallelism,
            "meter": _lines(task.meter(report)),
            "flink": flink(report, rest_port, rocksdb=False),
        }
        launch = _more_heap(from_python("bench.keyed.by_hand", told, report))
        # A Python inside of a JVM does not find the virtual environment's packages by itself.
        paths = f"{launch.environment['PYTHONPATH']}:{sysconfig.get_path('purelib')}"
        return Launch(launch.command, {**launch.environment, "PYTHONPATH": paths})


@dataclass(frozen=True, slots=True)
class Quix:
    """The same in quixstreams."""

    name: str = "quixstreams"
    keyed: str = ""

    def launch(self, task: Task, report: Path, rest_port: int) -> Launch:
        """A Python process of the peer's own environment, which starts its workers."""
        told = {
            "settings": {"kafka_bootstrap_servers": task.broker},
            "topic": task.topic,
            "schema": plain_schema(),
            "parallelism": PARALLELISM,
            "commit_seconds": COMMIT_SECONDS,
            "meter": task.meter(report),
            "state": str(report.parent / "state"),
        }
        return Launch([str(python()), "-m", "bench.keyed.quix", json.dumps(told)], {"PYTHONPATH": str(ROOT)})


def flink(report: Path, rest_port: int, rocksdb: bool) -> dict[str, str]:
    """Flink's own options, the same for all but the place of the state."""
    return {
        **FLINK_OPTIONS,
        "restart-strategy.type": "none",
        "rest.bind-port": str(rest_port),
        "rest.port": str(rest_port),
        "state.backend.type": "rocksdb" if rocksdb else "hashmap",
        "execution.checkpointing.incremental": str(rocksdb).lower(),
        "execution.checkpointing.dir": (report.parent / "checkpoints").as_uri(),
        "taskmanager.memory.managed.size": MANAGED_MEMORY,
    }


def plain_schema() -> Any:
    """The event's schema with times as numbers: making dates of them would only slow the peers down."""
    return _without_logical_types(shipped_schemas()[EVENT_SUBJECT])


def _without_logical_types(schema: Any) -> Any:
    if isinstance(schema, Mapping):
        return {name: _without_logical_types(value) for name, value in schema.items() if name != "logicalType"}
    return [_without_logical_types(one) for one in schema] if isinstance(schema, list) else schema


def _lines(meter: Mapping[str, int | str]) -> str:
    return "\n".join(arguments({name: str(value) for name, value in meter.items()}))


def _more_heap(launch: Launch) -> Launch:
    flags = f"{launch.environment['JVM_ARGS']} {' '.join(HEAP)}"  # the last of two is the one that counts
    return Launch(launch.command, {**launch.environment, "JVM_ARGS": flags, **WORKERS})
