"""Stand-ins for the three jobs, in one Python thread: just enough to let the demo and the ledger meet without Flink."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from confluent_kafka import Producer

from decision_store.clients import dynamodb_client
from decision_store.devstack.server import Running
from decision_store.model.assembly import Incomplete, assemble
from decision_store.model.entities import entity_key
from decision_store.model.parts import Part
from decision_store.ops.ledger.records import Event
from decision_store.ops.ledger.table import interpret
from decision_store.settings import Settings
from tests.integration.devstack.test_s3 import client as s3_client
from tests.integration.ops.conftest import CREDENTIALS
from tests.integration.ops.wire import avro, parquet
from tests.unit.ops.ledger.examples import HISTORY


def variables_at(events: Sequence[Event], now_ms: int) -> dict[tuple[str, str], dict[str, Any]]:
    """How often a customer was declined."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for event in events:
        item = found.setdefault((entity_key([("customer_id", event["customer_id"])]), "demo"), {"declines_30d": 0})
        item["declines_30d"] += event["outcome"]["outcome"] == "DECLINED"
    return found


class Jobs:
    """From the table's stream to Kafka, archive and variables; dies and comes back as a task manager does.

    After `kill` all that was read since the last checkpoint is read again: identities come twice on the topic.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._dynamodb = dynamodb_client(settings)
        self._streams = boto3.client(
            "dynamodbstreams", endpoint_url=settings.aws_endpoint_url_dynamodb, region_name=settings.aws_region
        )
        self._producer = Producer({"bootstrap.servers": settings.kafka_bootstrap_servers, "linger.ms": 0})
        self._s3 = s3_client(str(settings.aws_endpoint_url_s3), CREDENTIALS)
        self._checkpoint: list[dict[str, Any]] = []  # the items read up to then: all state follows from them
        self._archived: set[tuple[str, int]] = set()
        self._files = 0
        self._pending: list[dict[str, Any]] = []  # sent since the checkpoint
        self._newest: dict[str, dict[str, Any]] = {}
        self._dead = Flag()
        self._thread: Thread | None = None

    def start(self, port: int = 0, credentials: tuple[str, str] = ("", ""), region: str = "") -> Running:
        self._dead.clear()
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()
        return Running(2, 0.0, port)

    def kill(self) -> int:
        assert self._thread is not None
        self._dead.set()
        self._thread.join(30)
        return 1

    def similar(self, customer_id: str, merchant_id: str) -> list[dict[str, Any]]:
        """The newest decision of a customer at a merchant."""
        mine = [
            event
            for event in list(self._newest.values())
            if (event["customer_id"], event["request"]["merchant_id"]) == (customer_id, merchant_id)
        ]
        if not mine:
            return []
        newest = max(mine, key=lambda event: int(event["event_time"]))
        age_ms = time.time_ns() // 1_000_000 - newest["event_time"]
        told = {name: newest[name] for name in ("decision_id", "event_time")}
        return [{**told, "outcome": newest["outcome"]["outcome"], "age_ms": age_ms}]

    def _run(self) -> None:
        restored = len(self._checkpoint)
        read: list[dict[str, Any]] = []
        next_checkpoint = time.monotonic() + 1.0
        iterator = self._iterator()
        while not self._dead.is_set():
            page = self._streams.get_records(ShardIterator=iterator)
            iterator = page["NextShardIterator"]
            for record in page["Records"]:
                deserializer = TypeDeserializer()
                image = record["dynamodb"]["NewImage"].items()
                read.append({name: deserializer.deserialize(value) for name, value in image})
                if len(read) > restored:  # what lies before is state already, and was sent
                    self._process(read)
            if time.monotonic() >= next_checkpoint:
                self._complete_checkpoint(read)
                next_checkpoint = time.monotonic() + 1.0
            time.sleep(0.02)

    def _process(self, read: list[dict[str, Any]]) -> None:
        item = read[-1]
        if interpret([item]).invalid:
            original = {name: str(value) for name, value in item.items()}
            letter = {"original": original, "event_kind": "INSERT", "stage": "validate"}
            self._send(self._settings.dead_letter_topic, b"", json.dumps(letter).encode())
            return
        decision_id = item["decision_id"]
        of_decision = [one for one in read if one["decision_id"] == decision_id and not interpret([one]).invalid]
        made = assemble([Part.from_item(one) for one in of_decision])
        if not isinstance(made, Incomplete):
            event = {**made, "history": dict(HISTORY), "enrichments": {}, "flags": []}
            self._send(self._settings.decision_events_topic, made["customer_id"].encode(), avro(event))
            if made["revision"] >= self._newest.get(decision_id, made)["revision"]:
                self._newest[decision_id] = event
            self._pending.append(event)

    def _complete_checkpoint(self, read: list[dict[str, Any]]) -> None:
        self._producer.flush(30)
        events = {(event["decision_id"], event["revision"]): event for event in self._pending}
        new = [event for identity, event in events.items() if identity not in self._archived]
        if new:
            bucket, _, prefix = self._settings.archive_uri.removeprefix("s3://").partition("/")
            by_date: dict[str, list[dict[str, Any]]] = {}
            for event in new:
                date = time.strftime("%Y-%m-%d", time.gmtime(event["event_time"] / 1000))
                by_date.setdefault(date, []).append(event)
            for date, of_date in by_date.items():
                self._files += 1
                key = Path(prefix, f"event_date={date}", f"part-{self._files}")
                self._s3.put_object(Bucket=bucket, Key=str(key), Body=parquet(of_date))
            self._archived |= events.keys()
        serializer = TypeSerializer()
        for (entity, use_case), values in variables_at(list(self._newest.values()), 0).items():
            item = {"entity": entity, "use_case": use_case, "version": 1, "as_of": 1, **values}
            attributes = {name: serializer.serialize(value) for name, value in item.items()}
            self._dynamodb.put_item(TableName=self._settings.variables_table, Item=attributes)
        self._pending = []
        self._checkpoint = list(read)

    def _iterator(self) -> str:
        streams = self._streams.list_streams(TableName=self._settings.decisions_table)["Streams"]
        arn = streams[0]["StreamArn"]
        shard = self._streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
        asked = {"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
        return str(self._streams.get_shard_iterator(**asked)["ShardIterator"])

    def _send(self, topic: str, key: bytes, value: bytes) -> None:
        self._producer.produce(topic, value, key)
        self._producer.poll(0)
