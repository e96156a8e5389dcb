"""Moments of a stream, and what to do when records are gone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum

RETENTION_MS = 24 * 3_600_000
"""A stream keeps its records for 24 hours (DynamoDB Developer Guide, "Change data capture for DynamoDB Streams")."""


@dataclass(frozen=True, slots=True)
class StreamPosition:
    """A moment of a stream; made by `trim_horizon`, `latest` and `timestamp`.

    Attributes:
        kind: TRIM_HORIZON, LATEST or TIMESTAMP.
        at_ms: epoch milliseconds of a TIMESTAMP, else 0.
    """

    kind: str
    at_ms: int = 0

    @staticmethod
    def trim_horizon() -> StreamPosition:
        """The oldest record the stream still has: up to 24 hours back."""
        return StreamPosition("TRIM_HORIZON")

    @staticmethod
    def latest() -> StreamPosition:
        """The moment the job starts for the first time. Shards that appear later are read from their start."""
        return StreamPosition("LATEST")

    @staticmethod
    def timestamp(epoch_ms: int) -> StreamPosition:
        """A moment by the stream's clock, which counts whole seconds.

        DynamoDB Streams cannot be asked for a moment: a start there reads from the oldest record on (and is billed for
        it) and passes over what was written before the moment's second.
        """
        return StreamPosition("TIMESTAMP", epoch_ms)

    def is_older_than_the_stream(self) -> bool:
        """Whether no stream has all records since the moment any more."""
        return self.kind == "TIMESTAMP" and self.at_ms < time.time() * 1000 - RETENTION_MS


class OnLoss(Enum):
    """What happens when records can no longer be read."""

    FAIL = "FAIL"
    """The job fails with a sentence: what is lost, and what to do."""
    CONTINUE = "CONTINUE"
    """The gap is counted (metric `trimmedGaps`) and logged as an error with its borders; reading goes on behind it."""
