"""How contenders are started: a process of its own each, all with the same JVM and Flink settings."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

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
    "execution.checkpointing.min-pause": "5 s",
    "pipeline.generic-types": "false",
    "pipeline.auto-generate-uids": "false",
    "rest.bind-port": "0",
}


@dataclass(frozen=True, slots=True)
class Launch:
    """A command and what its environment has beside ours."""

    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)


class Contender(Protocol):
    """One of those who are measured; what it does is its own business."""

    @property
    def name(self) -> str:
        """As the table shows it."""

    def launch(self, report: Path) -> Launch:
        """How to start it; the meter's lines go to `report`."""


def from_python(module: str, told: Mapping[str, Any], report: Path) -> Launch:
    """A PyFlink job: a Python process, which starts the JVM.

    Args:
        module: to run; it is given `told` as JSON.
        told: what it is asked to do.
        report: where the meter's lines go.
    """
    return Launch(
        [sys.executable, "-m", module, json.dumps({**told, "report": str(report)})],
        {
            "JVM_ARGS": " ".join(JVM_FLAGS),
            "FLINK_LOG_DIR": str(report.parent),
            "PYTHONPATH": f"{ROOT}:{ROOT / 'connectors'}",
        },
    )


def from_java(
    main: str, jar: Path, told: Mapping[str, str], report: Path, flink: Mapping[str, str] = FLINK_OPTIONS
) -> Launch:
    """A Flink job in Java: a JVM with Flink's libraries as PyFlink has them.

    Args:
        main: the class in bench/jvm.
        jar: what it needs beside Flink.
        told: its arguments.
        report: where the meter's lines go.
        flink: Flink's own options.
    """
    home = flink_home()
    configuration = home / "conf"
    options = {f"flink.{name}": value for name, value in flink.items()}
    return Launch(
        [
            "java",
            *JVM_FLAGS,
            *_java_options(configuration),
            f"-Dlog.file={report.parent / 'flink.log'}",
            f"-Dlog4j.configurationFile={configuration / 'log4j-cli.properties'}",
            "-cp",
            f"{home / 'lib'}/*:{BENCH_JAR}:{jar}",
            f"io.decisionstore.bench.{main}",
            *arguments({"parallelism": str(PARALLELISM), **options, **told, "report": str(report)}),
        ]
    )


def arguments(told: Mapping[str, str]) -> Sequence[str]:
    """As bench/jvm's Arguments reads them."""
    return [f"{name}={value}" for name, value in told.items()]


def flink_home() -> Path:
    """PyFlink's folder, which is a whole Flink."""
    spec = find_spec("pyflink")
    if spec is None or spec.origin is None:
        raise SystemExit("PyFlink is not installed: run `make venv`.")
    return Path(spec.origin).parent


def _java_options(configuration: Path) -> list[str]:
    options = yaml.safe_load((configuration / "config.yaml").read_text())["env"]["java"]["opts"]["all"]
    return str(options).split()
