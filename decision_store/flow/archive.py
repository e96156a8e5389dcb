"""Decision events to Parquet files, each identity once (JVM: `archive.Archive`)."""

from __future__ import annotations

from dataclasses import dataclass

from pyflink.datastream import DataStream
from pyflink.datastream.connectors.base import Sink

from decision_store.flow.jvm import operator, stream
from decision_store.flow.registry import registered_event_schema
from decision_store.model.plan import ArchivePlan, to_json
from decision_store.settings import Settings


def archive_plan(settings: Settings) -> ArchivePlan:
    """The plan of `archive` and `replay`: files are in the newest registered schema of the event."""
    return ArchivePlan(
        registry_url=settings.schema_registry_url,
        event_schema=registered_event_schema(settings),
        retention_ms=settings.assembly_retention_ms,
    )


@dataclass(frozen=True, slots=True)
class Decoded:
    """Attributes: events with their bytes; what is no event, for Kafka."""

    events: DataStream
    dead_letters: DataStream


def decode(records: DataStream, plan: ArchivePlan) -> Decoded:
    """Kafka records as events."""
    java = operator("archive.Archive")
    decoded = java.decode(records._j_data_stream, to_json(plan))
    return Decoded(stream(decoded, "archive-decode"), DataStream(java.deadLetters(decoded)))


def first_of_each_identity(events: DataStream, plan: ArchivePlan) -> DataStream:
    """Drops events whose decision and revision came before."""
    first = operator("archive.Archive").firstOfEachIdentity(events._j_data_stream, to_json(plan))
    return stream(first, "archive-first-of-each-identity")


def to_files(events: DataStream, uri: str, uid: str, plan: ArchivePlan) -> None:
    """Parquet files below `uri`/event_date=YYYY-MM-DD (UTC), finished at each checkpoint, exactly once."""
    events.sink_to(Sink(operator("archive.Archive").sink(uri, to_json(plan)))).uid(uid).name(uid)
