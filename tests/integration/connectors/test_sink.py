"""The sink on a MiniCluster, writing to a real table."""

from __future__ import annotations

import random
from itertools import islice
from typing import Any

import pytest
from pyflink.common import Configuration, Row, Types, WatermarkStrategy
from pyflink.datastream import StreamExecutionEnvironment

from decision_store.clients import dynamodb_client
from decision_store.settings import Settings
from flink_dynamodb import (
    DynamoDbSink,
    DynamoDbStreamsSource,
    FieldType,
    attribute,
    connector_jar,
    new_image,
    partition_key,
    put_if_newer,
    sort_key,
)

pytestmark = pytest.mark.integration

VARIABLES = Types.ROW_NAMED(
    ["entity", "use_case", "version", "declines_30d"],
    [Types.STRING(), Types.STRING(), Types.LONG(), Types.LONG()],
)


@pytest.fixture(scope="module")
def environment() -> StreamExecutionEnvironment:
    configuration = Configuration()
    configuration.set_string("restart-strategy.type", "none")  # a failure is to be seen, not tried again
    env = StreamExecutionEnvironment.get_execution_environment(configuration)
    env.add_jars(connector_jar().as_uri())
    env.set_parallelism(1)
    env.enable_checkpointing(200)
    return env


def create(settings: Settings, name: str, *keys: str, stream: bool = False) -> Any:
    client = dynamodb_client(settings)
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
        if stream
        else {"StreamEnabled": False},
    )
    return client


def items(client: Any, table: str) -> list[dict[str, Any]]:
    pages = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return [item for page in pages for item in page["Items"]]


def builder(settings: Settings, table: str) -> Any:
    return (
        DynamoDbSink.builder()
        .set_table(table)
        .set_region(settings.aws_region)
        .set_endpoint_url(settings.aws_endpoint_url_dynamodb)
        .set_fields(
            partition_key("entity"),
            sort_key("use_case"),
            attribute("version", FieldType.LONG),
            attribute("declines_30d", FieldType.LONG),
        )
    )


def write(env: StreamExecutionEnvironment, rows: list[Row], sink: DynamoDbSink, row_type: Any = VARIABLES) -> None:
    env.from_collection(rows, row_type).sink_to(sink)
    env.execute("write")


def test_every_row_is_an_item_and_nulls_are_left_out(
    environment: StreamExecutionEnvironment, settings: Settings
) -> None:
    client = create(settings, "sink_all", "entity", "use_case")
    rows = [Row(f"customer_id=c{n}", "fraud", n, None if n % 2 else n * 10) for n in range(1000)]
    write(environment, rows, builder(settings, "sink_all").build())
    written = {item["entity"]["S"]: item for item in items(client, "sink_all")}
    assert len(written) == 1000
    assert written["customer_id=c8"] == {
        "entity": {"S": "customer_id=c8"},
        "use_case": {"S": "fraud"},
        "version": {"N": "8"},
        "declines_30d": {"N": "80"},
    }
    assert "declines_30d" not in written["customer_id=c9"]


def test_the_last_write_of_an_item_wins(environment: StreamExecutionEnvironment, settings: Settings) -> None:
    client = create(settings, "sink_last", "entity", "use_case")
    rows = [Row(f"e{n % 7}", f"u{n % 2}", n, n) for n in range(2000)]
    write(environment, rows, builder(settings, "sink_last").build())
    newest = {(f"e{n % 7}", f"u{n % 2}"): n for n in range(2000)}
    assert {
        (item["entity"]["S"], item["use_case"]["S"]): int(item["version"]["N"]) for item in items(client, "sink_last")
    } == newest


def test_the_highest_version_wins_whatever_the_order(
    environment: StreamExecutionEnvironment, settings: Settings
) -> None:
    client = create(settings, "sink_newest", "entity", "use_case")
    client.put_item(
        TableName="sink_newest", Item={"entity": {"S": "e0"}, "use_case": {"S": "u"}, "version": {"N": "5000"}}
    )
    client.put_item(TableName="sink_newest", Item={"entity": {"S": "e1"}, "use_case": {"S": "u"}})  # has no version
    versions = [(entity, version) for entity in range(20) for version in range(1, 51)] * 2
    random.Random(7).shuffle(versions)
    rows = [Row(f"e{entity}", "u", version, version) for entity, version in versions]
    write(environment, rows, builder(settings, "sink_newest").set_mode(put_if_newer("version")).build())
    found = {item["entity"]["S"]: item for item in items(client, "sink_newest")}
    assert found.pop("e0")["version"]["N"] == "5000"
    assert {int(item["version"]["N"]) for item in found.values()} == {50}
    assert {int(item["declines_30d"]["N"]) for item in found.values()} == {50}
    assert len(found) == 19


def test_what_the_sink_writes_the_source_reads_back_typed(
    environment: StreamExecutionEnvironment, settings: Settings
) -> None:
    create(settings, "sink_types", "id", stream=True)
    names = ["id", "text", "long", "int", "double", "boolean", "bytes"]
    kinds = [FieldType.STRING, FieldType.LONG, FieldType.INT, FieldType.DOUBLE, FieldType.BOOLEAN, FieldType.BYTES]
    row_type = Types.ROW_NAMED(
        names,
        [
            Types.STRING(),
            Types.STRING(),
            Types.LONG(),
            Types.INT(),
            Types.DOUBLE(),
            Types.BOOLEAN(),
            Types.PRIMITIVE_ARRAY(Types.BYTE()),
        ],
    )
    sink = (
        DynamoDbSink.builder()
        .set_table("sink_types")
        .set_region(settings.aws_region)
        .set_endpoint_url(settings.aws_endpoint_url_dynamodb)
        .set_fields(
            partition_key("id"),
            *(attribute(name, kind, f"a_{name}") for name, kind in zip(names[1:], kinds, strict=True)),
        )
        .build()
    )
    row = Row("r1", "", 2**62, -7, -0.125, True, b"\x00\xff")
    write(environment, [row], sink, row_type)
    source = (
        DynamoDbStreamsSource.builder()
        .set_tables("sink_types")
        .set_region(settings.aws_region)
        .set_endpoint_url(settings.aws_endpoint_url_dynamodb)
        .set_fields(
            new_image("id"), *(new_image(f"a_{name}", kind) for name, kind in zip(names[1:], kinds, strict=True))
        )
        .build()
    )
    rows = environment.from_source(source, WatermarkStrategy.no_watermarks(), "back").execute_and_collect()
    try:
        (back,) = islice(rows, 1)
    finally:
        rows.close()
    assert list(back)[:6] == list(row)[:6]
    assert bytes(byte & 0xFF for byte in back[6]) == b"\x00\xff"  # PyFlink hands out signed bytes


def test_a_missing_table_is_a_sentence(environment: StreamExecutionEnvironment, settings: Settings) -> None:
    with pytest.raises(Exception, match=r"The table absent at http://127[^ ]* does not exist: create it"):
        write(environment, [Row("e", "u", 1, 1)], builder(settings, "absent").build())


def test_another_key_is_a_sentence(environment: StreamExecutionEnvironment, settings: Settings) -> None:
    create(settings, "sink_other_key", "customer")
    expected = r"has the key customer \(S\), and the sink is declared with entity \(S\) \+ use_case \(S\)"
    with pytest.raises(Exception, match=expected):
        write(environment, [Row("e", "u", 1, 1)], builder(settings, "sink_other_key").build())


# A number counts more than the sink can know, so that only the server can refuse the first.
@pytest.mark.parametrize(
    ("table", "size", "reason"),
    [
        ("sink_large", 400 * 1024 - len("entitybigtextnumber") - 10, "Item size has exceeded"),
        ("sink_larger", 600 * 1024, "it has 601 KB, and DynamoDB takes up to 400"),
    ],
)
def test_an_item_over_400_kb_fails_the_job_with_its_key(
    environment: StreamExecutionEnvironment, settings: Settings, table: str, size: int, reason: str
) -> None:
    client = create(settings, table, "entity")
    row_type = Types.ROW_NAMED(["entity", "text", "number"], [Types.STRING(), Types.STRING(), Types.LONG()])
    rows = [Row(f"e{n}", "x", n) for n in range(20)]
    rows.insert(10, Row("big", "x" * size, -(10**17) - 123456789))
    sink = (
        builder(settings, table)
        .set_fields(partition_key("entity"), attribute("text"), attribute("number", FieldType.LONG))
        .build()
    )
    with pytest.raises(Exception, match=f"The item entity=big cannot be written to the table {table}.*: {reason}"):
        write(environment, rows, sink, row_type)
    assert all(item["entity"]["S"] != "big" for item in items(client, table))


def test_a_stream_without_a_row_type_is_a_sentence(environment: StreamExecutionEnvironment, settings: Settings) -> None:
    create(settings, "sink_untyped", "entity", "use_case")
    with pytest.raises(Exception, match=r"takes rows, not byte\[\]: give the stream before it a row type"):
        write(environment, [Row("e", "u", 1, 1)], builder(settings, "sink_untyped").build(), None)


def test_an_empty_key_is_a_sentence(environment: StreamExecutionEnvironment, settings: Settings) -> None:
    create(settings, "sink_empty", "entity", "use_case")
    with pytest.raises(Exception, match="the field entity is empty, and it is part of the key"):
        write(environment, [Row("", "u", 1, 1)], builder(settings, "sink_empty").build())
