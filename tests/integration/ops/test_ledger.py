"""The ledger on real servers, each fault planted where it would happen."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer
from confluent_kafka import Producer

from decision_store.api.tables import ensure_tables
from decision_store.clients import dynamodb_client
from decision_store.model.entities import entity_key
from decision_store.ops.ledger.findings import Difference, Kind, LedgerReport
from decision_store.ops.ledger.ledger import Ledger
from decision_store.ops.ledger.records import Event
from decision_store.ops.ledger.topics import LedgerError
from decision_store.settings import DeliveryGuarantee, Settings
from tests.integration.devstack.test_s3 import client as s3_client
from tests.integration.ops.conftest import CREDENTIALS, create_topics
from tests.integration.ops.wire import avro, parquet
from tests.unit.ops.ledger.examples import ALL, D1, D2, D3, DATE, E1, E2, GARBAGE, TIME, changed, credit

pytestmark = pytest.mark.integration

NUMBERS = itertools.count()


def amounts_at(events: Sequence[Event], now_ms: int) -> dict[tuple[str, str], dict[str, Any]]:
    """A use case of one's own: how much a customer asked for, and the last outcome."""
    return {
        (entity_key([("customer_id", event["customer_id"])]), "amounts"): {
            "amount": event["request"]["amount"],
            "last_outcome": event["outcome"]["outcome"],
        }
        for event in events
    }


class World:
    """The places of one test, all in agreement until something is planted."""

    def __init__(self, stack: Settings, registry: str) -> None:
        name = f"ledger-{next(NUMBERS)}"
        self.settings = stack.model_copy(
            update={
                "decisions_table": f"{name}-decisions",
                "variables_table": f"{name}-variables",
                "decision_events_topic": f"{name}-events",
                "dead_letter_topic": f"{name}-dead",
                "incomplete_topic": f"{name}-incomplete",
                "archive_uri": f"s3://decision-archive/{name}/decision-events",
                "schema_registry_url": registry,
            }
        )
        self._dynamodb = dynamodb_client(self.settings)
        ensure_tables(self._dynamodb, self.settings)
        create_topics(self.settings)
        self._s3 = s3_client(str(stack.aws_endpoint_url_s3), CREDENTIALS)
        self.ledger = Ledger(self.settings, amounts_at)

    def agree(self) -> None:
        for item in (*(part.to_item() for part in (*D1, *D2, *D3)), GARBAGE):
            self.store(dict(item))
        for event in ALL:
            self.send(event)
        self.archive("part-0", ALL)
        for (entity, use_case), values in amounts_at([E1, E2], TIME).items():
            self.keep({"entity": entity, "use_case": use_case, "version": 1, "as_of": TIME, **values})
        self.send_json(self.settings.dead_letter_topic, {"original": GARBAGE, "event_kind": "INSERT", "stage": "v"})
        self.send_json(self.settings.incomplete_topic, {"decision_id": "d3"})

    def store(self, item: dict[str, Any]) -> None:
        self._put(self.settings.decisions_table, item)

    def keep(self, item: dict[str, Any]) -> None:
        self._put(self.settings.variables_table, item)

    def send(self, event: dict[str, Any]) -> None:
        self.send_bytes(event["customer_id"].encode(), avro(event))

    def send_bytes(self, key: bytes, value: bytes) -> None:
        self._produce(self.settings.decision_events_topic, key, value)

    def send_json(self, topic: str, value: dict[str, Any]) -> None:
        self._produce(topic, b"", json.dumps(value).encode())

    def archive(self, name: str, events: Sequence[dict[str, Any]], date: str = DATE) -> None:
        self.put_file(f"event_date={date}/{name}", parquet(events))

    def put_file(self, name: str, body: bytes) -> None:
        bucket, _, prefix = self.settings.archive_uri.removeprefix("s3://").partition("/")
        self._s3.put_object(Bucket=bucket, Key=f"{prefix}/{name}", Body=body)

    def differences(self) -> dict[str, list[Difference]]:
        return by_place(self.ledger.check())

    def _put(self, table: str, item: dict[str, Any]) -> None:
        serializer = TypeSerializer()
        values = {
            name: {"N": repr(value)} if isinstance(value, float) else serializer.serialize(value)
            for name, value in item.items()
        }
        self._dynamodb.put_item(TableName=table, Item=values)

    def _produce(self, topic: str, key: bytes, value: bytes) -> None:
        producer = Producer({"bootstrap.servers": self.settings.kafka_bootstrap_servers})
        producer.produce(topic, value, key)
        assert producer.flush(30) == 0


def by_place(report: LedgerReport) -> dict[str, list[Difference]]:
    return {place.place: list(place.differences) for place in report.places if place.differences}


@pytest.fixture
def world(stack: Settings, registry: str) -> World:
    made = World(stack, registry)
    made.agree()
    return made


def test_places_that_agree_are_clean(world: World) -> None:
    report = world.ledger.check()
    assert by_place(report) == {}
    assert report.clean
    assert (report.decisions, report.complete, report.parts, report.invalid) == (3, 2, 9, 1)
    assert [(place.expected, place.found) for place in report.places] == [(2, 2), (3, 3), (2, 2), (1, 1), (1, 1)]


def test_what_is_on_no_place_is_missing_everywhere(stack: Settings, registry: str) -> None:
    world = World(stack, registry)
    for item in (*(part.to_item() for part in (*D1, *D3)), GARBAGE):
        world.store(dict(item))
    kinds = {place: [one.kind for one in found] for place, found in world.differences().items()}
    expected = ("kafka", "variables", "dead letters", "incomplete")  # the archive holds what the topic holds: nothing
    assert kinds == {place: [Kind.MISSING] for place in expected}


def test_faults_on_the_topic_are_named(world: World) -> None:
    world.send(E2)
    world.send(changed(E1, "decision_id", "d9"))
    world.send_bytes(b"c-d1", b"\x01garbage")
    world.send_bytes(b"c-d1", avro(E1, schema_id=99))
    world.send_bytes(b"c-d1", avro(E1)[:-9])
    world.send_bytes(b"c-d1", avro(E1) + b"..")
    report = world.ledger.check()
    assert report.places[0].redelivered == 1
    whats = sorted(one.what.partition(" (")[0] for one in report.places[0].differences)
    assert whats == [
        "begins with byte 1 where the magic byte 0 is expected",
        "has 2 bytes after its event",
        "has schema id 99, which the registry does not know",
        "is no decision event of schema id 7",
        "the table has no such decision",
    ]
    assert [(one.kind, one.subject) for one in report.places[1].differences] == [(Kind.MISSING, "d9")]


def test_a_redelivery_is_a_difference_under_exactly_once(world: World) -> None:
    world.send(E2)
    strict = world.settings.model_copy(update={"delivery_guarantee": DeliveryGuarantee.EXACTLY_ONCE})
    found = by_place(Ledger(strict, amounts_at).check())
    assert [(one.kind, one.subject, one.revision) for one in found["kafka"]] == [(Kind.DUPLICATE, "d2", 4)]


def test_messages_of_an_aborted_transaction_do_not_count(world: World) -> None:
    configuration = {"bootstrap.servers": world.settings.kafka_bootstrap_servers, "transactional.id": "planted"}
    producer = Producer(configuration)
    producer.init_transactions(30)
    producer.begin_transaction()
    producer.produce(world.settings.decision_events_topic, avro(changed(E1, "decision_id", "d9")), b"c-d1")
    producer.flush(30)
    producer.abort_transaction(30)
    assert world.differences() == {}


def test_a_part_under_a_schema_that_was_registered_later_is_valid(world: World) -> None:
    item = {**credit("d3").to_item(), "schema": "check-credit:2", "payload": '{"status": "PASSED", "model": "m7"}'}
    world.store(item)
    found = world.differences()
    assert sorted(found) == ["kafka", "variables"]  # d3 is complete now, and the jobs of this test are slow
    assert found["kafka"] == [Difference(Kind.MISSING, "d3", 3, "is not on the topic")]


def test_faults_in_the_archive_are_named(world: World) -> None:
    world.archive("part-1", [E1, changed(E2, "decision_id", "d9")])
    world.archive("part-2", [changed(E2, "outcome.outcome", "APPROVED")], "2023-11-15")
    world.put_file(f"event_date={DATE}/part-3", b"PAR1 but not really")
    found = world.differences()
    assert list(found) == ["archive"]
    assert sorted((one.kind.value, one.subject, one.what.partition(" (")[0]) for one in found["archive"]) == [
        ("duplicate", "d1", "is archived again"),
        ("duplicate", "d2", "is archived again"),
        ("unexpected", "", "is no Parquet file of events"),
        ("unexpected", "d2", "differs from the topic's in outcome.outcome"),
        ("unexpected", "d2", "lies under event_date=2023-11-15 and belongs under 2023-11-14"),
        ("unexpected", "d9", "was never on the topic"),
    ]


def test_files_that_are_not_committed_are_not_read(world: World) -> None:
    world.put_file(f"event_date={DATE}/.part-1.inprogress", b"half")
    world.put_file(f"event_date={DATE}/_part-1_tmp_7", b"half")
    world.put_file("_metadata/part-1", b"half")
    assert world.differences() == {}


def test_faults_in_the_variables_are_named(world: World) -> None:
    base = {"use_case": "amounts", "version": 2, "as_of": TIME}
    world.keep({**base, "entity": "customer_id=c-d1", "amount": 9.0, "last_outcome": "APPROVED"})
    world.keep({**base, "entity": "customer_id=c-foreign", "amount": 1.5})
    assert world.differences() == {
        "variables": [
            Difference(Kind.STALE, "customer_id=c-d1 amounts", None, "amount: not what the table makes"),
            Difference(Kind.UNEXPECTED, "customer_id=c-foreign amounts", None, "no decision explains it"),
        ]
    }


def test_faults_among_the_dead_letters_are_named(world: World) -> None:
    image = {"decision_id": {"S": "d1"}, "part_revision": {"S": "request#000001"}, "revision": {"S": "one"}}
    world.send_json(
        world.settings.dead_letter_topic, {"original": {"dynamodb": {"NewImage": image}}, "stage": "source"}
    )
    world.send_json(world.settings.dead_letter_topic, {"original": GARBAGE})
    world._produce(world.settings.dead_letter_topic, b"", b"not json")
    world.store({**GARBAGE, "part_revision": "verdict#000001", "part": "verdict"})
    report = world.ledger.check()
    assert list(by_place(report)) == ["dead letters"]
    letters = report.places[3]
    assert (letters.expected, letters.found, letters.redelivered) == (2, 1, 1)
    assert sorted((one.kind.value, one.subject, one.what.partition(" (")[0]) for one in letters.differences) == [
        (
            "missing",
            "d1",
            "verdict#000001 is invalid and no dead letter: part: expected request, check or outcome, got 'verdict'",
        ),
        ("unexpected", "", "is about no item"),
        ("unexpected", "d1", "request#000001 is valid in the table and was refused at source"),
    ]


def test_waiting_ends_as_soon_as_every_place_agrees(world: World) -> None:
    world.store({**GARBAGE, "decision_id": "d8"})
    told: list[int] = []

    def arrives(report: LedgerReport, left: float) -> None:
        told.append(report.difference_count)
        world.send_json(world.settings.dead_letter_topic, {"original": {**GARBAGE, "decision_id": "d8"}})

    assert world.ledger.wait_until_clean(60, arrives).clean
    assert told == [1]


def test_a_place_that_cannot_be_read_is_said_in_a_sentence(world: World) -> None:
    for change, sentence in (
        ({"decision_events_topic": "nothing"}, "Topic nothing cannot be read"),
        ({"archive_uri": "s3://nothing/at-all"}, "The archive at s3://nothing/at-all cannot be read"),
        ({"decisions_table": "nothing"}, "Table nothing cannot be read"),
        ({"schema_registry_url": "http://127.0.0.1:9"}, "The schema registry does not answer at http://127.0.0.1:9"),
    ):
        with pytest.raises(LedgerError, match=sentence):
            Ledger(world.settings.model_copy(update=change), amounts_at).check()
