"""What is said of a sink's table before there is a job; over a real table."""

from __future__ import annotations

import logging

import pytest
from pyflink.common import Configuration
from pyflink.datastream import StreamExecutionEnvironment

from decision_store.clients import dynamodb_client
from decision_store.devstack.server import free_port
from decision_store.settings import Settings
from flink_dynamodb import DynamoDbSink, connector_jar, partition_key
from flink_dynamodb.sink import DynamoDbSinkBuilder

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module", autouse=True)
def jar() -> None:
    StreamExecutionEnvironment.get_execution_environment(Configuration()).add_jars(connector_jar().as_uri())


def builder(settings: Settings, table: str, key: str = "id") -> DynamoDbSinkBuilder:
    return (
        DynamoDbSink.builder()
        .set_table(table)
        .set_region(settings.aws_region)
        .set_endpoint_url(settings.aws_endpoint_url_dynamodb)
        .set_fields(partition_key(key))
    )


@pytest.fixture(scope="module")
def table(settings: Settings) -> str:
    dynamodb_client(settings).create_table(
        TableName="checked",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    return "checked"


def test_a_table_as_declared_is_built_without_a_word(
    settings: Settings, table: str, caplog: pytest.LogCaptureFixture
) -> None:
    builder(settings, table).build()
    assert caplog.messages == []


def test_a_missing_table_is_an_error_before_there_is_a_job(settings: Settings) -> None:
    with pytest.raises(ValueError, match=r"^The table absent at http://127[^ ]* does not exist: create it"):
        builder(settings, "absent").build()


def test_another_key_is_an_error_before_there_is_a_job(settings: Settings, table: str) -> None:
    with pytest.raises(ValueError, match=r"has the key id \(S\), and the sink is declared with customer \(S\)"):
        builder(settings, table, "customer").build()


def test_a_table_out_of_reach_is_a_warning(settings: Settings, table: str, caplog: pytest.LogCaptureFixture) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    builder(settings, table).set_endpoint_url(nowhere).build()
    ((_, level, message),) = caplog.record_tuples
    assert level == logging.WARNING
    assert message.startswith(f"The table checked at {nowhere} was not checked from here (")


def test_the_check_can_be_left_to_the_job(settings: Settings) -> None:
    builder(settings, "absent").set_check_on_build(False).build()
