"""The JVM's operators of the variables job, run by tests: without Flink's runtime, a case in milliseconds."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal

from decision_store.errors import ActionableError
from decision_store.model.plan import VariablesPlan, to_json
from decision_store.testing.decisions import Event
from decision_store.testing.wire import encoded

MAIN = "io.decisionstore.operators.variables.LocalRun"

Mode = Literal["heap", "bytes"]
"""How state is kept: as objects, or written and read at every access as RocksDB does."""


class EngineError(ActionableError):
    """The JVM cannot be started, refuses a case, or ended; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class EngineStep:
    """Something that happens to the job; in this order: it changes, it restarts, the clock moves, events arrive.

    Attributes:
        at: epoch ms of the wall clock; timers up to it fire in their order.
        events: what arrives then.
        plan: from this step on the job runs with it, from a savepoint of before; None: as it was.
        restart: whether all state is written and read back.
    """

    at: int
    events: tuple[Event, ...] = ()
    plan: VariablesPlan | None = None
    restart: bool = False


@dataclass(frozen=True, slots=True)
class EngineAnswer:
    """What a step made.

    Attributes:
        items: the whole table after it, by (entity, use_case).
        written: how many items were written in it.
        dead_letters: how many events could not be read in it.
    """

    items: Mapping[tuple[str, str], Mapping[str, Any]]
    written: int
    dead_letters: int


class JvmEngine:
    """The JVM in a process of its own; ends with its block.

    Example:
        >>> with JvmEngine() as engine:
        ...     answers = engine.run(plan, [EngineStep(at=0, events=(decision(at=0),))])
    """

    def __init__(self, mode: Mode = "heap", jar: Path | None = None) -> None:
        """Nothing runs yet.

        Args:
            mode: how state is kept.
            jar: of the operators; None: the one for the installed PyFlink.
        """
        self._mode = mode
        self._jar = jar
        self._process: subprocess.Popen[str] | None = None
        self._said: IO[str] | None = None

    def __enter__(self) -> JvmEngine:
        """Starts the JVM.

        Raises:
            EngineError: Java or Flink's jars are missing.
            MissingJarError: the operators' jar is not built.
        """
        self._said = tempfile.TemporaryFile("w+")
        jars = os.pathsep.join(map(str, [self._jar or _operators_jar(), *_flink_jars()]))
        # Minutes of ever new plans: the optimizing compiler costs more than it gives.
        options = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g"]
        command = [_java(), *options, "-cp", jars, MAIN, self._mode]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, encoding="utf-8"
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the JVM."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._said is not None
        with suppress(BrokenPipeError):  # it has ended already
            self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._said.close()

    def run(self, plan: VariablesPlan, steps: Iterable[EngineStep]) -> list[EngineAnswer]:
        """Runs a job from nothing through some steps.

        Args:
            plan: what it begins with.
            steps: their times do not fall.

        Raises:
            EngineError: the JVM refuses the case, or has ended.
        """
        return self.begin(plan, steps)()

    def begin(self, plan: VariablesPlan, steps: Iterable[EngineStep]) -> Callable[[], list[EngineAnswer]]:
        """As `run`, but does not wait: the caller has something else to do.

        Returns:
            What waits for the answer; called before another run begins.
        """
        told = [_told(step, plan) for step in steps]
        self._say(f'{{"plan":{to_json(plan)},"steps":[{",".join(told)}]}}\n')
        return self._answer

    def _say(self, case: str) -> None:
        if self._process is None or self._process.stdin is None:
            raise EngineError("The JVM runs only within its block: with JvmEngine() as engine: ...")
        with suppress(BrokenPipeError):  # there will be no answer, which says why
            self._process.stdin.write(case)
            self._process.stdin.flush()

    def _answer(self) -> list[EngineAnswer]:
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise EngineError(f"The JVM ended with {self._process.wait()}: {self._last_words()}")
        answer = json.loads(line)
        if "error" in answer:
            raise EngineError(f"The JVM says: {answer['error']}")
        return [_answer(step) for step in answer["steps"]]

    def _last_words(self) -> str:
        assert self._said is not None
        self._said.seek(0)
        return self._said.read()[-2_000:].strip() or "it said nothing"


def _told(step: EngineStep, plan: VariablesPlan) -> str:
    schema = (step.plan or plan).event_schema
    parts = [
        f'"at":{step.at}',
        f'"events":{json.dumps([base64.b64encode(encoded(event, schema)).decode() for event in step.events])}',
    ]
    if step.plan is not None:
        parts.append(f'"plan":{to_json(step.plan)}')
    if step.restart:
        parts.append('"restart":true')
    return f"{{{','.join(parts)}}}"


def _answer(step: Any) -> EngineAnswer:
    items = {
        (entity, use_case): item for use_case, entities in step["items"].items() for entity, item in entities.items()
    }
    return EngineAnswer(items, step["written"], step["dead_letters"])


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if java is None:
        raise EngineError("There is no java: install a JDK 17, and put it on the PATH or set JAVA_HOME.")
    return java


def _flink_jars() -> Sequence[Path]:
    """The Flink that PyFlink brings along."""
    found = importlib.util.find_spec("pyflink")
    if found is None or found.origin is None:
        raise EngineError(
            "The operators need PyFlink's jars, and it is not installed: pip install 'decision-store[jobs]'."
        )
    return sorted((Path(found.origin).parent / "lib").glob("*.jar"))


def _operators_jar() -> Path:
    from decision_store.flow.jvm import operators_jar  # only now: it imports PyFlink

    return operators_jar()
