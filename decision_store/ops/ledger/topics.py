"""Kafka topics, read from their beginning to their end as committed."""

from __future__ import annotations

import time
from dataclasses import dataclass

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

from decision_store.errors import ActionableError

PATIENCE_SECONDS = 30.0
_BATCH = 1_000


class LedgerError(ActionableError):
    """A place cannot be read; the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class RawMessage:
    """A message as it is on the topic."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None

    @property
    def position(self) -> str:
        """Where it is, for people."""
        return f"partition {self.partition}, offset {self.offset}"


def read_topic(bootstrap_servers: str, topic: str) -> list[RawMessage]:
    """Every committed message that is on the topic now, in the order of each partition.

    Raises:
        LedgerError: Kafka does not answer, or has no such topic.
    """
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap_servers,
            "group.id": "decision-ledger",  # asked for by the client; nothing is committed under it
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
            "log_level": 0,  # librdkafka would log every refused connection on its own
            "enable.partition.eof": True,  # the end under read_committed lies before an open transaction
        }
    )
    try:
        partitions = _partitions(consumer, bootstrap_servers, topic)
        consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in partitions])
        return sorted(_read(consumer, topic, len(partitions)), key=lambda one: (one.partition, one.offset))
    finally:
        consumer.close()


def _partitions(consumer: Consumer, bootstrap_servers: str, topic: str) -> list[int]:
    try:
        found = consumer.list_topics(topic, timeout=PATIENCE_SECONDS).topics[topic]
    except KafkaException:
        raise LedgerError(
            f"Kafka does not answer at {bootstrap_servers}: start it, or set KAFKA_BOOTSTRAP_SERVERS."
        ) from None
    if found.error is not None:
        raise LedgerError(f"Topic {topic} cannot be read ({found.error.str()}): create it, or correct its name.")
    return sorted(found.partitions)


def _read(consumer: Consumer, topic: str, partitions: int) -> list[RawMessage]:
    messages: list[RawMessage] = []
    ended: set[int] = set()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(ended) < partitions:
        for message in consumer.consume(_BATCH, timeout=0.2):
            deadline = time.monotonic() + PATIENCE_SECONDS
            if (error := message.error()) is None:
                messages.append(RawMessage(message.partition(), message.offset(), message.key(), message.value()))
            elif error.code() == KafkaError._PARTITION_EOF:
                ended.add(message.partition())
            elif not error.retriable():
                raise LedgerError(f"Topic {topic} cannot be read to its end: {error.str()}.")
        if time.monotonic() > deadline:
            raise LedgerError(f"Topic {topic} gave nothing for {PATIENCE_SECONDS:.0f} s before its end: is Kafka well?")
    return messages
