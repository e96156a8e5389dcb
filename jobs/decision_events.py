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
from decision_store.flow.steps import apply_steps
from decision_store.model.use_cases import declared_steps
from decision_store.settings import Settings


def define(env: StreamExecutionEnvironment, settings: Settings) -> None:
    """Source, validate, assemble, enrich, the use cases' own steps, encode, sinks."""
    plan = decision_events_plan(settings)

    changes = decision_changes(env, settings)
    validated = validate(changes, plan)
    assembled = assemble(validated.parts, plan)
    stepped = apply_steps(enrich(assembled.decisions, plan), plan, declared_steps(plan))
    events = encode(stepped.decisions, plan)

    dead_letters = validated.dead_letters.union(assembled.dead_letters, *stepped.dead_letters)
    to_topic(events, settings.decision_events_topic, "decision-events", settings)
    to_topic(assembled.incomplete, settings.incomplete_topic, "decision-events-incomplete", settings)
    to_topic(dead_letters, settings.dead_letter_topic, "decision-events-dead-letters", settings)
