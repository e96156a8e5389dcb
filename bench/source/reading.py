"""What a reader did between two moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.measuring import Run, ServerCounters, Span


@dataclass(frozen=True, slots=True)
class StreamCounters(ServerCounters):
    """The streams server's side of a moment.

    Attributes:
        reads: GetRecords calls so far.
        reads_by_shard: the same of each shard that was read.
    """

    reads: int
    reads_by_shard: Mapping[str, int]


@dataclass(frozen=True)
class ReadSpan(Span[StreamCounters]):
    """What a reader did between two moments; its records are those that reached the end of the pipeline."""

    @property
    def reads_per_second(self) -> float:
        """GetRecords calls a second, all shards together."""
        return (self.end.server.reads - self.begin.server.reads) / self.seconds

    @property
    def cpu_seconds_per_million(self) -> float:
        """The contender's processor time per million records."""
        return self.cpu_seconds / (max(1, self.records) / 1e6)

    @property
    def allocated_per_record(self) -> float:
        """Bytes."""
        return self.difference("allocated") / max(1, self.records)

    @property
    def fields_per_record(self) -> float:
        """Declared fields that were there: the same number for every contender, or one does less work."""
        return self.difference("fields") / max(1, self.records)

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


def window_of(run: Run[StreamCounters]) -> ReadSpan:
    """The measured span of a run."""
    begin, end = run.window()
    return ReadSpan(run.name, begin, end, tuple(run.samples))
