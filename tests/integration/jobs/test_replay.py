"""Replays of an archive that the archive job wrote, on a mini cluster, to a real Kafka and a real table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer
from pyflink.datastream import StreamExecutionEnvironment

from decision_store.api.tables import decisions_table
from decision_store.clients import dynamodb_client
from decision_store.devstack.kafka import Kafka
from decision_store.flow import archive as flow_archive
from decision_store.model.parts import Part
from decision_store.model.replay import Replay, ReplayError, ReplaySpan
from decision_store.ops.ledger.records import without_others
from decision_store.ops.replay import check_target
from decision_store.ops.replay_count import Counts, count
from decision_store.settings import Settings
from decision_store.testing.jobs import LocalJob, running, wait_until
from jobs import archive, replay
from tests.integration.conftest import CACHE
from tests.integration.jobs.planted import (
    PLAN,
    archived_rows,
    consume,
    create_topics,
    encoded,
    event,
    parts,
    produce,
)

pytestmark = pytest.mark.integration

DAY = 24 * 60 * 60 * 1000
MIDNIGHT = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp() * 1000)
EVERYTHING = ReplaySpan(0, MIDNIGHT + 1000 * DAY)

PARTS: dict[str, list[Part]] = {
    # Around midnight, so that the ends of a span fall between events of one file and on the border of two.
    f"d{n}": parts(f"d{n}", f"c{n % 3}", MIDNIGHT - 5 + n, corrections=n % 2)
    for n in range(10)
} | {"late": parts("late", "c0", MIDNIGHT + 40 * DAY)}
EVENTS = [event(of[:end]) for of in PARTS.values() for end in range(3, len(of) + 1)]


def environment(settings: Settings) -> StreamExecutionEnvironment:
    return LocalJob(settings, parallelism=2).env


@pytest.fixture(scope="module")
def archived(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Kafka, DynamoDB and an archive with `EVENTS`."""
    kafka = Kafka(tmp_path_factory.mktemp("kafka"), CACHE)
    folder: Path = tmp_path_factory.mktemp("archive")
    patch = pytest.MonkeyPatch()
    patch.setattr(flow_archive, "registered_event_schema", lambda settings: PLAN.event_schema)
    try:
        kafka.start()
        here = settings.model_copy(
            update={
                "kafka_bootstrap_servers": kafka.address,
                "archive_uri": folder.as_uri(),
                "checkpoint_interval_ms": 300,
            }
        )
        create_topics(kafka.address, here.decision_events_topic, here.dead_letter_topic)
        produce(kafka.address, here.decision_events_topic, [(e["customer_id"].encode(), encoded(e)) for e in EVENTS])
        env = environment(here)
        archive.define(env, here)
        with running(env):
            wait_until(lambda: archived_rows(folder) == len(EVENTS))
        yield here
    finally:
        patch.undo()
        kafka.stop()


def replayed(archived: Settings, topic: str, span: ReplaySpan, expected: list[dict[str, Any]]) -> None:
    create_topics(archived.kafka_bootstrap_servers, topic)
    env = environment(archived)
    replay.define(env, archived, Replay(span, topic=topic))
    env.execute("replay")
    sent = [
        (message.key(), message.value()) for message in consume(archived.kafka_bootstrap_servers, topic, len(expected))
    ]
    assert sorted(sent) == sorted((e["customer_id"].encode(), encoded(e)) for e in expected)
    assert count(archived, span).total.events == len(expected)


def test_everything_comes_again_byte_for_byte(archived: Settings) -> None:
    replayed(archived, "again", EVERYTHING, EVENTS)


def test_a_span_has_its_start_and_not_its_end(archived: Settings) -> None:
    span = ReplaySpan(MIDNIGHT - 2, MIDNIGHT + 2)
    inside = [e for e in EVENTS if MIDNIGHT - 2 <= e["event_time"] < MIDNIGHT + 2]
    assert {e["decision_id"] for e in inside} == {"d3", "d4", "d5", "d6"}
    replayed(archived, "span", span, inside)


def test_a_customers_events_come_alone(archived: Settings) -> None:
    span = ReplaySpan(MIDNIGHT - 5, MIDNIGHT + 50 * DAY, "c0")
    replayed(archived, "customer", span, [e for e in EVENTS if e["customer_id"] == "c0"])


def test_a_table_gets_exactly_the_parts_and_makes_the_same_decisions(archived: Settings) -> None:
    target = archived.model_copy(update={"decisions_table": "restored"})
    client = dynamodb_client(target)
    client.create_table(**decisions_table(target))
    wanted = Replay(EVERYTHING, table="restored")
    check_target(archived, wanted)
    env = environment(archived)
    replay.define(env, archived, wanted)
    env.execute("replay")

    read = TypeDeserializer().deserialize
    items = client.scan(TableName="restored", ConsistentRead=True)["Items"]
    plain = [{name: read(value) for name, value in item.items()} for item in items]
    planted = [part for of in PARTS.values() for part in of]
    by_key = {(part.decision_id, part.sort_key): part.to_item() for part in planted}
    assert {(item["decision_id"], item["part_revision"]): item for item in plain} == by_key
    for e in EVENTS:
        if e["revision"] == len(PARTS[e["decision_id"]]):
            of = [Part.from_item(item) for item in plain if item["decision_id"] == e["decision_id"]]
            assert without_others(event(of)) == without_others(e)

    with pytest.raises(ReplayError, match="restored is not empty"):
        check_target(archived, wanted)


def test_a_dry_run_counts_by_day(archived: Settings) -> None:
    found = count(archived, EVERYTHING)
    assert found.by_day == {
        "2026-03-01": Counts(events=7, decisions=5, parts=17),
        "2026-03-02": Counts(events=8, decisions=5, parts=18),
        "2026-04-11": Counts(events=1, decisions=1, parts=3),
    }
    assert found.total == Counts(events=16, decisions=11, parts=38)
    assert count(archived, ReplaySpan(0, 1)).total == Counts(0, 0, 0)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"topic": "absent"}, "no topic absent"),
        ({"topic": "decision-events"}, "archived twice"),
        ({"table": "absent"}, "no table absent"),
        ({"table": "variables"}, "no decision table"),
    ],
)
def test_a_target_that_must_not_be_written_is_refused(archived: Settings, target: dict[str, str], message: str) -> None:
    with pytest.raises(ReplayError, match=message):
        check_target(archived, Replay(EVERYTHING, **target))


def test_a_missing_archive_is_a_sentence(archived: Settings, tmp_path: Path) -> None:
    with pytest.raises(ReplayError, match="There is no archive at file:"):
        count(archived.model_copy(update={"archive_uri": (tmp_path / "absent").as_uri()}), EVERYTHING)
