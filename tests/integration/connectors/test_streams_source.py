"""The source on a MiniCluster, reading a real table's stream."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest
from pyflink.common import Configuration, WatermarkStrategy
from pyflink.datastream import StreamExecutionEnvironment

from decision_store.clients import dynamodb_client
from decision_store.settings import Settings
from flink_dynamodb import DynamoDbStreamsSource, FieldType, StreamPosition, connector_jar, metadata, new_image

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


def test_a_missing_table_is_a_sentence(environment: StreamExecutionEnvironment, settings: Settings) -> None:
    source = builder(settings, "absent").set_fields(new_image("id")).build()
    with pytest.raises(Exception, match="The stream absent at http://127") as failure:
        read(environment, source, 1)
    assert "cannot be read" in str(failure.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda b: b.set_fields(), "needs fields"),
        (lambda b: b.set_tables(""), "needs a stream"),
        (lambda b: b.set_fields(new_image("id"), new_image("id")), "id is given twice"),
        (lambda b: b.set_idle_wait(100, 10), "idle wait must rise"),
        (lambda b: b.set_discovery_interval(1), "ten calls a second"),
    ],
)
def test_impossible_options_are_refused_when_built(settings: Settings, change: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        change(builder(settings, "t").set_fields(new_image("id"))).build()


def test_unknown_metadata_is_refused() -> None:
    with pytest.raises(ValueError, match="choose one of event_kind"):
        metadata("colour")
