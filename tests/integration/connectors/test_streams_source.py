"""The source on a MiniCluster, reading a real table's stream."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import islice
from typing import Any

import pytest
from pyflink.common import Configuration, WatermarkStrategy
from pyflink.datastream import StreamExecutionEnvironment

from decision_store.clients import dynamodb_client
from decision_store.settings import Settings
from flink_dynamodb import (
    DynamoDbStreamsSource,
    FieldType,
    StreamPosition,
    connector_jar,
    field,
    list_of,
    map_of,
    metadata,
    new_image,
    row_of,
    set_of,
)

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def environment() -> StreamExecutionEnvironment:
    configuration = Configuration()
    configuration.set_string("restart-strategy.type", "none")  # a failure is to be seen, not tried again
    env = StreamExecutionEnvironment.get_execution_environment(configuration)
    env.add_jars(connector_jar().as_uri())
    env.set_parallelism(2)
    env.enable_checkpointing(500)
    return env


def table_with_stream(settings: Settings, name: str) -> Any:
    client = dynamodb_client(settings)
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return client


def read(env: StreamExecutionEnvironment, source: DynamoDbStreamsSource, count: int) -> list[Any]:
    rows = env.from_source(source, WatermarkStrategy.no_watermarks(), "stream").execute_and_collect()
    try:
        return list(islice(rows, count))
    finally:
        rows.close()


def builder(settings: Settings, table: str) -> Any:
    return (
        DynamoDbStreamsSource.builder()
        .set_tables(table)
        .set_region(settings.aws_region)
        .set_endpoint_url(settings.aws_endpoint_url_dynamodb)
        .set_starting_position(StreamPosition.trim_horizon())
    )


def test_every_change_comes_once_in_order_as_a_typed_row(
    environment: StreamExecutionEnvironment, settings: Settings
) -> None:
    client = table_with_stream(settings, "source_all")
    for number in range(300):
        client.put_item(TableName="source_all", Item={"id": {"S": f"i{number % 3}"}, "n": {"N": str(number)}})
    source = builder(settings, "source_all").set_fields(
        metadata("event_kind"), new_image("id"), new_image("n", FieldType.LONG), metadata("decode_error")
    )
    rows = read(environment, source.build(), 300)
    assert [row[2] for row in rows] == list(range(300))
    assert [row[0] for row in rows[:4]] == ["INSERT", "INSERT", "INSERT", "MODIFY"]
    assert {row[3] for row in rows} == {None}


def test_what_does_not_fit_comes_with_its_reason_and_raw_record(
    environment: StreamExecutionEnvironment, settings: Settings
) -> None:
    client = table_with_stream(settings, "source_unfit")
    client.put_item(TableName="source_unfit", Item={"id": {"S": "a"}, "n": {"S": 'ni"ne'}})
    client.put_item(TableName="source_unfit", Item={"id": {"S": "b"}, "n": {"N": "9"}})
    source = builder(settings, "source_unfit").set_fields(
        new_image("id"), new_image("n", FieldType.LONG), metadata("decode_error"), metadata("raw")
    )
    unfit, fit = read(environment, source.build(), 2)
    assert (unfit[0], unfit[1], unfit[2]) == ("a", None, "n: expected long, got S")
    assert '"n":{"S":"ni\\"ne"}' in unfit[3]
    assert (fit[0], fit[1], fit[2], fit[3]) == ("b", 9, None, None)


def test_nested_attributes_older_names_and_defaults_reach_python(
    environment: StreamExecutionEnvironment, settings: Settings
) -> None:
    client = table_with_stream(settings, "source_nested")
    address = {"M": {"street": {"S": "Elm"}, "postcode": {"N": "12345"}, "note": {"S": "undeclared"}}}
    item = {
        "id": {"S": "a"},
        "addresses": {"L": [address, {"M": {"street": {"NULL": True}}}]},
        "scores": {"M": {"one": {"N": "1.5"}, "none": {"NULL": True}}},
        "tags": {"SS": ["x", "y"]},
        "exact": {"N": "12345678901234567890.123456789"},
        "thing": {"L": [{"BOOL": True}]},
    }
    client.put_item(TableName="source_nested", Item=item)
    address_type = row_of("street", field("zip", FieldType.LONG, aliases=["postcode"], default=-1))
    source = builder(settings, "source_nested").set_fields(
        new_image("id"),
        new_image("addresses", list_of(address_type)),
        new_image("scores", map_of(FieldType.DOUBLE)),
        new_image("tags", set_of(FieldType.STRING)),
        new_image("exact", FieldType.DECIMAL),
        new_image("thing", FieldType.JSON),
        new_image("colour", aliases=["color"], default="grey"),
        metadata("decode_error"),
        metadata("raw"),
        metadata("record"),
    )
    (put,) = read(environment, source.build(), 1)
    assert [tuple(address) for address in put[1]] == [("Elm", 12345), (None, -1)]
    assert put[2] == {"one": 1.5, "none": None}
    assert sorted(put[3]) == ["x", "y"]
    assert put[4] == Decimal("12345678901234567890.123456789")
    assert put[5] == '{"L":[{"BOOL":true}]}'
    assert (put[6], put[7], put[8]) == ("grey", None, None)
    assert json.loads(put[9])["dynamodb"]["NewImage"] == item

    # PyFlink's execute_and_collect cannot carry a null list; a removed item has nothing but its key.
    client.delete_item(TableName="source_nested", Key={"id": {"S": "a"}})
    source = builder(settings, "source_nested").set_fields(
        new_image("id"), new_image("colour", default="grey"), metadata("raw")
    )
    _, removed = read(environment, source.build(), 2)
    assert (removed[0], removed[1]) == ("a", None)
    assert json.loads(removed[2])["dynamodb"]["OldImage"] == item


def test_a_missing_table_is_a_sentence(environment: StreamExecutionEnvironment, settings: Settings) -> None:
    source = builder(settings, "absent").set_fields(new_image("id")).build()
    with pytest.raises(Exception, match="There is no stream of table absent: check the name"):
        read(environment, source, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda b: b.set_fields(), "needs fields"),
        (lambda b: b.set_tables(""), "needs a table"),
        (lambda b: b.set_tables("t", "t"), "names a table twice"),
        (lambda b: b.set_starting_position(StreamPosition.timestamp(0)), "more than 24 hours ago"),
        (lambda b: b.set_bounded(StreamPosition.trim_horizon()), "cannot end at its trim horizon"),
        (
            lambda b: b.set_starting_position(StreamPosition.latest()).set_bounded(StreamPosition.latest()),
            "nothing to read",
        ),
        (lambda b: b.set_latency_goal(20).set_read_budget(5), "exclude each other"),
        (lambda b: b.set_read_budget(0), "above 0"),
        (lambda b: b.set_latency_goal(500), "shorter than the latency goal"),
        (lambda b: b.set_event_time_field("id"), "of type LONG"),
        (lambda b: b.set_max_bytes(1), "hold a page"),
        (lambda b: b.set_endpoint_url("localhost:8000"), "a URL such as http://localhost:8000"),
        (lambda b: b.set_fields(new_image("id"), new_image("id")), "id is given twice"),
        (lambda b: b.set_discovery_interval(1), "ten calls a second"),
    ],
)
def test_impossible_options_are_refused_when_built(settings: Settings, change: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        change(builder(settings, "t").set_fields(new_image("id"))).build()


def test_unknown_metadata_is_refused() -> None:
    with pytest.raises(ValueError, match="choose one of event_kind"):
        metadata("colour")
