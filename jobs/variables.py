"""Every declared variable, kept in the variables table, where the next decision reads it."""

from __future__ import annotations

from pyflink.datastream import StreamExecutionEnvironment

from decision_store.flow.kafka import from_topic, to_topic
from decision_store.flow.variables import contributions, decisions, entities, plan_of, to_table
from decision_store.settings import Settings


def define(env: StreamExecutionEnvironment, settings: Settings) -> None:
    """Kafka, what each decision means for each entity, newest revisions, the variables of entities, the table."""
    plan = plan_of(settings)

    records = from_topic(env, settings.decision_events_topic, "variables", "variables-source", settings)
    contributed = contributions(records, plan)
    changes = decisions(contributed.decisions, plan)
    to_table(entities(changes, plan), settings)

    to_topic(contributed.dead_letters, settings.dead_letter_topic, "variables-dead-letters", settings)
