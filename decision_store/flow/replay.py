"""The steps of the job `replay`; each runs as a JVM operator of `archive.Replay`."""

from __future__ import annotations

from pyflink.common import WatermarkStrategy
from pyflink.datastream import DataStream, StreamExecutionEnvironment
from pyflink.datastream.connectors.base import Source

from decision_store.flow.jvm import operator, stream
from decision_store.model.plan import ArchivePlan, to_json
from decision_store.model.replay import ReplaySpan
from decision_store.settings import Settings
from flink_dynamodb import DynamoDbSink, FieldType, attribute, partition_key, put, sort_key

SOURCE = "replay-source"
"""The name under which Flink counts the events read."""


def archived_events(
    env: StreamExecutionEnvironment, settings: Settings, span: ReplaySpan, plan: ArchivePlan
) -> DataStream:
    """The archive's events of a span, in no order; ends when all are read."""
    java = operator("archive.Replay").source(
        settings.archive_uri, to_json(plan), span.from_ms, span.to_ms, span.customer_id
    )
    events = env.from_source(Source(java), WatermarkStrategy.no_watermarks(), SOURCE).uid(SOURCE)
    return events.disable_chaining()  # what a task sends to the next one is counted; what stays inside is not


def to_records(events: DataStream) -> DataStream:
    """Kafka records of events, as `decision_events` wrote them, under the time of their sending."""
    return stream(operator("archive.Replay").toTopic(events._j_data_stream), "replay-records")


def to_parts(events: DataStream, plan: ArchivePlan) -> DataStream:
    """The items of the decision table that the events are made of, each once."""
    return stream(operator("archive.Replay").toParts(events._j_data_stream, to_json(plan)), "replay-parts")


def to_table(parts: DataStream, table: str, settings: Settings) -> None:
    """Items into a decision table; the table was empty when the replay began."""
    sink = (
        DynamoDbSink.builder()
        .set_table(table)
        .set_region(settings.aws_region)
        .set_endpoint_url(settings.aws_endpoint_url_dynamodb)
        .set_fields(
            partition_key("decision_id"),
            sort_key("part_revision"),
            attribute("part"),
            attribute("name"),
            attribute("revision", FieldType.LONG),
            attribute("customer_id"),
            attribute("event_time", FieldType.LONG),
            attribute("schema"),
            attribute("payload"),
            attribute("requested_at", FieldType.LONG),
        )
        .set_mode(put())
        .build()
    )
    parts.sink_to(sink).uid("replay-table").name("replay-table")
