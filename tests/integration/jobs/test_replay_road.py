"""An archive on S3, replayed by the command on the cluster: into an empty table it makes the whole suite again."""

from __future__ import annotations

from typing import Any

import pytest
from confluent_kafka.admin import AdminClient, NewTopic
from typer.testing import CliRunner

from decision_store.clients import dynamodb_client
from decision_store.devstack.stack import Stack
from decision_store.model.replay import Replay, ReplaySpan, moment
from decision_store.ops.cli import app
from decision_store.ops.flink_rest import FlinkRest
from decision_store.ops.replay import check_target, run
from decision_store.ops.replay_count import count
from decision_store.settings import Settings
from tests.integration.jobs.world import World, new_world

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

JOBS = ("decision_events", "archive", "variables")
EVERYTHING = ReplaySpan(0, moment("2100-01-01"))


def test_a_replayed_table_makes_the_same_decisions_and_a_topic_gets_every_event(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_world() as original:
        original.submit(*JOBS)
        with original.traffic(100, rate=30, seed=3):
            pass
        before = original.ledger()
        assert before.clean
        _cancel_jobs(original)

        held = count(original.settings, EVERYTHING).total
        assert held.decisions == before.complete
        _replay_to_topic_by_command(original.settings, held.events, monkeypatch)

        with new_world() as restored:
            restored.submit(*JOBS)
            target = Replay(EVERYTHING, table=restored.settings.decisions_table)
            check_target(original.settings, target)
            told: list[int] = []
            assert run(original.settings, target, told.append) == held.events == told[-1]
            assert told == sorted(told)

            after = restored.ledger()
            assert after.clean
            assert after.complete == after.decisions == before.complete
            items = _items(restored.settings)
            assert len(items) == held.parts
            assert items.items() <= _items(original.settings).items()


def _replay_to_topic_by_command(settings: Settings, events: int, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = f"{settings.decision_events_topic}-again"
    admin = AdminClient({"bootstrap.servers": settings.kafka_bootstrap_servers})
    admin.create_topics([NewTopic(topic, 2, 1)])[topic].result(30)
    monkeypatch.setenv("ARCHIVE_URI", settings.archive_uri)
    span = ["replay", "--from", "2000-01-01", "--to", "2100-01-01"]

    counted = CliRunner().invoke(app, [*span, "--dry-run"])
    assert counted.exit_code == 0, counted.output
    assert f"{events:,}" in counted.output
    sent = CliRunner().invoke(app, [*span, "--to-topic", topic])
    assert sent.exit_code == 0, sent.output
    assert f"{events:,} events replayed to {topic}" in sent.output

    unfit = CliRunner().invoke(app, [*span, "--to-topic", topic, "--to-table", "t"])
    assert unfit.exit_code == 1
    assert "one target" in str(unfit.exception)  # `main` prints it


def _cancel_jobs(world: World) -> None:
    flink = FlinkRest(world.settings.flink_rest_url)
    for job in flink.jobs():
        if not job.ended:
            flink.cancel(job.job_id)


def _items(settings: Settings) -> dict[tuple[str, str], Any]:
    pages = dynamodb_client(settings).get_paginator("scan").paginate(TableName=settings.decisions_table)
    items = [item for page in pages for item in page["Items"]]
    return {(item["decision_id"]["S"], item["part_revision"]["S"]): item for item in items}
