"""Runs a contender against the server and reads off what it did between two moments."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import psutil

from bench.launching import ROOT, Contender
from decision_store.errors import ActionableError

SILENCE_SECONDS = 180.0
"""Between two lines of a contender's meter, start-up included."""
PATIENCE_SECONDS = 10.0
"""Between asking a contender to end and ending it."""
NOISE = 0.2
"""Processors; this harness and the system take half of it."""


class ContenderError(ActionableError):
    """A contender ended, or was silent; the message holds the end of its log."""


@dataclass(frozen=True, slots=True)
class ServerCounters:
    """The server's side of a moment; each benchmark adds its own.

    Attributes:
        cpu_seconds: its processor time so far.
    """

    cpu_seconds: float


Counters = TypeVar("Counters", bound=ServerCounters)


@dataclass(frozen=True, slots=True)
class Moment(Generic[Counters]):
    """A line of the meter (see Meter.java), with what else was counted as it was read.

    Attributes:
        event: first, window_start, window_end, milestone, input_end or sample.
        since_start: seconds since the process was started.
        meter: the line.
        server: its side.
        memory_bytes: resident, of all the contender's processes.
        machine_cpu_seconds: the processor time of all that runs on the machine.
        processes_cpu_seconds: of all the contender's processes that live, Python's among them.
    """

    event: str
    since_start: float
    meter: dict[str, Any]
    server: Counters
    memory_bytes: int
    machine_cpu_seconds: float
    processes_cpu_seconds: float = 0

    @property
    def seconds(self) -> float:
        """On the contender's own clock."""
        return float(self.meter["nanos"]) / 1e9

    @property
    def records(self) -> int:
        """Since the start."""
        return int(self.meter["records"])


@dataclass(frozen=True)
class Span(Generic[Counters]):
    """What a contender did between two moments."""

    name: str
    begin: Moment[Counters]
    end: Moment[Counters]
    samples: tuple[Moment[Counters], ...] = ()

    @property
    def seconds(self) -> float:
        """How long it was."""
        return self.end.seconds - self.begin.seconds

    @property
    def records(self) -> int:
        """How many records passed the meter."""
        return self.end.records - self.begin.records

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.records / self.seconds

    @property
    def cpu_seconds(self) -> float:
        """The processor time of the contender's JVM."""
        return self.difference("cpu_nanos") / 1e9

    @property
    def cpu_share(self) -> float:
        """Processors in use by the contender's JVM."""
        return self.cpu_seconds / self.seconds

    @property
    def server_cpu_share(self) -> float:
        """Processors in use by the server."""
        return (self.end.server.cpu_seconds - self.begin.server.cpu_seconds) / self.seconds

    @property
    def other_cpu_share(self) -> float:
        """Processors in use by anything else on the machine (this harness is a little of it): what makes noise."""
        all_of_them = (self.end.machine_cpu_seconds - self.begin.machine_cpu_seconds) / self.seconds
        return max(0.0, all_of_them - self.cpu_share - self.server_cpu_share)

    @property
    def noise(self) -> str:
        """What to say of other work beside the span's numbers; empty if there was next to none."""
        if self.other_cpu_share <= NOISE:
            return ""
        return f"   (noise: other work took {self.other_cpu_share:.1f} processors)"

    def difference(self, counter: str) -> float:
        """Of one of the meter's counters."""
        return float(self.end.meter[counter] - self.begin.meter[counter])


@dataclass(frozen=True, kw_only=True)
class ProcessesSpan(Span[Counters]):
    """A span of a contender that has processes beside its JVM, or none."""

    @property
    def cpu_seconds(self) -> float:
        """The processor time of all its processes."""
        return self.end.processes_cpu_seconds - self.begin.processes_cpu_seconds

    @property
    def cpu_us_per_record(self) -> float:
        """In microseconds."""
        return self.cpu_seconds * 1e6 / max(1, self.records)


class Run(Generic[Counters]):
    """A contender at work; a context manager that ends it.

    Args:
        contender: who.
        counters: reads the server's side.
    """

    def __init__(self, contender: Contender, counters: Callable[[], Counters]) -> None:
        self._contender = contender
        self._counters = counters
        self._folder = tempfile.TemporaryDirectory(prefix="bench-")
        self._report = Path(self._folder.name) / "report.jsonl"
        self._log = Path(self._folder.name) / "log"
        launch = contender.launch(self._report)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                launch.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env={**os.environ, "AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}
                | dict(launch.environment),
                start_new_session=True,
            )
        self._started = time.monotonic()
        self.samples: list[Moment[Counters]] = []
        self._seen: dict[str, Moment[Counters]] = {}

    def __enter__(self) -> Run[Counters]:
        return self

    def __exit__(self, *_: object) -> None:
        # Its own session: Python and the JVM below it, and nothing else. Asked first: a JVM that is being recorded
        # writes its recording then.
        family = self._family()
        for last_word in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, last_word)
            psutil.wait_procs(family, timeout=PATIENCE_SECONDS)
        self._process.wait()
        self._folder.cleanup()

    def until(self, event: str) -> Moment[Counters]:
        """The moment of that name, which is waited for unless it has been; samples on the way are kept.

        Raises:
            ContenderError: the process ended, or its meter has been silent for too long.
        """
        while event not in self._seen:
            self.next_moment()
        return self._seen[event]

    def next_moment(self) -> Moment[Counters]:
        """The next line of the meter, whatever it tells; it raises as `until` does."""
        return self._keep(self._next_moment())

    def _keep(self, moment: Moment[Counters]) -> Moment[Counters]:
        if moment.event == "sample":
            self.samples.append(moment)
        else:
            self._seen[moment.event] = moment
        return moment

    def _take_what_is_there(self) -> None:
        while (line := self._next_line()) is not None:
            self._keep(self._moment(line))

    def collect_garbage(self) -> None:
        """Lets the contender's JVM collect all of its heap now, so that what is left is what it holds."""
        for process in self._family():
            if process.name() == "java":
                subprocess.run(["jcmd", str(process.pid), "GC.run"], stdout=subprocess.DEVNULL, check=True)

    @property
    def name(self) -> str:
        """The contender's."""
        return self._contender.name

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self._started

    def has_ended(self, within_seconds: float) -> bool:
        """Whether the contender ends by itself, all its work done; samples on the way are kept.

        Raises:
            ContenderError: it ended with an error.
        """
        deadline = time.monotonic() + within_seconds
        while (code := self._process.poll()) is None and time.monotonic() < deadline:
            self._take_what_is_there()
            time.sleep(0.05)
        self._take_what_is_there()
        if code:
            raise ContenderError(f"{self.name} ended with exit code {code}; its last lines:\n{self._tail()}")
        return code == 0

    @property
    def latest(self) -> Moment[Counters]:
        """The last that was told."""
        return max((*self.samples, *self._seen.values()), key=lambda moment: moment.seconds)

    def window(self) -> tuple[Moment[Counters], Moment[Counters]]:
        """Begin and end of the measured span.

        Raises:
            ContenderError: as `until` does, or not a record passed the meter in the last minutes.
        """
        moved = self.until("first")
        while "window_end" not in self._seen:
            moment = self.next_moment()
            if moment.records > moved.records:
                moved = moment
            elif moment.seconds - moved.seconds > SILENCE_SECONDS:
                raise ContenderError(f"{self.name} stands still after {moved.records:,} records:\n{self._tail()}")
        return self.until("window_start"), self.until("window_end")

    def _next_moment(self) -> Moment[Counters]:
        heard = time.monotonic()
        while True:
            line = self._next_line()
            if line is not None:
                return self._moment(line)
            if self._process.poll() is not None:
                raise ContenderError(f"{self._contender.name} ended; its last lines:\n{self._tail()}")
            if time.monotonic() - heard > SILENCE_SECONDS:
                raise ContenderError(
                    f"{self._contender.name} told nothing for {SILENCE_SECONDS:.0f} s; its last lines:\n{self._tail()}"
                )
            time.sleep(0.005)

    def _moment(self, line: str) -> Moment[Counters]:
        meter = json.loads(line)
        taken = time.monotonic() - self._started
        memory, cpu_seconds = self._used()
        return Moment(meter["event"], taken, meter, self._counters(), memory, _machine_cpu_seconds(), cpu_seconds)

    _read_to = 0

    def _next_line(self) -> str | None:
        if not self._report.exists():
            return None
        with self._report.open() as lines:
            lines.seek(self._read_to)
            line = lines.readline()
            if not line.endswith("\n"):
                return None
            self._read_to = lines.tell()
        return line

    def _family(self) -> list[psutil.Process]:
        try:
            process = psutil.Process(self._process.pid)
            return [process, *process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _used(self) -> tuple[int, float]:
        """Resident memory and processor time of all its processes."""
        memory, cpu_seconds = 0, 0.0
        for process in self._family():
            try:
                with process.oneshot():
                    times = process.cpu_times()
                    memory += process.memory_info().rss
                    cpu_seconds += times.user + times.system
            except psutil.NoSuchProcess:
                continue
        return memory, cpu_seconds

    def _tail(self) -> str:
        logs = [self._log, *Path(self._folder.name).glob("*.log")]
        lines = [line for log in logs if log.exists() for line in log.read_text(errors="replace").splitlines()]
        # Flink says the reason first, and then for long how it stops.
        reasons = dict.fromkeys(line.strip() for line in lines if line.startswith("Caused by:"))
        return "\n".join([*lines[-10:], *list(reasons)[-5:]])


def _machine_cpu_seconds() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - times.iowait - times.guest - times.guest_nice)
