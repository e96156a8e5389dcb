"""Every decision event there ever was, as Parquet files: each identity once, by the day of the request."""

from __future__ import annotations

from pyflink.datastream import StreamExecutionEnvironment

from decision_store.flow.archive import archive_plan, decode, first_of_each_identity, to_files
from decision_store.flow.kafka import from_topic, to_topic
from decision_store.settings import Settings


def define(env: StreamExecutionEnvironment, settings: Settings) -> None:
    """Kafka, decode, the first of each identity, files; what is no event goes to the dead-letter topic."""
    plan = archive_plan(settings)

    records = from_topic(env, settings.decision_events_topic, "archive", "archive-source", settings)
    decoded = decode(records, plan)
    events = first_of_each_identity(decoded.events, plan)

    to_files(events, settings.archive_uri, "archive-files", plan)
    to_topic(decoded.dead_letters, settings.dead_letter_topic, "archive-dead-letters", settings)
