"""The whole variables job on a laptop: from a decision in Kafka to the variable that can be read in DynamoDB Local."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import boto3
import psutil

from bench.keyed.contenders import Keeping, Ours, Task
from bench.keyed.declared import LATEST, USE_CASE
from bench.keyed.events import Event
from bench.keyed.topics import SERVERS, Broker, Live
from bench.launching import BENCH_JAR, JVM_FLAGS, SDK_JARS, Launch, arguments, flink_home
from bench.measuring import ContenderError, Run, ServerCounters
from decision_store.api.tables import ensure_tables
from decision_store.devstack.dynamodb import DynamoDbLocal
from decision_store.settings import Settings

RATE = 500
KEYS = 10_000
START_RATE = 2
STARTED = 1_000_000
"""The number of the first decision at the full rate; those before it are sent until the job has started."""
WATCHED_OF = 50
"""Each so many-th decision is looked for in the table: ten a second, so that looking does not slow the table down."""
WATCHERS = 8
LOOK_SECONDS = 0.002
LOOK_PART = 0.05
"""Of the time it has taken already: who looks without a pause for what is late makes it later."""
START_SECONDS = 180.0
START_LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Laptop:
    """What was found.

    Attributes:
        watched: milliseconds from Kafka to readable, of each watched decision; 20 s is given up.
        table_p50_ms: of the same puts with nothing before them, from the moment one is due to its answer.
        table_p99_ms: the same.
    """

    watched: Sequence[float]
    table_p50_ms: float
    table_p99_ms: float

    def quantile_ms(self, part: float) -> float:
        """The least time within which this part of the watched decisions could be read."""
        return sorted(self.watched)[ceil(part * len(self.watched)) - 1]


class LaptopTable:
    """A DynamoDB Local with the suite's tables; a context manager that ends it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="bench-dynamodb-")
        self._server = DynamoDbLocal(Path(self._folder.name), SERVERS)
        self._watched = psutil.Process(self._server.start().pid)
        self.endpoint = self._server.url
        self.settings = Settings(aws_endpoint_url_dynamodb=self.endpoint)
        self._client = boto3.client(
            "dynamodb",
            endpoint_url=self.endpoint,
            region_name=self.settings.aws_region,
            aws_access_key_id="bench",
            aws_secret_access_key="bench",
        )
        ensure_tables(self._client, self.settings)

    def __enter__(self) -> LaptopTable:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        self._folder.cleanup()

    def wait_for(self, event: Event, patience: float) -> float | None:
        """Milliseconds from the event's time until the variable that tells of it, or of a newer one, can be read.

        None: it could not within so many seconds.
        """
        key = {"entity": {"S": f"customer_id={event.key.decode()}"}, "use_case": {"S": USE_CASE}}
        began = time.monotonic()
        while (waited := time.monotonic() - began) < patience:
            found = self._client.get_item(
                TableName=self.settings.variables_table,
                Key=key,
                ConsistentRead=True,
                ProjectionExpression=LATEST,
            )
            if int(found.get("Item", {}).get(LATEST, {}).get("N", 0)) >= event.event_time:
                return time.time() * 1e3 - event.event_time
            time.sleep(max(LOOK_SECONDS, LOOK_PART * waited))
        return None

    def counters(self) -> ServerCounters:
        """The table's side of a moment."""
        times = self._watched.cpu_times()
        return ServerCounters(times.user + times.system)


class DirectPuts:
    """The table alone: the same conditional puts at the same pace.

    Args:
        table: where to.
        warm_up: seconds.
        window: seconds.
    """

    name = "direct puts"

    def __init__(self, table: LaptopTable, warm_up: float, window: float) -> None:
        self._table, self._warm_up, self._window = table, warm_up, window

    def launch(self, report: Path) -> Launch:
        """A JVM with the AWS SDK."""
        settings = self._table.settings
        told = {
            **{name: str(value) for name, value in Task("", "", self._warm_up, self._window).meter(report).items()},
            "endpoint": self._table.endpoint,
            "region": settings.aws_region,
            "table": settings.variables_table,
            "keys": str(KEYS),
            "puts_per_second": str(RATE),
        }
        classes = f"{SDK_JARS}/*:{BENCH_JAR}:{flink_home() / 'lib'}/*"
        return Launch(["java", *JVM_FLAGS, "-cp", classes, "io.decisionstore.bench.keyed.DirectPuts", *arguments(told)])


def laptop(broker: Broker, warm_up: float, window: float) -> Laptop:
    """Runs the job with its table, then the puts alone.

    Args:
        broker: with the topic that is made.
        warm_up: seconds after the first decision could be read.
        window: seconds in which decisions are watched.
    """
    topic = "laptop"
    broker.create(topic)
    with LaptopTable() as table:
        ours = Ours(table=table.settings.variables_table, endpoint=table.endpoint)
        keeping = Keeping(ours, Task(broker.address, topic, warm_up, window))
        watched = _watched(keeping, broker, table, warm_up, window)
    with LaptopTable() as table, Run(DirectPuts(table, warm_up, window), table.counters) as run:
        _, end = run.window()
        return Laptop(watched, float(end.meter["p50"]), float(end.meter["p99"]))


def _watched(keeping: Keeping, broker: Broker, table: LaptopTable, warm_up: float, window: float) -> list[float]:
    sampled: list[Event] = []

    def sent(number: int, event: Event) -> None:
        if number % WATCHED_OF == 0:
            sampled.append(event)

    topic = keeping.task.topic
    with Run(keeping, table.counters) as run:
        with Live(broker, topic, KEYS, START_RATE) as live:
            first = live.first()
            while table.wait_for(first, START_LOOK_SECONDS) is None:
                time.sleep(START_LOOK_SECONDS)
                if run.has_ended(0) or run.age > START_SECONDS:
                    raise ContenderError(f"The variables job wrote nothing in {run.age:.0f} s.")
        with Live(broker, topic, KEYS, RATE, STARTED, sent), ThreadPoolExecutor(WATCHERS) as watchers:
            time.sleep(warm_up)
            begun = len(sampled)
            looking: list[Future[float | None]] = []
            ends = time.monotonic() + window
            while time.monotonic() < ends:
                while begun + len(looking) < len(sampled):
                    looking.append(watchers.submit(table.wait_for, sampled[begun + len(looking)], PATIENCE_SECONDS))
                time.sleep(LOOK_SECONDS)
            return [one.result() or PATIENCE_SECONDS * 1e3 for one in looking]
