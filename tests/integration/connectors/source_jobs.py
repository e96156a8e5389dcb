"""What the tests of the source do over and over: start a job, take its rows, end it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from pyflink.common import WatermarkStrategy
from pyflink.datastream import DataStream, StreamExecutionEnvironment
from pyflink.util.java_utils import add_jars_to_context_class_loader

from flink_dynamodb import DynamoDbStreamsSource, FieldType, connector_jar, metadata, new_image
from flink_dynamodb.testing import StreamsServer

PATIENCE_SECONDS = 60
"""What has not come by then never will; the assertion that follows names it."""


def builder(server: StreamsServer, *tables: str) -> Any:
    """A source of rows (id, n, shard_id, table)."""
    # Each of Python's threads may meet another of the JVM's, and the jar is loaded for one of them only.
    add_jars_to_context_class_loader([connector_jar().as_uri()])
    return (
        DynamoDbStreamsSource.builder()
        .set_tables(*tables)
        .set_region(server.region)
        .set_endpoint_url(server.url)
        .set_discovery_interval(1_000)
        .set_fields(new_image("id"), new_image("n", FieldType.LONG), metadata("shard_id"), metadata("table"))
    )


def stream(env: StreamExecutionEnvironment, source: DynamoDbStreamsSource) -> DataStream:
    return env.from_source(source, WatermarkStrategy.no_watermarks(), "changes").uid("changes")


class Job:
    """A running job and the rows it has emitted so far."""

    def __init__(self, rows: Any) -> None:
        self.rows: list[Any] = []
        self.failure: Exception | None = None
        self._iterator = rows
        self._closing = False
        self._thread = Thread(target=self._collect, daemon=True)
        self._thread.start()

    def _collect(self) -> None:
        try:
            for row in self._iterator:
                self.rows.append(row)
        except Exception as failure:
            if not self._closing:
                self.failure = failure

    def until(self, done: Callable[[], bool] | int) -> list[Any]:
        """Waits for so many rows, or for a condition, or for the job's end."""
        condition = done if callable(done) else lambda: len(self.rows) >= done
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition() and self._thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.02)
        if self.failure is not None:
            raise self.failure
        return self.rows

    def failed(self) -> str:
        """Waits for the job's failure: what Python's user reads of it."""
        self._thread.join(PATIENCE_SECONDS)
        assert self.failure is not None, f"the job goes on, or has ended, after {len(self.rows)} rows"
        return str(self.failure)

    def close(self) -> None:
        self._closing = True
        self._iterator.close()
        self._thread.join(PATIENCE_SECONDS)


@contextmanager
def running(rows: DataStream) -> Iterator[Job]:
    job = Job(rows.execute_and_collect())
    try:
        yield job
    finally:
        job.close()


@contextmanager
def writing(write: Callable[[int], object], pause: float = 0.005) -> Iterator[list[int]]:
    """Calls `write` with 0, 1, 2, ... meanwhile; the numbers that were written."""
    written: list[int] = []
    stop = Event()

    def go_on() -> None:
        while not stop.wait(pause):
            write(len(written))
            written.append(len(written))

    thread = Thread(target=go_on)
    thread.start()
    try:
        yield written
    finally:
        stop.set()
        thread.join()


def in_order(rows: list[Any]) -> bool:
    """Whether the numbers of each item rise."""
    last: dict[str, int] = {}
    for row in rows:
        if row[1] <= last.get(row[0], -1):
            return False
        last[row[0]] = row[1]
    return True
