"""The scripted write endpoint, as every contender finds it: a process of its own, 5 ms a round trip."""

from __future__ import annotations

import time

import psutil

from bench.measuring import ServerCounters
from bench.server import server_process
from bench.sink.writing import Bin, End, Written, without_gaps
from flink_dynamodb.testing import Provisioned, TableServer, on_demand, provisioned

ROUND_TRIP_MS = 5
NAME = "bench"


class WrittenTable:
    """A server with one table; a context manager that ends it.

    Args:
        capacity: write units a second, without any to spare; None for on demand, without a ceiling.
        partitions: how many there are.
        partition_units: what each takes a second; None for no limit.
    """

    def __init__(self, capacity: int | None = None, partitions: int = 1, partition_units: int | None = None) -> None:
        self._server = TableServer()
        self._watched: psutil.Process = server_process()
        self._server.delay(ROUND_TRIP_MS)
        self._table = self._server.create_table(
            NAME,
            key=("entity", "use_case"),
            capacity=on_demand() if capacity is None else _provisioned(capacity),
            partitions=partitions,
            partition_write_units=partition_units,
            version_attribute="version",
            created_at_attribute="created_at",
            stores_items=False,
        )
        self.endpoint = self._server.url
        self.name = NAME
        self._began = 0.0

    def __enter__(self) -> WrittenTable:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def set_capacity(self, units: int) -> None:
        """Of a provisioned table, from now on."""
        self._table.set_capacity(_provisioned(units))

    def leave_unprocessed(self, share: float, seed: int) -> None:
        """This part of a batch's items, at random, from now on."""
        self._table.leave_unprocessed(share, seed=seed)

    def begin(self) -> None:
        """The measured span begins now."""
        self._table.reset_report()
        self._began = time.monotonic()

    @property
    def age(self) -> float:
        """Seconds since the measured span began."""
        return time.monotonic() - self._began

    def written(self) -> Written:
        """What the table has seen since the measured span began."""
        seconds = self.age
        report = self._table.report()
        bins = [Bin(one.second, one.items, one.units, one.refused) for one in report.timeline]
        return Written(
            seconds=seconds,
            accepted=report.items,
            units=report.units,
            refused=report.refused,
            unprocessed=report.refused_by_share,
            stale=report.stale,
            duplicates=report.duplicates,
            overlapping=report.overlapping,
            p50_ms=report.latency.p50,
            p99_ms=report.latency.p99,
            accepted_by_partition=report.accepted_by_partition,
            timeline=without_gaps(bins, seconds),
        )

    def ended(self, keys: int, version: int, in_time: bool) -> End:
        """What the table holds in the end.

        Args:
            keys: that were written.
            version: the newest of each.
            in_time: whether the job has ended by itself.
        """
        held = sum(one == version for one in self._table.versions().values())
        return End(keys, max(0, keys - held), self._table.report().stale, in_time)

    def counters(self) -> ServerCounters:
        """The server's side of a moment."""
        times = self._watched.cpu_times()
        return ServerCounters(times.user + times.system)


def _provisioned(units: int) -> Provisioned:
    return provisioned(write_units=units, burst_seconds=0)
