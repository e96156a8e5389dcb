"""Who is measured, and how each is started: a process of its own, all with the same JVM and Flink settings."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import yaml

ROOT = Path(__file__).resolve().parents[1]
BENCH_JAR = ROOT / "bench/jvm/target/decision-store-bench.jar"
SDK_JARS = ROOT / "bench/jvm/target/sdk"

# The JVM's own defaults on a server of this size, written down so that they are the same on another: the optimizing
# compiler, G1, and as much heap as a small task manager has.
JVM_FLAGS = ("-Xms2g", "-Xmx2g", "-XX:+UseG1GC", *os.environ.get("BENCH_JVM_FLAGS", "").split())
"""BENCH_JVM_FLAGS adds to them, for all contenders: to look into one, see bench/README.md."""
PARALLELISM = 2
# As every job of this project sets them, and as any job that must not lose anything does.
FLINK_OPTIONS = {
    "execution.checkpointing.interval": "5 s",
    "pipeline.generic-types": "false",
    "pipeline.auto-generate-uids": "false",
    "rest.bind-port": "0",
}
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


@dataclass(frozen=True, slots=True)
class Launch:
    """A command and what its environment has beside ours."""

    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)


class Contender(Protocol):
    """One of those who read the stream."""

    @property
    def name(self) -> str:
        """As the table shows it."""

    def launch(self, task: Task, report: Path) -> Launch:
        """How to run the task; the meter's lines go to `report`."""


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
            "report": str(report),
            "latency_goal_ms": self.latency_goal_ms,
            "reads_per_second": self.reads_per_second,
            "parallelism": PARALLELISM,
            "flink": FLINK_OPTIONS,
        }
        return Launch(
            [sys.executable, "-m", "bench.ours", json.dumps(told)],
            {
                "JVM_ARGS": " ".join(JVM_FLAGS),
                "FLINK_LOG_DIR": str(report.parent),
                "PYTHONPATH": f"{ROOT}:{ROOT / 'connectors'}",
            },
        )


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
        home = _flink_home()
        configuration = home / "conf"
        told = {
            **_told(task, report),
            "wait_ms": _or_default(self.wait_ms),
            "discovery_ms": _or_default(self.discovery_ms),
            "parallelism": str(PARALLELISM),
            **{f"flink.{name}": value for name, value in FLINK_OPTIONS.items()},
        }
        return Launch(
            [
                "java",
                *JVM_FLAGS,
                *_java_options(configuration),
                f"-Dlog.file={report.parent / 'flink.log'}",
                f"-Dlog4j.configurationFile={configuration / 'log4j-cli.properties'}",
                "-cp",
                f"{home / 'lib'}/*:{BENCH_JAR}:{self.jar}",
                "io.decisionstore.bench.OfficialConnector",
                *_arguments(told),
            ]
        )


@dataclass(frozen=True, slots=True)
class PlainClient:
    """The AWS SDK in a few threads, without Flink: the practical ceiling."""

    @property
    def name(self) -> str:
        """As the table shows it."""
        return f"plain SDK, {PLAIN_CLIENT_THREADS} threads"

    def launch(self, task: Task, report: Path) -> Launch:
        """A JVM with the SDK alone."""
        told = {**_told(task, report), "region": "eu-west-1", "threads": str(PLAIN_CLIENT_THREADS)}
        # Flink's libraries for their logging only.
        classes = f"{SDK_JARS}/*:{BENCH_JAR}:{_flink_home() / 'lib'}/*"
        main = "io.decisionstore.bench.PlainClient"
        return Launch(["java", *JVM_FLAGS, "-cp", classes, main, *_arguments(told)])


def _told(task: Task, report: Path) -> dict[str, str]:
    return {
        "endpoint": task.endpoint,
        "stream": task.stream,
        "start": task.start,
        "latency": str(task.latency).lower(),
        "warm_up_ms": str(int(task.warm_up_seconds * 1000)),
        "window_ms": str(int(task.window_seconds * 1000)),
        "milestone": str(task.milestone),
        "report": str(report),
    }


def _or_default(milliseconds: int | None) -> str:
    return "default" if milliseconds is None else str(milliseconds)


def _arguments(told: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in told.items()]


def _flink_home() -> Path:
    spec = find_spec("pyflink")
    if spec is None or spec.origin is None:
        raise SystemExit("PyFlink is not installed: run `make venv`.")
    return Path(spec.origin).parent


def _java_options(configuration: Path) -> list[str]:
    options = yaml.safe_load((configuration / "config.yaml").read_text())["env"]["java"]["opts"]["all"]
    return str(options).split()
