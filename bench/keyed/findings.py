"""What a run has found: the numbers by name, the table, and what must be reached."""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Column, Table

from bench.goals import Goal
from bench.keyed.laptop import Laptop
from bench.keyed.scenarios import KeptSpan

OURS, PROCESS, THREAD, QUIX = "ours", "pyflink_process", "pyflink_thread", "quixstreams"
TIMES = {PROCESS: 100, THREAD: 10, QUIX: 3}
"""How many times each peer ours must be."""
HEAP_RATE, ROCKSDB_RATE = 80_000, 25_000
VARIABLE_P50_MS, VARIABLE_P99_MS = 60, 200


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the curve: what of ours is run.

    Attributes:
        rocksdb: where the state is; else on the heap.
        keys: customers.
        variables: how many.
        parallelism: of all steps.
    """

    rocksdb: bool
    keys: int
    variables: int = 10
    parallelism: int = 2

    @property
    def name(self) -> str:
        """In the numbers' names."""
        backend = "rocksdb" if self.rocksdb else "heap"
        return f"curve_{backend}_{self.keys}_keys_{self.variables}_variables_parallelism_{self.parallelism}"


@dataclass
class Findings:
    """Filled run by run; what was not run is left out everywhere.

    Attributes:
        keys: customers of the peers' topic.
        many_keys: customers of the largest state by default.
        peers: by contender, flat out over the same topic, ours on the heap among them.
        live: by contender, at a moderate pace.
        curve: ours.
        laptop: the whole job with its table.
    """

    keys: int
    many_keys: int
    peers: dict[str, KeptSpan] = field(default_factory=dict)
    live: dict[str, KeptSpan] = field(default_factory=dict)
    curve: dict[Point, KeptSpan] = field(default_factory=dict)
    laptop: Laptop | None = None

    def numbers(self) -> dict[str, float]:
        """Flat, as bench/results/keyed.json has them."""
        found: dict[str, float] = {}
        for who, span in self.peers.items():
            found |= {
                f"keyed_{who}": span.rate,
                f"cpu_us_per_record_{who}": span.cpu_us_per_record,
                f"state_bytes_per_key_{who}": span.state_bytes_per_key,
            }
        for who, span in self.live.items():
            found |= {f"{part}_ms_{who}": float(span.end.meter[part]) for part in ("p50", "p99")}
        if ours := self.peers.get(OURS):
            found["keyed_heap_10_variables"] = ours.rate
            found["state_bytes_per_key"] = ours.state_bytes_per_key
        if many := self.curve.get(self._many):
            found["keyed_rocksdb_1m_keys"] = many.rate
            found["state_bytes_per_key_rocksdb_1m_keys"] = many.state_bytes_per_key
        for point, span in self.curve.items():
            found[point.name] = span.rate
            found[f"{point.name}_state_bytes_per_key"] = span.state_bytes_per_key
            if span.checkpoint is not None:
                found[f"{point.name}_checkpoint_seconds"] = span.checkpoint.seconds
                found[f"{point.name}_checkpoint_bytes"] = span.checkpoint.bytes_of_all
        if self.laptop is not None:
            found |= {
                "variable_p50_ms": self.laptop.quantile_ms(0.5),
                "variable_p99_ms": self.laptop.quantile_ms(0.99),
                "variable_table_p50_ms": self.laptop.table_p50_ms,
                "variable_table_p99_ms": self.laptop.table_p99_ms,
            }
        return found

    def goals(self) -> list[Goal]:
        """Those whose scenarios were run."""
        goals = []
        ours = self.peers.get(OURS)
        for who, times in TIMES.items():
            if ours and (peer := self.peers.get(who)):
                goals.append(Goal(f"times {who}", _times(ours, peer), least=times))
        if ours:
            goals.append(Goal("decisions/s with 10 variables on the heap", ours.rate, least=HEAP_RATE))
        if many := self.curve.get(self._many):
            goals.append(Goal("decisions/s on RocksDB with a million keys", many.rate, least=ROCKSDB_RATE))
        if self.laptop is not None:
            p50, p99 = self.laptop.quantile_ms(0.5), self.laptop.quantile_ms(0.99)
            goals.append(Goal("from Kafka to a variable that can be read, p50 ms", p50, most=VARIABLE_P50_MS))
            goals.append(Goal("the same, p99 ms", p99, most=VARIABLE_P99_MS))
        return goals

    def show(self, console: Console) -> None:
        """Prints the tables."""
        if self.peers or self.live:
            console.print(self._table_of_peers())
        if self.curve:
            console.print(self._table_of_curve())
        if self.laptop is not None:
            watched = len(self.laptop.watched)
            p50, p99 = self.laptop.quantile_ms(0.5), self.laptop.quantile_ms(0.99)
            line = f"from Kafka to readable: p50 {p50:.0f} ms, p99 {p99:.0f} ms of {watched} decisions"
            alone = f"the table alone {self.laptop.table_p50_ms:.0f} and {self.laptop.table_p99_ms:.0f} ms"
            console.print(f"{line}; {alone}", highlight=False)
        for goal in self.goals():
            console.print(str(goal), highlight=False)

    def _table_of_peers(self) -> Table:
        titles = ("records/s", "ours is", "CPU µs/record", "state bytes/key", "live p50 ms", "live p99 ms")
        table = Table(Column("", no_wrap=True), *titles)
        ours = self.peers.get(OURS)
        for who in dict.fromkeys((*self.peers, *self.live)):
            cells = [who, "", "", "", ""]
            if span := self.peers.get(who):
                cells[1] = f"{span.rate:,.0f}"
                cells[2] = f"{_times(ours, span):.1f} times" if ours and who != OURS else ""
                cells[3:] = f"{span.cpu_us_per_record:,.1f}", f"{span.state_bytes_per_key:,.0f}"
            if live := self.live.get(who):
                cells += [f"{live.end.meter[part]:,}" for part in ("p50", "p99")]
            table.add_row(*cells)
        return table

    def _table_of_curve(self) -> Table:
        of_point = ("state", "keys", "variables", "parallelism")
        table = Table(*of_point, "records/s", "CPU µs/record", "state bytes/key", "checkpoint")
        for point, span in self.curve.items():
            checkpoint = span.checkpoint
            table.add_row(
                "RocksDB" if point.rocksdb else "heap",
                f"{point.keys:,}",
                str(point.variables),
                str(point.parallelism),
                f"{span.rate:,.0f}",
                f"{span.cpu_us_per_record:,.1f}",
                f"{span.state_bytes_per_key:,.0f}",
                f"{checkpoint.bytes_of_all / 1e6:,.0f} MB, {checkpoint.seconds:.1f} s" if checkpoint else "none",
            )
        return table

    @property
    def _many(self) -> Point:
        return Point(rocksdb=True, keys=self.many_keys)


def _times(ours: KeptSpan, other: KeptSpan) -> float:
    return ours.rate / other.rate if other.records else float("inf")
