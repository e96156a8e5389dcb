"""Rows that DynamoDB can never take, among others that it takes: a real table, files and a Kafka topic."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer
from confluent_kafka.admin import AdminClient, NewTopic
from pyflink.common import Configuration, Row, Types
from pyflink.common.serialization import Encoder, SimpleStringSchema
from pyflink.datastream import StreamExecutionEnvironment
from pyflink.datastream.connectors.base import DeliveryGuarantee
from pyflink.datastream.connectors.file_system import FileSink, RollingPolicy
from pyflink.datastream.connectors.kafka import KafkaRecordSerializationSchema, KafkaSink
from pyflink.datastream.formats.json import JsonRowSerializationSchema

from decision_store.clients import dynamodb_client
from decision_store.devstack.server import LOOPBACK
from decision_store.devstack.stack import Stack
from decision_store.flow.jvm import operators_jar
from decision_store.settings import Settings
from flink_dynamodb import (
    REJECTED_ROW_TYPE,
    DynamoDbSink,
    FieldType,
    OnRejected,
    attribute,
    dead_letters,
    partition_key,
)

pytestmark = pytest.mark.integration

ROW_TYPE = Types.ROW_NAMED(["id", "text", "number"], [Types.STRING(), Types.STRING(), Types.LONG()])

# DynamoDB counts a negative number a byte larger than the sink does, so that only the server refuses this one.
REFUSED = Row("big", "x" * (400 * 1024 - len("idbigtextnumber") - 10), -(10**17) - 123456789)
KEYLESS = Row("", "of nobody", 7)


@pytest.fixture(scope="module")
def environment() -> StreamExecutionEnvironment:
    configuration = Configuration()
    configuration.set_string("restart-strategy.type", "none")  # a failure is to be seen, not tried again
    configuration.set_string("pipeline.generic-types", "false")
    env = StreamExecutionEnvironment.get_execution_environment(configuration)
    env.add_jars(operators_jar().as_uri())  # has Kafka as well
    env.set_parallelism(2)
    env.enable_checkpointing(200)
    return env


@pytest.fixture(scope="module")
def kafka(stopped_stack: Stack) -> str:
    """The stack's broker, which ends with the stack: others may use it too."""
    return f"{LOOPBACK}:{stopped_stack.kafka.start().port}"


def write(
    env: StreamExecutionEnvironment, settings: Settings, table: str, poison: list[Row], place: Any
) -> dict[str, Any]:
    """199 rows and some that cannot be written; what the table has then, by key."""
    client = dynamodb_client(settings)
    client.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    rows = [Row(f"e{n}", f"text {n}", n) for n in range(199)]
    for each in poison:
        rows.insert(100, each)
    sink = (
        DynamoDbSink.builder()
        .set_table(table)
        .set_region(settings.aws_region)
        .set_endpoint_url(settings.aws_endpoint_url_dynamodb)
        .set_fields(partition_key("id"), attribute("text"), attribute("number", FieldType.LONG))
        .set_on_rejected(place)
        .build()
    )
    env.from_collection(rows, ROW_TYPE).sink_to(sink).uid(table)
    env.execute(table)
    pages = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return {item["id"]["S"]: item for page in pages for item in page["Items"]}


def files(folder: Path) -> FileSink:
    return (
        FileSink.for_row_format(folder.as_uri(), Encoder.simple_string_encoder())
        .with_rolling_policy(RollingPolicy.on_checkpoint_rolling_policy())
        .build()
    )


def letters_in(folder: Path) -> list[dict[str, Any]]:
    finished = [each for each in folder.rglob("part-*") if each.is_file()]
    return [json.loads(line) for each in finished for line in each.read_text().splitlines()]


def letters_of(bootstrap: str, topic: str) -> list[dict[str, Any]]:
    """All of the topic: it is read until nothing more comes."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": f"test-{topic}",
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
        }
    )
    consumer.subscribe([topic])
    values: list[dict[str, Any]] = []
    until = time.monotonic() + 30
    while (record := consumer.poll(3.0 if values else 1.0)) is not None or (not values and time.monotonic() < until):
        if record is not None:
            assert record.error() is None
            values.append(json.loads(record.value()))
    consumer.close()
    return values


def assert_is_the_refused_one(letter: dict[str, Any], table: str, began: float) -> None:
    assert letter["table"] == table
    assert letter["key"] == "id=big"
    assert "Item size has exceeded" in letter["reason"]
    assert json.loads(letter["row"])["text"] == REFUSED[1]
    assert began * 1000 - 1 <= letter["rejected_at"] <= time.time() * 1000 + 1


def test_one_refused_among_two_hundred_is_a_line_of_json_and_the_others_are_written(
    environment: StreamExecutionEnvironment, settings: Settings, tmp_path: Path
) -> None:
    began = time.time()
    written = write(environment, settings, "letters_files", [REFUSED], dead_letters(files(tmp_path / "rejected")))
    assert written.keys() == {f"e{n}" for n in range(199)}
    (letter,) = letters_in(tmp_path / "rejected")
    assert letter.keys() == set(REJECTED_ROW_TYPE.get_field_names())
    assert_is_the_refused_one(letter, "letters_files", began)


def test_a_row_without_a_key_is_a_letter_without_a_key(
    environment: StreamExecutionEnvironment, settings: Settings, tmp_path: Path
) -> None:
    place = dead_letters(files(tmp_path / "rejected"), parallelism=2)
    written = write(environment, settings, "letters_keyless", [KEYLESS, REFUSED], place)
    assert len(written) == 199
    by_key = {letter["key"]: letter for letter in letters_in(tmp_path / "rejected")}
    assert by_key.keys() == {None, "id=big"}
    assert "id is empty" in by_key[None]["reason"]
    assert "of nobody" in by_key[None]["row"]


def test_a_row_larger_than_a_letter_is_cut_and_says_so(
    environment: StreamExecutionEnvironment, settings: Settings, tmp_path: Path
) -> None:
    place = dead_letters(files(tmp_path / "rejected"), max_letter_bytes=50_000)
    write(environment, settings, "letters_cut", [REFUSED], place)
    (letter,) = letters_in(tmp_path / "rejected")
    assert 40_000 < len(letter["row"]) < 50_000
    assert f"the first {len(letter['row'])} are here" in letter["reason"]


def texts(bootstrap: str, topic: str) -> OnRejected:
    value = KafkaRecordSerializationSchema.builder().set_topic(topic)
    value = value.set_value_serialization_schema(SimpleStringSchema()).build()
    return dead_letters(KafkaSink.builder().set_bootstrap_servers(bootstrap).set_record_serializer(value).build())


def rows_exactly_once(bootstrap: str, topic: str) -> OnRejected:
    row_as_json = JsonRowSerializationSchema.builder().with_type_info(REJECTED_ROW_TYPE).build()
    value = KafkaRecordSerializationSchema.builder().set_topic(topic).set_value_serialization_schema(row_as_json)
    sink = (
        KafkaSink.builder()
        .set_bootstrap_servers(bootstrap)
        .set_record_serializer(value.build())
        .set_delivery_guarantee(DeliveryGuarantee.EXACTLY_ONCE)
        .set_transactional_id_prefix(topic)
        .set_property("transaction.timeout.ms", "600000")
        .build()
    )
    return dead_letters(sink, as_rows=True)


@pytest.mark.parametrize("to_topic", [texts, rows_exactly_once])
def test_letters_go_to_a_topic_as_json(
    environment: StreamExecutionEnvironment, settings: Settings, kafka: str, to_topic: Any
) -> None:
    topic = f"letters_{to_topic.__name__}"
    admin = AdminClient({"bootstrap.servers": kafka})
    admin.create_topics([NewTopic(topic, 1)])[topic].result()
    began = time.time()
    assert len(write(environment, settings, topic, [REFUSED], to_topic(kafka, topic))) == 199
    (letter,) = letters_of(kafka, topic)
    assert_is_the_refused_one(letter, topic, began)


def test_without_a_place_the_job_fails_and_names_the_item_the_reason_and_the_way_out(
    environment: StreamExecutionEnvironment, settings: Settings
) -> None:
    sentence = (
        r"The item id=big cannot be written to the table letters_fail at http://127[^ ]*: Item size has exceeded"
        r"[^.]*\. Correct it, or give the sink a place for such rows: set_on_rejected"
    )
    with pytest.raises(Exception, match=sentence):
        write(environment, settings, "letters_fail", [REFUSED], "fail")


def test_a_stream_without_a_row_type_is_still_a_sentence(
    environment: StreamExecutionEnvironment, settings: Settings, tmp_path: Path
) -> None:
    """It is a mistake in the job, of which no row is free: nothing to put aside row by row."""
    client = dynamodb_client(settings)
    client.create_table(
        TableName="letters_untyped",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    sink = (
        DynamoDbSink.builder()
        .set_table("letters_untyped")
        .set_region(settings.aws_region)
        .set_endpoint_url(settings.aws_endpoint_url_dynamodb)
        .set_fields(partition_key("id"))
        .set_on_rejected(dead_letters(files(tmp_path)))
        .build()
    )
    environment.from_collection([Row("e")]).sink_to(sink)
    with pytest.raises(Exception, match=r"takes rows, not byte\[\]: give the stream before it a row type"):
        environment.execute()
