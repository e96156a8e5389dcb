"""Decision events as a producer of the topic would write them, and how a test waits."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from decision_store.model.assembly import assemble
from decision_store.model.parts import Part, PartKind
from decision_store.model.plan import ArchivePlan, RegisteredSchema
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.testing import wire
from decision_store.testing.jobs import wait_until

SCHEMA_ID = 1
EVENT_SCHEMA = shipped_schemas()[EVENT_SUBJECT]
PLAN = ArchivePlan(
    registry_url="http://127.0.0.1:9",  # nobody listens: the schema in the plan is enough
    event_schema=RegisteredSchema(subject=EVENT_SUBJECT, version=1, id=SCHEMA_ID, avro=EVENT_SCHEMA),
    retention_ms=86_400_000,
)


def parts(decision: str, customer: str, event_time: int, corrections: int = 0) -> list[Part]:
    """A request, a credit check and an outcome; each correction is one more revision of the outcome."""
    request = {"merchant_id": "m1", "amount": 99.5, "currency": "SEK"}
    credit = {"status": "PASSED", "score": 0.75}
    outcome = {"outcome": "APPROVED", "checks": ["credit"], "policy": "p1"}

    def part(kind: PartKind, name: str | None, revision: int, schema: str, payload: dict[str, Any]) -> Part:
        text = json.dumps(payload, separators=(",", ":"))
        return Part(decision, kind, name, revision, customer, event_time + revision - 1, f"{schema}:1", text)

    return [
        part(PartKind.REQUEST, None, 1, "decision-request", request),
        part(PartKind.CHECK, "credit", 1, "check-credit", credit),
        *(
            part(PartKind.OUTCOME, None, revision, "decision-outcome", outcome | {"reason": f"r{revision} åäö"})
            for revision in range(1, corrections + 2)
        ),
    ]


def event(of: Iterable[Part]) -> dict[str, Any]:
    """The event the parts make, with an empty history, an enrichment and a flag."""
    history: dict[str, Any] = {"decisions_30d": 0, "declines_30d": 0, "approved_amount_30d": 0.0}
    assembled = assemble(of)
    assert isinstance(assembled, dict)
    history |= {"previous_outcome": None, "previous_outcome_age_ms": None}
    value = {"string": None, "long": 2, "double": None, "boolean": None}
    return {**assembled, "history": history, "enrichments": {"shop.declines": value}, "flags": ["shop.declined"]}


def encoded(record: dict[str, Any]) -> bytes:
    """In Confluent's wire format."""
    return wire.encoded(record, PLAN.event_schema)


def archived_rows(folder: Path) -> int:
    """Events in the files that are finished."""
    return sum(pyarrow.parquet.read_metadata(file).num_rows for file in folder.glob("event_date=*/*.parquet"))


def create_topics(bootstrap: str, *names: str) -> None:
    """With two partitions each."""
    admin = AdminClient({"bootstrap.servers": bootstrap})  # must outlive its futures
    for created in admin.create_topics([NewTopic(name, 2, 1) for name in names]).values():
        created.result()


def produce(bootstrap: str, topic: str, records: Iterable[tuple[bytes | None, bytes | None]]) -> None:
    """Keys and values, acknowledged."""
    producer = Producer({"bootstrap.servers": bootstrap})
    for key, value in records:
        producer.produce(topic, value=value, key=key)
    assert producer.flush(20) == 0


def consume(bootstrap: str, topic: str, count: int) -> list[Any]:
    """The first messages of a topic, at least `count` of them."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": f"test-{topic}", "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    messages: list[Any] = []

    def enough() -> bool:
        messages.extend(m for m in consumer.consume(1000, 0.3) if m.error() is None)
        return len(messages) >= count

    try:
        wait_until(enough)
        messages.extend(m for m in consumer.consume(1000, 1.0) if m.error() is None)  # what should not be there
    finally:
        consumer.close()
    return messages
