"""Decision events to Parquet files, each identity once (JVM: `archive.Archive`)."""

from __future__ import annotations

from pyflink.datastream import DataStream
from pyflink.datastream.connectors.base import Sink

from decision_store.flow.jvm import operator, stream
from decision_store.flow.registry import registered_event_schema
from decision_store.model.plan import ArchivePlan, to_json
from decision_store.settings import Settings

_DAY_MS = 24 * 60 * 60 * 1000


def archive_plan(settings: Settings) -> ArchivePlan:
    """The plan of `archive` and `replay`: files are in the newest registered schema of the event."""
    return ArchivePlan(
        registry_url=settings.schema_registry_url,
        event_schema=registered_event_schema(settings),
        retention_ms=settings.assembly_retention_days * _DAY_MS,
    )


class Archive:
    """The steps between the topic and the files.

    Args:
        plan: of the archive.
    """

    def __init__(self, plan: ArchivePlan) -> None:
        self._plan = to_json(plan)
        self._java = operator("archive.Archive")

    def decode(self, records: DataStream) -> tuple[DataStream, DataStream]:
        """Kafka records as events, and the dead letters of those that are none."""
        decoded = self._java.decode(records._j_data_stream, self._plan)
        return stream(decoded, "archive-decode"), DataStream(self._java.deadLetters(decoded))

    def first_of_each_identity(self, events: DataStream) -> DataStream:
        """Drops events whose decision and revision came before."""
        first = self._java.firstOfEachIdentity(events._j_data_stream, self._plan)
        return stream(first, "archive-first-of-each-identity")

    def files(self, uri: str) -> Sink:
        """Parquet files below `uri`/event_date=YYYY-MM-DD (UTC), finished at each checkpoint, exactly once."""
        return Sink(self._java.sink(uri, self._plan))
