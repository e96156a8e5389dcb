"""Every decision event, once, as Parquet on S3."""

from __future__ import annotations

from pyflink.common import WatermarkStrategy
from pyflink.datastream import StreamExecutionEnvironment

from decision_store.flow.archive import Archive, archive_plan
from decision_store.flow.kafka import kafka_sink, kafka_source
from decision_store.settings import Settings


def define(env: StreamExecutionEnvironment, settings: Settings) -> None:
    """Kafka, decode, the first of each identity, files; what is no event goes to the dead-letter topic."""
    archive = Archive(archive_plan(settings))
    topic = kafka_source(settings, settings.decision_events_topic, group="archive")
    letters = kafka_sink(settings, settings.dead_letter_topic, transactional_id_prefix="archive-dead-letters")

    records = env.from_source(topic, WatermarkStrategy.no_watermarks(), "archive-source").uid("archive-source")
    events, dead_letters = archive.decode(records)
    first = archive.first_of_each_identity(events)
    first.sink_to(archive.files(settings.archive_uri)).name("archive-files").uid("archive-files")
    dead_letters.sink_to(letters).name("archive-dead-letters").uid("archive-dead-letters")
