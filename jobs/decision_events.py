"""Every change of the decision table becomes a decision event on Kafka, or a dead letter."""

from __future__ import annotations

from pyflink.datastream import StreamExecutionEnvironment

from decision_store.flow.decision_events import (
    assemble,
    decision_changes,
    decision_events_plan,
    encode,
    enrich,
    validate,
)
from decision_store.flow.kafka import to_topic
from decision_store.settings import Settings


def define(env: StreamExecutionEnvironment, settings: Settings) -> None:
    """Source, validate, assemble, enrich, encode, sinks."""
    plan = decision_events_plan(settings)

    changes = decision_changes(env, settings)
    validated = validate(changes, plan)
    assembled = assemble(validated.parts, plan)
    events = encode(enrich(assembled.decisions, plan), plan)

    dead_letters = validated.dead_letters.union(assembled.dead_letters)
    to_topic(events, settings.decision_events_topic, "decision-events", settings)
    to_topic(assembled.incomplete, settings.incomplete_topic, "decision-events-incomplete", settings)
    to_topic(dead_letters, settings.dead_letter_topic, "decision-events-dead-letters", settings)
