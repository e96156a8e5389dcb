"""What a run has found: the numbers by name, the table, and what must be reached."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.goals import Goal, write_numbers
from bench.source.reading import ReadSpan
from bench.source.scenarios import LIVE_SHARDS, Idle


@dataclass
class Findings:
    """Filled scenario by scenario; what was not run is None and left out everywhere."""

    rtt_ms: float
    ours: ReadSpan | None = None
    official_default: ReadSpan | None = None
    official_zero: ReadSpan | None = None
    sdk: ReadSpan | None = None
    hot_ours: ReadSpan | None = None
    hot_official: ReadSpan | None = None
    live_ours: ReadSpan | None = None
    live_ours_held: ReadSpan | None = None
    live_official: ReadSpan | None = None
    live_official_zero: ReadSpan | None = None
    curve_ours: list[ReadSpan] = field(default_factory=list)
    curve_official: list[ReadSpan] = field(default_factory=list)
    idle_ours: Idle | None = None
    idle_official: Idle | None = None
    soak: ReadSpan | None = None

    def numbers(self) -> dict[str, float]:
        """Flat, as bench/results/source.json has them."""
        found: dict[str, float] = {"rtt_ms": self.rtt_ms}
        rates = {
            "drain_ours": self.ours,
            "drain_official_default": self.official_default,
            "drain_official_zero": self.official_zero,
            "drain_sdk": self.sdk,
            "hot_shard_ours": self.hot_ours,
            "hot_shard_official_default": self.hot_official,
        }
        costs = {
            "ours": self.ours,
            "official_default": self.official_default,
            "official_zero": self.official_zero,
            "sdk": self.sdk,
        }
        lives = {
            "live": self.live_ours,
            "live_held": self.live_ours_held,
            "live_official": self.live_official,
            "live_official_zero": self.live_official_zero,
        }
        found |= {name: span.rate for name, span in rates.items() if span}
        for name, span in costs.items():
            if span:
                found[f"cpu_s_per_million_{name}"] = span.cpu_seconds_per_million
                found[f"alloc_bytes_per_record_{name}"] = span.allocated_per_record
                found[f"records_per_read_{name}"] = span.records_per_read
        for name, span in lives.items():
            if span:
                found |= {
                    f"{name}_{label}_ms": span.latency_ms(quantile)
                    for label, quantile in (("p50", "p50"), ("p90", "p90"), ("p99", "p99"), ("p999", "p999"))
                }
                found[f"{name}_reads_per_s"] = span.reads_per_second
        for name, idle in {"idle_ours": self.idle_ours, "idle_official": self.idle_official}.items():
            if idle:
                found |= {
                    f"{name}_all_read_s": idle.all_read_seconds,
                    f"{name}_memory_mb": idle.span.end.memory_bytes / 1e6,
                    f"{name}_heap_after_gc_mb": idle.span.end.meter["heap_after_gc"] / 1e6,
                    f"{name}_cpus": idle.span.cpu_share,
                    f"{name}_reads_per_s": idle.span.reads_per_second,
                    f"{name}_fewest_reads_per_s_of_a_shard": idle.span.fewest_reads_per_second_of_a_shard,
                    f"{name}_max_ms": idle.span.latency_ms("max"),
                }
        if self.soak:
            heaps = heap_curve(self.soak)
            found |= {
                "soak_records": self.soak.records,
                "soak_heap_first_half_mb": median(heaps[len(heaps) // 10 : len(heaps) // 2]),
                "soak_heap_second_half_mb": median(heaps[len(heaps) // 2 :]),
            }
        return found

    def write(self, path: Path) -> None:
        """As JSON."""
        write_numbers(self.numbers(), path)

    def goals(self) -> list[Goal]:
        """Those whose scenarios were run."""
        goals = []
        if self.ours:
            for peer, times in ((self.official_default, 3), (self.official_zero, 3), (self.sdk, 1.2)):
                if peer:
                    goals.append(Goal(f"drain, times {peer.name}", self.ours.rate / peer.rate, least=times))
        if self.hot_ours and self.hot_official:
            ratio = self.hot_ours.rate / self.hot_official.rate
            goals.append(Goal("one shard, times official, defaults", ratio, least=15))
        if self.live_ours:
            reads = self.live_ours.reads_per_second / LIVE_SHARDS
            goals.append(Goal("live, reads a second a shard", reads, most=50.5))
            goals.append(Goal("live, p50 ms", self.live_ours.latency_ms("p50"), most=20))
            goals.append(Goal("live, p99 ms", self.live_ours.latency_ms("p99"), most=45))
        if self.live_ours_held and self.live_official:
            peer, held = self.live_official, self.live_ours_held
            most = peer.reads_per_second * 1.02
            goals.append(Goal("live at the official number of reads, reads a second", held.reads_per_second, most=most))
            for quantile in ("p50", "p90", "p99", "p999", "max"):
                bound = peer.latency_ms(quantile) - (1 if quantile == "p99" else 0)
                goals.append(Goal(f"the same, {quantile} ms", held.latency_ms(quantile), most=bound))
        return goals

    def show(self, console: Console, missing: str | None) -> None:
        """Prints the table.

        Args:
            console: where to.
            missing: why the peer's rows are not there.
        """
        drains = Table(
            "drain", "records/s", "CPU s per million", "bytes a record", "records a read", "fields", "server's CPU"
        )
        for label, span in self._drains():
            drains.add_row(
                f"{label}: {span.name}",
                f"{span.rate:,.0f}",
                f"{span.cpu_seconds_per_million:.2f}",
                f"{span.allocated_per_record:,.0f}",
                f"{span.records_per_read:,.0f}",
                f"{span.fields_per_record:.1f}",
                f"{span.server_cpu_share:.2f}",
            )
        lives = Table("live", "reads/s", "p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms", "records/s", "CPUs")
        for span in self._lives():
            times = [str(span.latency_ms(quantile)) for quantile in ("p50", "p90", "p99", "p999", "max")]
            lives.add_row(
                span.name, f"{span.reads_per_second:.0f}", *times, f"{span.rate:,.0f}", f"{span.cpu_share:.2f}"
            )
        idles = Table(
            "many shards, idle",
            "all read s",
            "memory MB",
            "heap after GC MB",
            "CPUs",
            "reads/s",
            "fewest of a shard",
            "p50 ms",
            "p99 ms",
            "max ms",
        )
        for idle in (self.idle_ours, self.idle_official):
            if idle:
                idles.add_row(
                    idle.span.name,
                    f"{idle.all_read_seconds:.1f}",
                    f"{idle.span.end.memory_bytes / 1e6:,.0f}",
                    f"{idle.span.end.meter['heap_after_gc'] / 1e6:,.0f}",
                    f"{idle.span.cpu_share:.2f}",
                    f"{idle.span.reads_per_second:.0f}",
                    f"{idle.span.fewest_reads_per_second_of_a_shard:.2f}",
                    *(str(idle.span.latency_ms(quantile)) for quantile in ("p50", "p99", "max")),
                )
        for table in (drains, lives, idles):
            if missing and table.row_count and not self.soak:
                table.add_row("official", missing)
            if table.row_count:
                console.print(table)
        for goal in self.goals():
            console.print(str(goal), highlight=False)

    def _drains(self) -> Iterable[tuple[str, ReadSpan]]:
        for span in (self.ours, self.official_default, self.official_zero, self.sdk):
            if span:
                yield "64 shards", span
        for span in (self.hot_ours, self.hot_official):
            if span:
                yield "1 shard", span
        if self.soak:
            yield "soak", self.soak

    def _lives(self) -> Iterable[ReadSpan]:
        ours = (self.live_ours, self.live_ours_held, *self.curve_ours)
        official = (self.live_official, self.live_official_zero, *self.curve_official)
        return (span for span in (*ours, *official) if span)


def heap_curve(span: ReadSpan) -> list[tuple[float, float]]:
    """Records read (millions) and the heap after a full collection (MB), by samples."""
    return [(sample.records / 1e6, sample.meter["heap_after_full_gc"] / 1e6) for sample in span.samples]


def median(heaps: list[tuple[float, float]]) -> float:
    """Of the heaps of a part of the curve; 0 where it has none."""
    return statistics.median(heap for _, heap in heaps) if heaps else 0.0
