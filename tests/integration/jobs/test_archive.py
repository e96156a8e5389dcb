"""The archive job on a mini cluster, from a real Kafka to files."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset
import pytest
from pyflink.datastream import StreamExecutionEnvironment

from decision_store.devstack.kafka import Kafka
from decision_store.flow import archive as flow_archive
from decision_store.settings import Settings
from decision_store.testing.jobs import LocalJob, running, wait_until
from jobs.archive import define
from tests.integration.conftest import CACHE
from tests.integration.jobs.planted import (
    EVENT_SCHEMA,
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
NOON = int(datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture(scope="module")
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    kafka = Kafka(tmp_path_factory.mktemp("kafka"), CACHE)
    try:
        kafka.start()
        yield kafka.address
    finally:
        kafka.stop()


@pytest.fixture
def env(here: Settings) -> StreamExecutionEnvironment:
    return LocalJob(here, parallelism=2).env


@pytest.fixture
def here(settings: Settings, bootstrap: str, tmp_path: Path) -> Settings:
    return settings.model_copy(
        update={
            "kafka_bootstrap_servers": bootstrap,
            "decision_events_topic": "archived",
            "dead_letter_topic": "not-archived",
            "archive_uri": tmp_path.as_uri(),
            "checkpoint_interval_ms": 300,
        }
    )


def files(folder: Path) -> pyarrow.dataset.Dataset:
    return pyarrow.dataset.dataset(folder, format="parquet", partitioning="hive")


def test_every_identity_is_archived_once_in_the_partition_of_its_date_and_garbage_is_a_dead_letter(
    env: StreamExecutionEnvironment, here: Settings, bootstrap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow_archive, "registered_event_schema", lambda settings: PLAN.event_schema)
    create_topics(bootstrap, here.decision_events_topic, here.dead_letter_topic)
    whole = {n: parts(f"d{n}", f"c{n % 3}", NOON + n % 3 * DAY, corrections=1) for n in range(60)}
    events = [event(of[:end]) for of in whole.values() for end in (3, 4)]
    records = [(e["customer_id"].encode(), encoded(e)) for e in events]
    garbage = [(b"k", b"\xffgarbage"), (b"cut", records[0][1][:-2]), (b"long", records[0][1] + b"\0"), (b"gone", None)]
    produce(bootstrap, "archived", [*records, *garbage, *records[:40]])

    define(env, here)
    with running(env):
        wait_until(lambda: archived_rows(tmp_path) >= 120)
        letters = consume(bootstrap, "not-archived", len(garbage))
        produce(bootstrap, "archived", records[:10])  # seen before, in an earlier checkpoint
        last = event(parts("last", "c0", NOON))
        produce(bootstrap, "archived", [(b"c0", encoded(last))])
        wait_until(lambda: archived_rows(tmp_path) >= 121)

    table = files(tmp_path).to_table()
    found = sorted(table.to_pylist(), key=lambda row: (row["decision_id"], row["revision"]))
    expected = sorted([*events, last], key=lambda row: (row["decision_id"], row["revision"]))
    assert [without_partition(row) for row in found] == expected
    assert {row["event_date"] == f"{row['event_time']:%Y-%m-%d}" for row in found} == {True}
    assert {row["event_date"] for row in found} == {"2026-03-01", "2026-03-02", "2026-03-03"}
    assert table.schema.field("event_time").type == pa.timestamp("ms", tz="UTC")
    assert table.schema.names == [*(field["name"] for field in EVENT_SCHEMA["fields"]), "event_date"]

    told = [json.loads(letter.value()) for letter in letters]
    assert {letter["original"]["key"]: letter["original"]["value"] for letter in told} == {
        in_base64(key): in_base64(value) for key, value in garbage
    }
    assert len(told) == len(garbage)
    assert {(letter["stage"], letter["position"]["topic"]) for letter in told} == {("archive", "archived")}


def in_base64(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()


def without_partition(row: dict[str, Any]) -> dict[str, Any]:
    """The event as it was written: times as epoch ms, maps as dicts."""
    event = {name: _plain(value) for name, value in row.items() if name != "event_date"}
    return {**event, "enrichments": dict(event["enrichments"])}


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return round(value.timestamp() * 1000)
        case dict():
            return {name: _plain(inner) for name, inner in value.items()}
        case list():
            return [_plain(inner) for inner in value]
        case _:
            return value
