"""Runs a contender against the server and reads off what it did between two moments."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from bench.contenders import ROOT, Contender, Task
from decision_store.errors import ActionableError

SILENCE_SECONDS = 90.0
"""Between two lines of a contender's meter, start-up included."""
PATIENCE_SECONDS = 10.0
"""Between asking a contender to end and ending it."""


class ContenderError(ActionableError):
    """A contender ended, or was silent; the message holds the end of its log."""


@dataclass(frozen=True, slots=True)
class ServerCounters:
    """The server's side of a moment.

    Attributes:
        reads: GetRecords calls so far.
        reads_by_shard: the same of each shard that was read.
        cpu_seconds: its processor time so far.
    """

    reads: int
    reads_by_shard: Mapping[str, int]
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of the meter (see Meter.java), with what else was counted as it was read.

    Attributes:
        event: first, window_start, window_end, milestone or sample.
        since_start: seconds since the process was started.
        meter: the line.
        server: its side.
        memory_bytes: resident, of all the contender's processes.
        machine_cpu_seconds: the processor time of all that runs on the machine.
    """

    event: str
    since_start: float
    meter: dict[str, Any]
    server: ServerCounters
    memory_bytes: int
    machine_cpu_seconds: float

    @property
    def seconds(self) -> float:
        """On the contender's own clock."""
        return float(self.meter["nanos"]) / 1e9

    @property
    def records(self) -> int:
        """Since the start."""
        return int(self.meter["records"])


@dataclass(frozen=True, slots=True)
class Span:
    """What a contender did between two moments."""

    name: str
    begin: Moment
    end: Moment
    samples: tuple[Moment, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it was."""
        return self.end.seconds - self.begin.seconds

    @property
    def records(self) -> int:
        """How many records reached the end of the pipeline."""
        return self.end.records - self.begin.records

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.records / self.seconds

    @property
    def reads_per_second(self) -> float:
        """GetRecords calls a second, all shards together."""
        return (self.end.server.reads - self.begin.server.reads) / self.seconds

    @property
    def cpu_share(self) -> float:
        """Processors in use by the contender's JVM."""
        return self._difference("cpu_nanos") / 1e9 / self.seconds

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
    def cpu_seconds_per_million(self) -> float:
        """The contender's processor time per million records."""
        return self._difference("cpu_nanos") / 1e9 / (max(1, self.records) / 1e6)

    @property
    def allocated_per_record(self) -> float:
        """Bytes."""
        return self._difference("allocated") / max(1, self.records)

    @property
    def fields_per_record(self) -> float:
        """Declared fields that were there: the same number for every contender, or one does less work."""
        return self._difference("fields") / max(1, self.records)

    @property
    def records_per_read(self) -> float:
        """How full pages are."""
        return self.records / max(1, self.end.server.reads - self.begin.server.reads)

    @property
    def fewest_reads_per_second_of_a_shard(self) -> float:
        """Of the shard that was read least; 0 means that one starves."""
        before = self.begin.server.reads_by_shard
        after = self.end.server.reads_by_shard
        return min(after[shard] - before.get(shard, 0) for shard in after) / self.seconds

    def latency_ms(self, quantile: str) -> int:
        """Of p50, p90, p99, p999, max: written to the end of the pipeline."""
        return int(self.end.meter[quantile])

    def _difference(self, counter: str) -> float:
        return float(self.end.meter[counter] - self.begin.meter[counter])


class Run:
    """A contender at work; a context manager that ends it.

    Args:
        contender: who.
        task: what it does.
        counters: reads the server's side.
    """

    def __init__(self, contender: Contender, task: Task, counters: Callable[[], ServerCounters]) -> None:
        self._contender = contender
        self._counters = counters
        self._folder = tempfile.TemporaryDirectory(prefix="bench-")
        self._report = Path(self._folder.name) / "report.jsonl"
        self._log = Path(self._folder.name) / "log"
        launch = contender.launch(task, self._report)
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
        self.samples: list[Moment] = []
        self._seen: dict[str, Moment] = {}

    def __enter__(self) -> Run:
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

    def until(self, event: str) -> Moment:
        """The moment of that name, which is waited for unless it has been; samples on the way are kept.

        Raises:
            ContenderError: the process ended, or its meter has been silent for too long.
        """
        while event not in self._seen:
            self.next_moment()
        return self._seen[event]

    def next_moment(self) -> Moment:
        """The next line of the meter, whatever it tells; it raises as `until` does."""
        moment = self._next_moment()
        if moment.event == "sample":
            self.samples.append(moment)
        else:
            self._seen[moment.event] = moment
        return moment

    def collect_garbage(self) -> None:
        """Lets the contender's JVM collect all of its heap now, so that what is left is what it holds."""
        for process in self._family():
            if process.name() == "java":
                subprocess.run(["jcmd", str(process.pid), "GC.run"], stdout=subprocess.DEVNULL, check=True)

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self._started

    def window(self) -> Span:
        """The measured span."""
        begin = self.until("window_start")
        end = self.until("window_end")
        return Span(self._contender.name, begin, end, tuple(self.samples))

    def _next_moment(self) -> Moment:
        heard = time.monotonic()
        while True:
            line = self._next_line()
            if line is not None:
                meter = json.loads(line)
                taken = time.monotonic() - self._started
                return Moment(meter["event"], taken, meter, self._counters(), self._memory(), _machine_cpu_seconds())
            if self._process.poll() is not None:
                raise ContenderError(f"{self._contender.name} ended; its last lines:\n{self._tail()}")
            if time.monotonic() - heard > SILENCE_SECONDS:
                raise ContenderError(
                    f"{self._contender.name} told nothing for {SILENCE_SECONDS:.0f} s; its last lines:\n{self._tail()}"
                )
            time.sleep(0.005)

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

    def _memory(self) -> int:
        total = 0
        for process in self._family():
            try:
                total += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        return total

    def _tail(self) -> str:
        logs = [self._log, *Path(self._folder.name).glob("*.log")]
        lines = [line for log in logs if log.exists() for line in log.read_text(errors="replace").splitlines()]
        return "\n".join(lines[-15:])


def _machine_cpu_seconds() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - times.iowait - times.guest - times.guest_nice)
