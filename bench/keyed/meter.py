"""The meter of a contender that is Python alone: the lines of Meter.java, counted over several worker processes.

It imports nothing of the project: it runs in the peer's own virtual environment.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from multiprocessing.context import SpawnContext
from pathlib import Path
from typing import Any

LONGEST_MS = 120_000
"""One count a millisecond, rounded up; what takes longer is counted in the last."""


class Lane:
    """A worker's counters, in memory that is shared with the meter.

    Args:
        context: of the worker processes.
        in_window: whether latencies are kept now; the meter's.
    """

    def __init__(self, context: SpawnContext, in_window: Any) -> None:
        self._records = context.RawValue("q", 0)
        self._took = context.RawArray("q", LONGEST_MS + 1)
        self._in_window = in_window

    def record(self, event_time_ms: int) -> None:
        """Counts a record.

        Args:
            event_time_ms: of its event.
        """
        self._records.value += 1
        if self._in_window.value:
            took = -(-(time.time_ns() - event_time_ms * 1_000_000) // 1_000_000)
            self._took[max(0, min(LONGEST_MS, took))] += 1

    @property
    def records(self) -> int:
        """So far."""
        return int(self._records.value)

    @property
    def took(self) -> Sequence[int]:
        """How many took so many milliseconds."""
        took: Sequence[int] = self._took[:]
        return took


class Meter:
    """Tells what was done, until the process ends.

    Args:
        report: where the lines go.
        warm_up_ms: from the first record to the measured span.
        window_ms: the measured span.
        sample_ms: from sample to sample.
        in_window: shared with the lanes.
    """

    def __init__(self, report: Path, warm_up_ms: int, window_ms: int, sample_ms: int, in_window: Any) -> None:
        self._report = report
        self._warm_up, self._window, self._sample = warm_up_ms / 1e3, window_ms / 1e3, sample_ms / 1e3
        self._in_window = in_window

    def run(self, lanes: Sequence[Lane]) -> None:
        """Does not return."""
        with self._report.open("w") as self._lines:
            while not any(lane.records for lane in lanes):
                time.sleep(0.001)
            first = next_sample = time.monotonic()
            self._tell("first", lanes)
            ended = False
            while True:
                time.sleep(0.005)
                now = time.monotonic()
                if not ended and not self._in_window.value and now >= first + self._warm_up:
                    self._tell("window_start", lanes)
                    self._in_window.value = 1
                    end = now + self._window
                if self._in_window.value and now >= end:
                    self._in_window.value = 0
                    ended = True
                    self._tell("window_end", lanes)
                if now >= next_sample:
                    next_sample += self._sample
                    self._tell("sample", lanes)

    def _tell(self, event: str, lanes: Sequence[Lane]) -> None:
        told = {
            "event": event,
            "nanos": time.monotonic_ns(),
            "records": sum(lane.records for lane in lanes),
            "cpu_nanos": time.process_time_ns(),  # the meter's own; the workers' is read from outside
        }
        if event == "window_end":
            took = [sum(counts) for counts in zip(*(lane.took for lane in lanes), strict=True)]
            told |= {f"p{part * 100:g}": quantile(took, part) for part in (0.5, 0.9, 0.99)}
        self._lines.write(json.dumps(told) + "\n")
        self._lines.flush()


def quantile(took: Sequence[int], part: float) -> int:
    """The least time within which the given part came; -1 when there were none."""
    measured = sum(took)
    seen = 0
    for place, count in enumerate(took):
        seen += count
        if measured and seen >= part * measured:
            return place
    return -1
