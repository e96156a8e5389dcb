"""The simulated streams server, as every contender finds it: a process of its own, 5 ms a round trip."""

from __future__ import annotations

import statistics
import time

import requests

from bench.server import server_process
from bench.source.reading import StreamCounters
from flink_dynamodb.testing import StreamsServer, Table

ROUND_TRIP_MS = 5
TABLE = "decisions"
RECORD_BYTES = 715
"""As DynamoDB counts an item; on the wire a record is then 1,000 bytes, and a page of 1,000 records 1 MB."""
BACKLOG_A_SHARD = 20_000_000
"""More than anyone reads; records are made as they are read."""
LIVE_SECONDS = 600
TARGET = {"X-Amz-Target": "DynamoDBStreams_20120810.ListStreams"}


class SimulatedStream:
    """A server with one stream; a context manager that ends it."""

    def __init__(self) -> None:
        self._server = StreamsServer()
        self._watched = server_process()
        self._server.delay(ROUND_TRIP_MS)
        self.endpoint = self._server.url
        self.arn = ""

    def __enter__(self) -> SimulatedStream:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def fill(self, shards: int) -> None:
        """A backlog without end in each shard."""
        self._read(
            self._server.generate(TABLE, shards=shards, records_per_shard=BACKLOG_A_SHARD, record_bytes=RECORD_BYTES)
        )

    def write(self, shards: int, records_per_second: float) -> None:
        """Live traffic from now on, the same to each shard.

        Args:
            shards: how many.
            records_per_second: to each.
        """
        self._read(
            self._server.live(
                TABLE,
                shards=shards,
                records_per_second_per_shard=records_per_second,
                seconds=LIVE_SECONDS,
                record_bytes=RECORD_BYTES,
            )
        )

    def counters(self) -> StreamCounters:
        """What the server has done so far."""
        report = self._server.report()
        times = self._watched.cpu_times()
        return StreamCounters(times.user + times.system, report.billed_reads, report.reads_by_shard)

    def round_trip_ms(self) -> float:
        """What a small call takes, as a client sees it: the median of fifty."""
        taken = []
        with requests.Session() as session:
            for _ in range(50):
                began = time.perf_counter()
                session.post(self.endpoint, data="{}", headers=TARGET, timeout=10).raise_for_status()
                taken.append((time.perf_counter() - began) * 1000)
        return statistics.median(taken)

    def _read(self, table: Table) -> None:
        self.arn = table.stream_arn
