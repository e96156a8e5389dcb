"""Every decision event, once, as Parquet on S3."""

from __future__ import annotations

from pyflink.datastream import StreamExecutionEnvironment

from decision_store.flow.archive import archive_plan, decode, event_records, first_of_each_identity, to_files
from decision_store.flow.kafka import to_topic
from decision_store.settings import Settings


def define(env: StreamExecutionEnvironment, settings: Settings) -> None:
    """Kafka, decode, the first of each identity, files; what is no event goes to the dead-letter topic."""
    plan = archive_plan(settings)

    decoded = decode(event_records(env, settings), plan)
    events = first_of_each_identity(decoded.events, plan)

    to_files(events, settings.archive_uri, "archive-files", plan)
    to_topic(decoded.dead_letters, settings.dead_letter_topic, "archive-dead-letters", settings)
