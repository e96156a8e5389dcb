"""Latencies from an acknowledged write to what it brings about."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True, slots=True)
class Summary:
    """Percentiles in seconds; None without samples."""

    count: int
    p50: float | None
    p99: float | None


@dataclass(frozen=True, slots=True)
class Span:
    """A span of the monotonic clock, both ends included."""

    start: float
    end: float


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least `share` of the values do not exceed (nearest rank); None without values."""
    if not values:
        return None
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


class Latencies:
    """Samples, each with the moment of its acknowledgement; for many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._samples: list[tuple[float, float]] = []

    def add(self, acknowledged: float, seconds: float) -> None:
        """Adds a sample.

        Args:
            acknowledged: on the monotonic clock.
            seconds: from then on.
        """
        with self._lock:
            self._samples.append((acknowledged, seconds))

    def summary(self, without: Span | None = None, last: int | None = None) -> Summary:
        """Percentiles.

        Args:
            without: leaves out what was acknowledged in this span.
            last: only of the newest samples.
        """
        with self._lock:
            samples = self._samples[-last:] if last else list(self._samples)
        values = [seconds for at, seconds in samples if without is None or not without.start <= at <= without.end]
        return Summary(len(values), percentile(values, 0.5), percentile(values, 0.99))


class Awaited:
    """Revisions that were acknowledged, until they, or newer ones of their decision, arrive; for many threads.

    Args:
        latencies: told of each arrival.
    """

    def __init__(self, latencies: Latencies) -> None:
        self._latencies = latencies
        self._lock = Lock()
        self._waiting: dict[str, deque[tuple[int, float]]] = {}
        self._arrived: dict[str, tuple[int, float]] = {}
        self.newest_acknowledged = -math.inf
        """When the write was acknowledged that was the last to arrive, on the monotonic clock."""

    def acknowledged(self, decision_id: str, revision: int, at: float) -> None:
        """A write made this revision of the event due. It may have arrived already, for threads take turns."""
        with self._lock:
            highest, seen = self._arrived.get(decision_id, (0, 0.0))
            if highest >= revision:
                self._record(at, seen)
            else:
                self._waiting.setdefault(decision_id, deque()).append((revision, at))

    def arrived(self, decision_id: str, revision: int, at: float) -> None:
        """An event arrived; one that was there before changes nothing."""
        with self._lock:
            if revision <= self._arrived.get(decision_id, (0, 0.0))[0]:
                return
            self._arrived[decision_id] = (revision, at)
            waiting = self._waiting.pop(decision_id, deque())
            for due, acknowledged in waiting:
                if due <= revision:
                    self._record(acknowledged, at)
            if left := deque(one for one in waiting if one[0] > revision):
                self._waiting[decision_id] = left

    def waiting(self) -> int:
        """How many have not arrived."""
        with self._lock:
            return sum(map(len, self._waiting.values()))

    def longest_wait(self) -> float:
        """Seconds that the oldest of them waits; 0 when none does."""
        with self._lock:
            oldest = min((at for of_decision in self._waiting.values() for _, at in of_decision), default=None)
        return 0.0 if oldest is None else time.monotonic() - oldest

    def _record(self, acknowledged: float, seen: float) -> None:
        self.newest_acknowledged = max(self.newest_acknowledged, acknowledged)
        self._latencies.add(acknowledged, max(0.0, seen - acknowledged))
