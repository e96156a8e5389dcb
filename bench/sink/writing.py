"""What a writer did between two moments, and what the table saw of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from bench.measuring import ServerCounters, Span

BIN_SECONDS = 0.1
"""Of the scripted table's timeline."""


@dataclass(frozen=True, slots=True)
class Bin:
    """A tenth of a second of a table's life.

    Attributes:
        at: seconds from the beginning of the measured span to the bin's.
        accepted: items.
        units: write units of these.
        refused: items thrown back for want of capacity.
    """

    at: float
    accepted: int
    units: float
    refused: int


@dataclass(frozen=True, slots=True)
class Written:
    """What a table saw in the measured span, on the server's clock.

    Attributes:
        seconds: how long the span was.
        accepted: items.
        units: write units of these.
        refused: items thrown back for want of capacity.
        unprocessed: items left unprocessed by the script.
        stale: items written over a newer version.
        duplicates: items written again in the version that was there.
        overlapping: items sent while another write of their key was unanswered.
        p50_ms: from the making of a row to its item's acceptance.
        p99_ms: the same.
        accepted_by_partition: items.
        timeline: every bin of the span, without gaps.
    """

    seconds: float
    accepted: int
    units: float
    refused: int
    unprocessed: int
    stale: int
    duplicates: int
    overlapping: int
    p50_ms: float
    p99_ms: float
    accepted_by_partition: Sequence[int]
    timeline: Sequence[Bin]

    @property
    def refused_share(self) -> float:
        """Of the items in all requests, those that were thrown back."""
        return self.refused / max(1, self.accepted + self.refused)

    def used_share(self, capacity: float) -> float:
        """Of the units the table had."""
        return self.units / (capacity * self.seconds)

    def others_share(self, partition: int, offered_per_second: float) -> float:
        """What the partitions but one accepted, of what was offered to them."""
        accepted = sum(items for place, items in enumerate(self.accepted_by_partition) if place != partition)
        return accepted / self.seconds / offered_per_second


@dataclass(frozen=True, slots=True)
class End:
    """What the table holds once a job has ended by itself.

    Attributes:
        keys: that were written.
        lost: of these, those of which it does not hold the newest version.
        stale: items written over a newer version, since the measured span began.
        in_time: whether the job has ended; otherwise what it still held is among the lost.
    """

    keys: int
    lost: int
    stale: int
    in_time: bool = True


@dataclass(frozen=True, kw_only=True)
class WriteSpan(Span[ServerCounters]):
    """What a writer did in the measured span; its records are the rows it has taken.

    Attributes:
        written: the table's side.
        ended: None where the job goes on.
    """

    written: Written
    ended: End | None = None

    @property
    def items_per_second(self) -> float:
        """Accepted by the table."""
        return self.written.accepted / self.written.seconds

    @property
    def cpu_us_per_item(self) -> float:
        """The contender's processor time, in microseconds, the making of the rows included."""
        return self.cpu_seconds * 1e6 / max(1, self.written.accepted)

    @property
    def rows_over_time(self) -> list[tuple[float, float]]:
        """Seconds since the span's beginning and rows taken a second, from sample to sample."""
        begin = self.begin.seconds
        pairs = zip(self.samples, self.samples[1:], strict=False)
        return [
            (later.seconds - begin, (later.records - earlier.records) / (later.seconds - earlier.seconds))
            for earlier, later in pairs
            if earlier.seconds >= begin and later.seconds <= self.end.seconds
        ]


def without_gaps(bins: Sequence[Bin], seconds: float) -> list[Bin]:
    """All bins of a span: the server tells only of those in which anything happened."""
    by_place = {round(one.at / BIN_SECONDS): one for one in bins}
    places = range(int(seconds / BIN_SECONDS + 1e-9))
    return [by_place.get(place, Bin(place * BIN_SECONDS, 0, 0, 0)) for place in places]


def seconds_to_reach(timeline: Sequence[Bin], changed_at: float, wanted: float, then_for: float = 10) -> float | None:
    """How long after a change the table's units a second have reached what is wanted, and stay there.

    Args:
        timeline: without gaps.
        changed_at: seconds since the timeline's beginning.
        wanted: units a second: the average of a whole second after the change, and of the span after that.
        then_for: seconds of that span; as much of it as there is.

    Returns:
        From the change to the end of that first second, so never less than 1; None: not in this timeline.
    """
    second = round(1 / BIN_SECONDS)
    after = round(then_for / BIN_SECONDS)
    first = ceil(changed_at / BIN_SECONDS - 1e-9)
    for end in range(first + second, len(timeline) - second + 1):
        then = timeline[end : end + after]
        if _rate(timeline[end - second : end]) >= wanted and _rate(then) >= wanted:
            return end * BIN_SECONDS - changed_at
    return None


def averaged(timeline: Sequence[Bin], bins: int) -> list[Bin]:
    """Bins of so many, as rates a second: for a line that can be looked at."""
    return [
        Bin(
            part[0].at,
            round(sum(one.accepted for one in part) / (bins * BIN_SECONDS)),
            sum(one.units for one in part) / (bins * BIN_SECONDS),
            round(sum(one.refused for one in part) / (bins * BIN_SECONDS)),
        )
        for part in (timeline[place : place + bins] for place in range(0, len(timeline) - bins + 1, bins))
    ]


def _rate(bins: Sequence[Bin]) -> float:
    return sum(one.units for one in bins) / (len(bins) * BIN_SECONDS)
