"""Every declared variable, kept in the variables table, where the next decision reads it."""

from __future__ import annotations

from pyflink.datastream import StreamExecutionEnvironment

from decision_store.flow.kafka import from_topic, to_topic
from decision_store.flow.variables import compute, decode, newest_revisions, plan_of, to_table
from decision_store.settings import Settings


def define(env: StreamExecutionEnvironment, settings: Settings) -> None:
    """Kafka, decode, newest revisions, the variables of each entity, the table."""
    plan = plan_of(settings)

    records = from_topic(env, settings.decision_events_topic, "variables", "variables-source", settings)
    decoded = decode(records, plan)
    changes = newest_revisions(decoded.decisions, plan)
    for entity in plan.entities:
        to_table(compute(changes, plan, entity), entity, settings)

    to_topic(decoded.dead_letters, settings.dead_letter_topic, "variables-dead-letters", settings)
