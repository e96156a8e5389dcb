"""The source on a real stream whose shards roll over while it reads."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import boto3
import pytest
import requests
from pyflink.common import Configuration, WatermarkStrategy
from pyflink.datastream import StreamExecutionEnvironment

from decision_store.devstack.jars import fetched
from decision_store.devstack.server import Running, Server, free_port
from flink_dynamodb import DynamoDbStreamsSource, FieldType, connector_jar, new_image
from flink_dynamodb import metadata as stream_metadata
from tests.integration.conftest import CACHE

pytestmark = pytest.mark.integration

ROLLOVERS = 4
WRITES = 100  # between two rollovers
KEYS = 5


class RollingDynamoDb(Server):
    """DynamoDB Local with a control port for its rollovers."""

    def __init__(self, home: Path) -> None:
        super().__init__("rolling-dynamodb", home)
        self._control_port = free_port()

    def start(self) -> Running:
        jars = fetched("dynamodb", CACHE)
        port = free_port()
        program = Path(__file__).with_name("RollingDynamoDb.java")
        command = ["java", "-Xmx256m", f"-Dsqlite4java.library.path={jars}", "-cp", f"{jars}/*", str(program)]
        started = self.launch([*command, str(port), str(self._control_port)], port)
        self.wait_until_listening()
        return started

    def roll_over(self) -> None:
        assert requests.post(f"http://127.0.0.1:{self._control_port}/rollover", timeout=30).status_code == 204


@pytest.fixture
def rolling(tmp_path: Path) -> Iterator[RollingDynamoDb]:
    server = RollingDynamoDb(tmp_path)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def test_children_follow_their_parents_and_every_item_keeps_its_order(
    rolling: RollingDynamoDb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    client = boto3.client("dynamodb", endpoint_url=rolling.url, region_name="eu-west-1")
    client.create_table(
        TableName="rolling",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )

    def write() -> None:
        for number in range((ROLLOVERS + 1) * WRITES):
            client.put_item(TableName="rolling", Item={"id": {"S": f"i{number % KEYS}"}, "n": {"N": str(number)}})
            if number % WRITES == WRITES - 1 and number < ROLLOVERS * WRITES:
                rolling.roll_over()
                time.sleep(1)

    configuration = Configuration()
    configuration.set_string("restart-strategy.type", "none")
    env = StreamExecutionEnvironment.get_execution_environment(configuration)
    env.add_jars(connector_jar().as_uri())
    env.set_parallelism(2)
    env.enable_checkpointing(200)
    source = (
        DynamoDbStreamsSource.builder()
        .set_tables("rolling")
        .set_region("eu-west-1")
        .set_endpoint_url(rolling.url)
        .set_discovery_interval(1_000)
        .set_fields(new_image("id"), new_image("n", FieldType.LONG), stream_metadata("shard_id"))
        .build()
    )
    writer = Thread(target=write)
    rows = env.from_source(source, WatermarkStrategy.no_watermarks(), "rolling").execute_and_collect()
    writer.start()
    try:
        read = [next(rows) for _ in range((ROLLOVERS + 1) * WRITES)]
    finally:
        rows.close()
        writer.join()

    assert sorted(row[1] for row in read) == list(range((ROLLOVERS + 1) * WRITES))
    for key in range(KEYS):
        of_key = [row[1] for row in read if row[0] == f"i{key}"]
        assert of_key == sorted(of_key)
    assert len({row[2] for row in read}) == ROLLOVERS + 1, "the shards rolled over"
