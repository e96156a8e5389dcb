"""The broker with the topics that all contenders read: one partition key's events in one partition, in order."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from threading import Event as Signal
from threading import Thread

import psutil
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from bench.keyed.events import Event, Events
from bench.launching import ROOT
from bench.measuring import ServerCounters
from decision_store.devstack.kafka import Kafka

PARTITIONS = 4
SERVERS = ROOT / ".devstack/servers"
TICK_SECONDS = 0.001
QUIET = {"log_level": 0}
"""Clients outlive the broker by moments, and would complain."""


class Broker:
    """A Kafka of its own; a context manager that ends it."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="bench-kafka-")
        self._kafka = Kafka(Path(self._folder.name), SERVERS)
        self._watched = psutil.Process(self._kafka.start().pid)
        self.address = self._kafka.address
        self._stored: set[str] = set()
        self._admin = AdminClient({"bootstrap.servers": self.address, **QUIET})

    def __enter__(self) -> Broker:
        return self

    def __exit__(self, *_: object) -> None:
        self._kafka.stop()
        self._folder.cleanup()

    def create(self, topic: str) -> None:
        """An empty topic."""
        for created in self._admin.create_topics([NewTopic(topic, PARTITIONS, 1)]).values():
            created.result(30)

    def stored(self, keys: int, count: int) -> str:
        """A topic with stored decisions, which is made if there is none.

        Args:
            keys: of how many customers.
            count: how many decisions; the same whenever it is asked for.

        Returns:
            The topic's name.
        """
        topic = f"stored-{keys}"
        if topic in self._stored:
            return topic
        self._stored.add(topic)
        self.create(topic)
        producer = Producer(
            {
                "bootstrap.servers": self.address,
                **QUIET,
                "compression.type": "lz4",
                "linger.ms": 50,
                "batch.num.messages": 10_000,
                "queue.buffering.max.messages": 500_000,
            }
        )
        for event in Events(keys).stored(count, _now_ms()):
            while True:
                try:
                    producer.produce(topic, event.value, event.key, timestamp=event.event_time)
                    break
                except BufferError:
                    producer.poll(0.05)
        left = producer.flush(120)
        if left:
            raise RuntimeError(f"{left} decisions did not reach the topic {topic}")
        return topic

    def counters(self) -> ServerCounters:
        """The broker's side of a moment."""
        times = self._watched.cpu_times()
        return ServerCounters(times.user + times.system)


class Live:
    """Decisions of now, at a pace, until it is left; a context manager.

    Args:
        broker: where to.
        topic: that is there.
        keys: of how many customers.
        rate: decisions a second.
        first: the number of the first decision.
        on_sent: told of each, with its number from 0.
    """

    def __init__(
        self,
        broker: Broker,
        topic: str,
        keys: int,
        rate: float,
        first: int = 0,
        on_sent: Callable[[int, Event], None] = lambda number, event: None,
    ) -> None:
        self._producer = Producer({"bootstrap.servers": broker.address, "linger.ms": 0, "acks": "all", **QUIET})
        self._topic, self._rate = topic, rate
        self._events = Events(keys, first)
        self._on_sent = on_sent
        self._first: Queue[Event] = Queue()
        self._ended = Signal()
        self._thread = Thread(target=self._send, name="live", daemon=True)

    def __enter__(self) -> Live:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._producer.flush(10)

    def first(self) -> Event:
        """The first decision, as soon as it is sent."""
        return self._first.get()

    def _send(self) -> None:
        began, sent = time.monotonic(), 0
        while not self._ended.is_set():
            due = int((time.monotonic() - began) * self._rate)
            for number in range(sent, due):
                event = self._events.live(_now_ms())
                self._producer.produce(self._topic, event.value, event.key, timestamp=event.event_time)
                self._on_sent(number, event)
                if number == 0:
                    self._first.put(event)
            sent = max(sent, due)
            self._producer.poll(0)
            time.sleep(TICK_SECONDS)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
