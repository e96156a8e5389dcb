"""What measures while the demo runs: a consumer of the topic, and readers of a sample's variables."""

from __future__ import annotations

import time
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread

from confluent_kafka import Consumer, TopicPartition

from decision_store.ops.demo.client import StoreClient, StoreError
from decision_store.ops.demo.latencies import Awaited, Latencies
from decision_store.ops.demo.load import Script
from decision_store.ops.ledger.kafka import EventDecoder
from decision_store.ops.ledger.records import identity_of
from decision_store.ops.ledger.registry import Registry
from decision_store.ops.ledger.topics import LedgerError
from decision_store.settings import Settings

GIVE_UP_SECONDS = 90.0
POLL_SECONDS = 0.02  # each read takes processor time from the servers it measures
SLOW_POLL_SECONDS = 0.2  # once a sample waits for long, its latency is one of seconds
READERS = 1


class TopicProbe:
    """Follows the topic of decision events from where it ends now.

    Args:
        settings: where the topic and the registry are.
        awaited: told of each event.
    """

    def __init__(self, settings: Settings, awaited: Awaited) -> None:
        self._awaited = awaited
        self._decoder = EventDecoder(Registry(settings.schema_registry_url))
        self._stopping = Event()
        self.events = 0
        self._consumer = Consumer(
            {
                "bootstrap.servers": settings.kafka_bootstrap_servers,
                "group.id": "decision-demo",  # asked for by the client; nothing is committed under it
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "fetch.wait.max.ms": 50,
            }
        )
        topic = settings.decision_events_topic
        partitions = self._consumer.list_topics(topic, timeout=30).topics[topic].partitions
        ends = [TopicPartition(topic, one, self._end(topic, one)) for one in partitions]
        self._consumer.assign(ends)
        self._thread = Thread(target=self._follow, name="topic-probe", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the reading."""
        self._stopping.set()
        self._thread.join(10)
        self._consumer.close()

    def _end(self, topic: str, partition: int) -> int:
        _, high = self._consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=30)
        return int(high)

    def _follow(self) -> None:
        while not self._stopping.is_set():
            for message in self._consumer.consume(500, timeout=0.02):
                at = time.monotonic()
                if message.error() is not None:
                    continue  # the client connects again by itself; what is lost is for the ledger to find
                try:
                    event, _ = self._decoder.decode(message.value())
                except LedgerError:
                    continue  # likewise
                if event is not None:
                    self.events += 1
                    self._awaited.arrived(*identity_of(event), at)


class VariableProbe:
    """Reads what a policy would read, again and again, until a sampled decision shows.

    A sample is dropped when all readers are busy: a queue would measure the probe.

    Args:
        client: how to read.
        latencies: told of each sample that shows.
    """

    def __init__(self, client: StoreClient, latencies: Latencies) -> None:
        self._client = client
        self._latencies = latencies
        self._stopping = Event()
        self._samples: SimpleQueue[tuple[Script, int, float]] = SimpleQueue()
        self._lock = Lock()
        self._free = READERS
        self.given_up = 0
        self.newest_acknowledged = float("-inf")
        """When the sample was acknowledged that was the last to show, on the monotonic clock."""
        self._threads = [Thread(target=self._watch, name=f"variable-probe-{i}", daemon=True) for i in range(READERS)]
        for thread in self._threads:
            thread.start()

    def offer(self, script: Script, event_time: int, acknowledged: float) -> None:
        """A decision was acknowledged.

        Args:
            script: the decision.
            event_time: of its request, epoch ms.
            acknowledged: on the monotonic clock.
        """
        with self._lock:
            if self._free == 0:
                return
            self._free -= 1
        self._samples.put((script, event_time, acknowledged))

    def idle(self) -> bool:
        """Whether no sample is being waited for."""
        with self._lock:
            return self._free == READERS

    def stop(self) -> None:
        """Ends the reading."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(10)

    def _watch(self) -> None:
        while not self._stopping.is_set():
            try:
                script, event_time, acknowledged = self._samples.get(timeout=0.1)
            except Empty:
                continue
            if self._until_shown(script, event_time, acknowledged):
                self._latencies.add(acknowledged, time.monotonic() - acknowledged)
                self.newest_acknowledged = max(self.newest_acknowledged, acknowledged)
            elif not self._stopping.is_set():
                self.given_up += 1
            with self._lock:
                self._free += 1

    def _until_shown(self, script: Script, event_time: int, acknowledged: float) -> bool:
        while not self._stopping.is_set() and (waited := time.monotonic() - acknowledged) < GIVE_UP_SECONDS:
            try:
                newest = self._client.newest_similar_time(script)
            except StoreError:
                newest = None
            if newest is not None and newest >= event_time:  # or a newer decision of the same kind took its place
                return True
            time.sleep(POLL_SECONDS if waited < 1 else SLOW_POLL_SECONDS)
        return False
