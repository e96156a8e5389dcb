"""A span of the archive, sent again: to a topic, or into an empty decision table. Ends by itself."""

from __future__ import annotations

from pyflink.common import Configuration
from pyflink.datastream import StreamExecutionEnvironment

from decision_store.flow.archive import archive_plan
from decision_store.flow.kafka import to_topic
from decision_store.flow.replay import archived_events, to_parts, to_records, to_table
from decision_store.model.replay import Replay, ReplayError
from decision_store.settings import Settings


def define(env: StreamExecutionEnvironment, settings: Settings, replay: Replay | None = None) -> None:
    """Files, then records to the topic, or parts to the table."""
    if replay is None:
        raise ReplayError("A replay needs a span and a target: `decisions replay --help` shows how to give them.")
    env.configure(_gives_up())
    plan = archive_plan(settings)

    events = archived_events(env, settings, replay.span, plan)
    if replay.topic is not None:
        to_topic(to_records(events), replay.topic, "replay-topic", settings)
    if replay.table is not None:
        to_table(to_parts(events, plan), replay.table, settings)


def _gives_up() -> Configuration:
    """Someone waits for this job to end: after three restarts it fails and says why."""
    configuration = Configuration()
    configuration.set_string("restart-strategy.type", "fixed-delay")
    configuration.set_string("restart-strategy.fixed-delay.attempts", "3")
    configuration.set_string("restart-strategy.fixed-delay.delay", "2 s")
    return configuration
