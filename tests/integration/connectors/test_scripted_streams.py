"""The scripted server as boto3 sees it: shards, positions, time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import psutil
import pytest
from botocore.exceptions import ClientError

from flink_dynamodb.testing import ScriptError, ServerStartError, StreamsServer
from tests.integration.connectors.scripted import Client, client, values

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def server() -> Iterator[StreamsServer]:
    with StreamsServer(memory_mb=256) as server:
        server.describes_per_second(1_000)
        yield server


@pytest.fixture
def read(server: StreamsServer) -> Iterator[Client]:
    server.reset_report()
    yield Client(client(server))
    server.heal()
    server.resume()


def test_an_item_arrives_in_every_type_and_change(server: StreamsServer, read: Client) -> None:
    table = server.create_table("changes", key=("id", "day"))
    item = {"id": "ä", "day": 1, "n": Decimal("1.50"), "b": b"\0", "l": [None, True], "m": {"x": {"s"}}}
    numbers = table.put(item) + table.put(item) + table.put(item | {"n": 2})
    numbers += table.remove({"id": "ä", "day": 1}, expired=True) + table.remove({"id": "ä", "day": 1})
    assert [number is None for number in numbers] == [False, True, False, False, True]

    insert, modify, remove = read.records(table, table.shards()[0])
    assert [record["eventName"] for record in (insert, modify, remove)] == ["INSERT", "MODIFY", "REMOVE"]
    assert insert["dynamodb"]["Keys"] == {"id": {"S": "ä"}, "day": {"N": "1"}}
    assert insert["dynamodb"]["NewImage"] == {
        "id": {"S": "ä"},
        "day": {"N": "1"},
        "n": {"N": "1.50"},
        "b": {"B": b"\0"},
        "l": {"L": [{"NULL": True}, {"BOOL": True}]},
        "m": {"M": {"x": {"SS": ["s"]}}},
    }
    assert "OldImage" not in insert["dynamodb"]
    assert modify["dynamodb"]["OldImage"]["n"] == {"N": "1.50"}
    assert "NewImage" not in remove["dynamodb"]
    assert remove["userIdentity"] == {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}
    assert insert["dynamodb"]["SequenceNumber"] == numbers[0]
    assert abs(insert["dynamodb"]["ApproximateCreationDateTime"] - server.now()) < timedelta(minutes=1)


def test_odd_items_are_passed_on(server: StreamsServer, read: Client) -> None:
    table = server.create_table("odd", key="id")
    table.put_json({"id": {"S": "1"}, "n": {"N": "not a number"}})
    assert values(read.records(table, table.shards()[0]), "n") == ["not a number"]


def test_a_table_tells_of_its_newest_stream(server: StreamsServer) -> None:
    table = server.create_table("described", key="id", view_type="NEW_IMAGE")
    described = client(server, service="dynamodb").describe_table(TableName="described")["Table"]
    assert described["LatestStreamArn"] == table.stream_arn
    assert described["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client(server, service="dynamodb").describe_table(TableName="nothing")


def test_a_lineage_is_read_over_its_splits(server: StreamsServer, read: Client) -> None:
    table = server.create_table("splits", key="id")
    (root,) = table.shards()
    table.put(*({"id": str(n), "v": 0} for n in range(20)))
    left, right = table.split(root)
    table.put(*({"id": str(n), "v": 1} for n in range(20)))
    only = table.roll_over(left.id)
    table.put(*({"id": str(n), "v": 2} for n in range(20)))

    assert read.listed(table) == [root.id, left.id, right.id, only.id]
    assert read.listed(table, children_of=root) == [left.id, right.id]
    assert [shard.closed for shard in table.shards()] == [True, True, False, False]
    assert (left.parent_id, only.parent_id) == (root.id, left.id)
    in_order = [values(read.records(table, shard), "v") for shard in (root, left, right, only)]
    assert in_order[0] == ["0"] * 20
    assert set(in_order[1]) == {"1"}
    assert in_order[2] == sorted(in_order[2])
    assert sum(map(len, in_order)) == 60
    assert server.report().violations == ()
    with pytest.raises(ScriptError, match="is closed"):
        table.put({"id": "x"}, shard=root)


def test_a_child_read_first_is_a_violation(server: StreamsServer, read: Client) -> None:
    table = server.create_table("impatient", key="id")
    child = table.roll_over(table.shards()[0])
    read.records(table, child)
    (violation,) = server.report().violations
    assert child.id in violation
    assert "before the end of its parent" in violation


def test_children_are_listed_late(server: StreamsServer, read: Client) -> None:
    server.freeze()
    table = server.create_table("late", key="id")
    (root,) = table.shards()
    child = table.roll_over(root, listed_after=20, children_after=10)
    assert (read.listed(table), read.listed(table, root)) == ([root.id], [])
    server.advance(seconds=10)
    assert (read.listed(table), read.listed(table, root)) == ([root.id], [child.id])
    server.advance(seconds=10)
    assert read.listed(table) == [root.id, child.id]


def test_a_wide_stream_is_listed_in_pages(server: StreamsServer, read: Client) -> None:
    table = server.generate("wide", shards=250, records_per_shard=1)
    assert read.listed(table) == [shard.id for shard in table.shards()]
    assert server.report().operations["DescribeStream"].calls == 3


def test_positions(server: StreamsServer, read: Client) -> None:
    table = server.create_table("positions", shards=0, key="id")
    shard = table.open("shardId-00000000000000000000-a")
    second = table.put({"id": 1}, {"id": 2}, {"id": 3}, shard=shard)[1]
    latest = read.iterator(table, shard, "LATEST")
    table.put({"id": 4}, shard=shard)
    assert values(read.records(table, shard.id), "id") == ["1", "2", "3", "4"]
    assert values(read.records(table, shard.id, "AT_SEQUENCE_NUMBER", second), "id") == ["2", "3", "4"]
    assert values(read.records(table, shard.id, "AFTER_SEQUENCE_NUMBER", second), "id") == ["3", "4"]
    assert values(read.page(latest)[0], "id") == ["4"]
    assert values(read.page(latest, Limit=1)[0], "id") == ["4"]


def test_pages_are_limited(server: StreamsServer, read: Client) -> None:
    table = server.create_table("pages", key="id")
    table.put(*({"id": n} for n in range(25)))
    table.page_limits(records=10)
    page, iterator = read.page(read.iterator(table, table.shards()[0]))
    assert len(page) == 10
    assert iterator is not None
    assert len(read.records(table, table.shards()[0])) == 25


def test_iterators_expire_and_records_are_trimmed_by_the_servers_time(server: StreamsServer, read: Client) -> None:
    server.freeze()
    table = server.create_table("time", key="id")
    (root,) = table.shards()
    (old,) = table.put({"id": 1})
    iterator = read.iterator(table, root)
    server.advance(minutes=15, seconds=1)
    with pytest.raises(ClientError, match="ExpiredIteratorException"):
        read.page(iterator)
    server.advance(timedelta(hours=24))
    with pytest.raises(ClientError, match="TrimmedDataAccessException"):
        read.iterator(table, root, "AFTER_SEQUENCE_NUMBER", old)
    child = table.roll_over(root)
    server.advance(hours=24)
    assert read.listed(table) == [child.id]
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        read.iterator(table, root)


def test_a_stream_enabled_again_is_another(server: StreamsServer, read: Client) -> None:
    table = server.create_table("again", shards=2, key="id")
    old = table.stream_arn
    table.disable()
    assert table.put({"id": 1}) == [None]
    new = table.enable()
    listed = read.boto.list_streams(TableName="again")["Streams"]
    assert [stream["StreamArn"] for stream in listed] == [old, new]
    assert read.boto.describe_stream(StreamArn=old)["StreamDescription"]["StreamStatus"] == "DISABLED"
    assert len(read.listed(table)) == 2
    server.advance(hours=24)
    assert [stream["StreamArn"] for stream in read.boto.list_streams(TableName="again")["Streams"]] == [new]


def test_generated_records_are_complete_and_typed(server: StreamsServer, read: Client) -> None:
    table = server.generate("generated", shards=2, records_per_shard=2_500, closed=True)
    for shard in table.shards():
        records = read.records(table, shard)
        assert values(records, "n") == [str(n) for n in range(2_500)]
        assert len(records[0]["dynamodb"]["NewImage"]) == 12
    assert server.report().records == 5_000


def test_live_records_say_when_they_were_written(server: StreamsServer, read: Client) -> None:
    table = server.live("live", shards=2, records_per_second_per_shard=500, seconds=0.4)
    iterator: str | None = read.iterator(table, table.shards()[1])
    found = []
    while len(found) < 200 and iterator is not None:
        page, iterator = read.page(iterator)
        now = time.time() * 1e6
        assert all(int(written) <= now for written in values(page, "written_at"))
        found += values(page, "n")
    assert found == [str(n) for n in range(200)]


def test_a_port_that_is_taken_is_said(server: StreamsServer) -> None:
    with pytest.raises(ServerStartError, match="a port that is taken"):
        StreamsServer(port=int(server.url.rsplit(":", 1)[1]))


def test_the_server_ends_with_the_process_that_started_it() -> None:
    script = (
        "import time; from flink_dynamodb.testing import StreamsServer\n"
        "server = StreamsServer(memory_mb=64); print(server._process._process.pid, flush=True); time.sleep(60)"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    starter = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment, text=True, start_new_session=True
    )
    assert starter.stdout is not None
    java = psutil.Process(int(starter.stdout.readline()))
    assert java.is_running()
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    starter.stdout.close()
    psutil.wait_procs([java], timeout=30)
    assert not java.is_running() or java.status() == psutil.STATUS_ZOMBIE
