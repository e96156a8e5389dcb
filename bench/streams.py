"""The simulated streams server, as every contender finds it: a process of its own, 5 ms a round trip."""

from __future__ import annotations

import statistics
import subprocess
import time
from typing import Any

import psutil
import requests

from bench.contenders import ROOT
from bench.measuring import ServerCounters

SERVER_JAR = ROOT / "jvm/testing/target/flink-dynamodb-testing.jar"
FLAGS = ("-Xmx1g", "-XX:+UseSerialGC")
ROUND_TRIP_MS = 5
TABLE = "decisions"
RECORD_BYTES = 715
"""As DynamoDB counts an item; on the wire a record is then 1,000 bytes, and a page of 1,000 records 1 MB."""
ATTRIBUTES = 12
BACKLOG_A_SHARD = 20_000_000
"""More than anyone reads; records are made as they are read."""
LIVE_SECONDS = 600


class SimulatedStream:
    """A server with one stream; a context manager that ends it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["java", *FLAGS, "-jar", str(SERVER_JAR), "eu-west-1"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self.endpoint = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        self._session = requests.Session()
        self._watched = psutil.Process(self._process.pid)
        self.arn = ""
        self._control("delay", milliseconds=ROUND_TRIP_MS)
        # One job lists 1,000 shards in ten pages; with a retry it would meet DynamoDB's limit of ten calls a second.
        self._control("describes_per_second", limit=100)

    def __enter__(self) -> SimulatedStream:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()
        self._process.kill()
        self._process.wait()

    def fill(self, shards: int) -> None:
        """A backlog without end in each shard."""
        self.arn = self._control(
            "generate",
            table=TABLE,
            shards=shards,
            records_per_shard=BACKLOG_A_SHARD,
            record_bytes=RECORD_BYTES,
            attributes=ATTRIBUTES,
            closed=False,
        )["stream_arn"]

    def write(self, shards: int, records_per_second: float) -> None:
        """Live traffic from now on, the same to each shard.

        Args:
            shards: how many.
            records_per_second: to each.
        """
        self.arn = self._control(
            "live",
            table=TABLE,
            shards=shards,
            records_per_second=records_per_second,
            seconds=LIVE_SECONDS,
            record_bytes=RECORD_BYTES,
            attributes=ATTRIBUTES,
        )["stream_arn"]

    def counters(self) -> ServerCounters:
        """What the server has done so far."""
        report = self._control("report")
        times = self._watched.cpu_times()
        return ServerCounters(report["billedReads"], report["readsByShard"], times.user + times.system)

    def round_trip_ms(self) -> float:
        """What a call takes that finds nothing, as a client sees it: the median of fifty."""
        target = {"X-Amz-Target": "DynamoDBStreams_20120810.ListStreams"}
        taken = []
        for _ in range(50):
            began = time.perf_counter()
            self._session.post(self.endpoint, data="{}", headers=target, timeout=10).raise_for_status()
            taken.append((time.perf_counter() - began) * 1000)
        return statistics.median(taken)

    def _control(self, name: str, **arguments: Any) -> dict[str, Any]:
        answer = self._session.post(f"{self.endpoint}/_control/{name}", json=arguments, timeout=60)
        answer.raise_for_status()
        return dict(answer.json())
