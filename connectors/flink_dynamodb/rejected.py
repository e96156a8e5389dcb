"""Where a sink puts rows that can never be written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pyflink.common import Types
from pyflink.datastream.connectors.base import Sink, SupportsPreprocessing

from flink_dynamodb.jars import java_class

REJECTED_ROW_TYPE = Types.ROW_NAMED(
    ["table", "key", "reason", "row", "rejected_at"],
    [Types.STRING(), Types.STRING(), Types.STRING(), Types.STRING(), Types.LONG()],
)
"""A dead letter: the table, the item's key (null if the row has none), why it cannot be written, the row as JSON, and
when that was, in epoch milliseconds."""

KAFKA_LETTER_BYTES = 1_000_000
"""Kafka takes a record of 1,048,576 bytes unless told otherwise."""


@dataclass(frozen=True, slots=True)
class OnRejected:
    """A place for rejected rows; made by `dead_letters`.

    Attributes:
        sink: what writes them.
        as_rows: whether it takes rows; else it takes texts, a JSON object each.
        parallelism: of that sink.
        max_letter_bytes: a longer letter's row is cut.
        max_mb_between_checkpoints: megabytes a subtask holds until the next checkpoint.
    """

    sink: Sink
    as_rows: bool
    parallelism: int
    max_letter_bytes: int
    max_mb_between_checkpoints: int

    def java(self) -> Any:
        """The same for the connector's JVM."""
        limits = java_class("sink.rejected.LetterLimits")(self.max_letter_bytes, self.max_mb_between_checkpoints << 20)
        sink = self.sink.get_java_function()
        return java_class("sink.rejected.DeadLetters")(sink, self.as_rows, self.parallelism, limits)


def dead_letters(
    sink: Sink,
    as_rows: bool = False,
    parallelism: int = 1,
    max_letter_bytes: int = KAFKA_LETTER_BYTES,
    max_mb_between_checkpoints: int = 64,
) -> OnRejected:
    """Puts rejected rows into another sink: a Kafka topic, files on S3, or whatever Flink writes to.

    They are part of the checkpoint in which they were rejected: exactly once if that sink is exactly-once, readable
    when the checkpoint completes; a bounded job's last ones at its end.

    Args:
        sink: takes texts, each a line of JSON with the fields of `REJECTED_ROW_TYPE`: a KafkaSink with a
            SimpleStringSchema, a FileSink with Encoder.simple_string_encoder().
        as_rows: whether it takes rows of `REJECTED_ROW_TYPE` instead, for serializers of your own choice.
        parallelism: of that sink. Rejected rows are few, and each of its subtasks has a producer or an open file.
        max_letter_bytes: of a letter as JSON. A row that makes it longer is cut, and its reason says so; a topic that
            refused the letter would fail the job for ever. Raise it for S3, or for a topic that takes more.
        max_mb_between_checkpoints: of heap that a subtask gives to rejected rows until a checkpoint takes them; beyond
            it the job fails with a sentence.

    Raises:
        ValueError: the sink needs Python for each row, or a limit is too small.

    Example:
        >>> value = KafkaRecordSerializationSchema.builder().set_topic("orders-rejected")
        >>> value = value.set_value_serialization_schema(SimpleStringSchema()).build()
        >>> rejected = KafkaSink.builder().set_bootstrap_servers("kafka:9092").set_record_serializer(value).build()
        >>> sink = DynamoDbSink.builder().set_table("orders").set_on_rejected(dead_letters(rejected))
    """
    if isinstance(sink, SupportsPreprocessing) and sink.get_transformer() is not None:
        raise ValueError(
            "This sink needs a Python function for each row (a topic chosen by Python, or Python rows as Parquet), and "
            "dead letters never leave the JVM: give it a fixed topic, or texts."
        )
    if parallelism < 1:
        raise ValueError("Dead letters need a parallelism of at least 1.")
    if max_letter_bytes < 10_000:
        raise ValueError("A dead letter has at least 10000 bytes, so that key and reason fit.")
    if max_mb_between_checkpoints << 20 < 2 * max_letter_bytes + 10_000:
        raise ValueError(
            "Dead letters need room for one between two checkpoints: max_mb_between_checkpoints is at least twice "
            "max_letter_bytes."
        )
    return OnRejected(sink, as_rows, parallelism, max_letter_bytes, max_mb_between_checkpoints)


def on_rejected(place: Literal["fail"] | OnRejected) -> OnRejected | None:
    """What a builder was given; None: fail.

    Raises:
        ValueError: it is neither.
    """
    if place == "fail":
        return None
    if not isinstance(place, OnRejected):
        raise ValueError(f'Rejected rows "fail" the job or go to dead_letters(sink), not to {place!r}.')
    return place
