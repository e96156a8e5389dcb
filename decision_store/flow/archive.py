"""The steps of the job `archive`; each runs as a JVM operator of `archive.Archive`."""

from __future__ import annotations

from dataclasses import dataclass

from pyflink.common import WatermarkStrategy
from pyflink.datastream import DataStream, StreamExecutionEnvironment
from pyflink.datastream.connectors.base import Sink

from decision_store.flow.jvm import operator, stream
from decision_store.flow.kafka import kafka_source
from decision_store.flow.registry import registered_event_schema
from decision_store.model.plan import ArchivePlan, to_json
from decision_store.settings import Settings

DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Decoded:
    """Attributes: events; the records that are none, for Kafka."""

    events: DataStream
    dead_letters: DataStream


def archive_plan(settings: Settings) -> ArchivePlan:
    """The plan of `archive` and `replay`: events are kept and sent in the newest schema that is registered now.

    Raises:
        RegistryError: the registry cannot be used.
    """
    return ArchivePlan(
        registry_url=settings.schema_registry_url,
        event_schema=registered_event_schema(settings),
        retention_ms=settings.assembly_retention_days * DAY_MS,
    )


def event_records(env: StreamExecutionEnvironment, settings: Settings) -> DataStream:
    """Every committed record of the topic of decision events."""
    source = kafka_source(settings, settings.decision_events_topic, group="archive")
    return env.from_source(source, WatermarkStrategy.no_watermarks(), "archive-source").uid("archive-source")


def decode(records: DataStream, plan: ArchivePlan) -> Decoded:
    """Records as events, whatever version of the schema they were written with."""
    java = operator("archive.Archive")
    decoded = java.decode(records._j_data_stream, to_json(plan))
    return Decoded(stream(decoded, "archive-decode"), DataStream(java.deadLetters(decoded)))


def first_of_each_identity(events: DataStream, plan: ArchivePlan) -> DataStream:
    """Drops events whose decision and revision came before."""
    first = operator("archive.Archive").firstOfEachIdentity(events._j_data_stream, to_json(plan))
    return stream(first, "archive-first-of-each-identity")


def to_files(events: DataStream, uri: str, uid: str, plan: ArchivePlan) -> None:
    """Parquet files below `uri`/event_date=YYYY-MM-DD (UTC), finished at each checkpoint, exactly once."""
    sink = operator("archive.Archive").sink(uri, to_json(plan))
    events.sink_to(Sink(sink)).uid(uid).name(uid)
