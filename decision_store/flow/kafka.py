"""Kafka topics as sources and sinks of typed rows (JVM: `kafka.KafkaEventSource`, `kafka.KafkaEventSink`)."""

from __future__ import annotations

from pyflink.common import WatermarkStrategy
from pyflink.datastream import DataStream, StreamExecutionEnvironment
from pyflink.datastream.connectors.base import Sink, Source

from decision_store.flow.jvm import java_map, operator
from decision_store.settings import MAX_MESSAGE_BYTES, Settings

# The broker's own limit (transaction.max.timeout.ms) is 15 minutes unless it was changed; a transaction must outlive
# the longest time between a checkpoint's start and the job's restart, or its records are lost.
TRANSACTION_TIMEOUT_MS = 15 * 60 * 1000


def from_topic(
    env: StreamExecutionEnvironment,
    topic: str,
    group: str,
    uid: str,
    settings: Settings,
) -> DataStream:
    """Committed records of a topic as rows of key, value, timestamp, topic, partition and offset.

    A job without a checkpoint begins with the topic; one whose position the topic no longer has fails.

    Args:
        env: where the job is built.
        topic: what to read.
        group: the consumer group, where the job's progress can be watched.
        uid: of the source in its job.
        settings: where Kafka is.
    """
    properties = java_map({"partition.discovery.interval.ms": "60000"})
    java = operator("kafka.KafkaEventSource")
    source = Source(java.create(settings.kafka_bootstrap_servers, topic, group, properties))
    return env.from_source(source, WatermarkStrategy.no_watermarks(), uid).uid(uid)


def to_topic(rows: DataStream, topic: str, uid: str, settings: Settings) -> None:
    """Rows of key, value and timestamp to a topic, under the delivery guarantee of the settings.

    Args:
        rows: what to write.
        topic: where to.
        uid: of the sink in its job, and the prefix of its transactions: two writers under one prefix would end each
            other's, so no two sinks of an installation may share one.
        settings: where Kafka is, and the guarantee.
    """
    properties = {
        "compression.type": "lz4",
        "acks": "all",
        "transaction.timeout.ms": str(TRANSACTION_TIMEOUT_MS),
        "max.request.size": str(MAX_MESSAGE_BYTES),
    }
    guarantee = settings.delivery_guarantee.value
    java = operator("kafka.KafkaEventSink")
    sink = java.create(settings.kafka_bootstrap_servers, topic, guarantee, f"{topic}.{uid}", java_map(properties))
    rows.sink_to(Sink(sink)).uid(uid).name(uid)
