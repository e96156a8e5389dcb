"""Decision events as a producer of the topic would write them, and how a test waits."""

from __future__ import annotations

import io
import json
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fastavro
import pyarrow.parquet
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic
from pyflink.datastream import StreamExecutionEnvironment

from decision_store.model.assembly import assemble
from decision_store.model.parts import Part, PartKind
from decision_store.model.plan import ArchivePlan, RegisteredSchema
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas

SCHEMA_ID = 1
EVENT_SCHEMA = shipped_schemas()[EVENT_SUBJECT]
PLAN = ArchivePlan(
    registry_url="http://127.0.0.1:9",  # nobody listens: the schema in the plan is enough
    event_schema=RegisteredSchema(subject=EVENT_SUBJECT, version=1, id=SCHEMA_ID, avro=EVENT_SCHEMA),
    retention_ms=86_400_000,
)
_PARSED = fastavro.parse_schema(EVENT_SCHEMA)


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
    out = io.BytesIO(struct.pack(">bI", 0, SCHEMA_ID))
    out.seek(0, io.SEEK_END)
    fastavro.schemaless_writer(out, _PARSED, record)
    return out.getvalue()


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


@contextmanager
def running(env: StreamExecutionEnvironment) -> Iterator[None]:
    """Runs a job that does not end for as long as the block lasts; a failure of the job is the test's failure."""
    job = env.execute_async()
    ended = job.get_job_execution_result()
    try:
        yield
    except TimeoutError:
        if ended.done():
            ended.result()
        raise
    finally:
        if not ended.done():
            job.cancel().result()


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Asks again and again.

    Raises:
        TimeoutError: it never came true.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("what the test waits for did not happen")
        time.sleep(0.05)
