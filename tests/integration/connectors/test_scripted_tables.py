"""The scripted tables as boto3 sees them: capacity, faults, and what their report tells of a writer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import count
from typing import Any
from zlib import crc32

import boto3
import pytest
from boto3.dynamodb.types import TypeSerializer
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError

from flink_dynamodb.testing import (
    IndexSpec,
    ScriptError,
    StreamsServer,
    TableServer,
    WriteTable,
    on_demand,
    provisioned,
)

pytestmark = pytest.mark.integration

NEWER = {
    "ConditionExpression": "attribute_not_exists(#v) OR #v < :v",
    "ExpressionAttributeNames": {"#v": "version"},
}
NAMES = count()


@pytest.fixture(scope="module")
def shared() -> Iterator[TableServer]:
    with TableServer(memory_mb=256) as server:
        yield server


@pytest.fixture
def server(shared: TableServer) -> Iterator[TableServer]:
    yield shared
    shared.heal()


@pytest.fixture(scope="module")
def boto(shared: TableServer) -> Any:
    config = Config(retries={"total_max_attempts": 1}, max_pool_connections=8)
    return boto3.client("dynamodb", **shared.client_arguments(), config=config)


@pytest.fixture
def table(server: TableServer) -> WriteTable:
    return make(server, version_attribute="version")


def make(server: TableServer, **arguments: Any) -> WriteTable:
    return server.create_table(f"table{next(NAMES)}", **arguments)


def to_item(item: Mapping[str, object]) -> dict[str, Any]:
    return {name: TypeSerializer().serialize(value) for name, value in item.items()}


def puts(table: WriteTable, *items: Mapping[str, object]) -> dict[str, Any]:
    return {table.name: [{"PutRequest": {"Item": to_item(item)}} for item in items]}


def failure(call: Any, **arguments: Any) -> Any:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response


def code(call: Any, **arguments: Any) -> str:
    return str(failure(call, **arguments)["Error"]["Code"])


def put_newer(boto: Any, table: WriteTable, item: Mapping[str, object], **more: Any) -> Any:
    values = {":v": {"N": str(item["version"])}}
    return boto.put_item(TableName=table.name, Item=to_item(item), ExpressionAttributeValues=values, **NEWER, **more)


def test_items_in_every_type_are_kept_by_every_operation(boto: Any, table: WriteTable) -> None:
    item = {"id": "ä", "version": 1, "n": Decimal("1.5"), "b": b"\0", "l": [None, True], "m": {"x": {"s"}}}
    assert boto.batch_write_item(RequestItems=puts(table, item, {"id": "b"}))["UnprocessedItems"] == {}
    assert table.get("ä") == item
    assert boto.get_item(TableName=table.name, Key={"id": {"S": "ä"}})["Item"] == {
        "id": {"S": "ä"},
        "version": {"N": "1"},
        "n": {"N": "1.5"},
        "b": {"B": b"\0"},
        "l": {"L": [{"NULL": True}, {"BOOL": True}]},
        "m": {"M": {"x": {"SS": ["s"]}}},
    }
    boto.update_item(
        TableName=table.name,
        Key={"id": {"S": "ä"}},
        UpdateExpression="SET #n = :n, version = :two ADD tags :t, visits :two",
        ExpressionAttributeNames={"#n": "n"},
        ExpressionAttributeValues={":n": {"N": "3"}, ":two": {"N": "2"}, ":t": {"SS": ["x"]}},
    )
    assert table.get("ä") == item | {"n": 3, "version": 2, "tags": {"x"}, "visits": 2}
    old = boto.put_item(TableName=table.name, Item={"id": {"S": "ä"}}, ReturnValues="ALL_OLD")["Attributes"]
    assert old["visits"] == {"N": "2"}
    boto.delete_item(TableName=table.name, Key={"id": {"S": "ä"}})
    assert table.get("ä") is None
    assert "Item" not in boto.get_item(TableName=table.name, Key={"id": {"S": "ä"}})
    deleted = boto.batch_write_item(RequestItems={table.name: [{"DeleteRequest": {"Key": {"id": {"S": "b"}}}}]})
    assert deleted["UnprocessedItems"] == {}
    assert table.items() == []


def test_describe_table_says_what_a_writer_needs_also_after_a_change(server: TableServer, boto: Any) -> None:
    indexes = {"by_x": IndexSpec("x", 7, "N")}
    table = make(server, key=("id", "day"), key_types=("S", "N"), capacity=provisioned(30), indexes=indexes)

    def described() -> Any:
        return boto.describe_table(TableName=table.name)["Table"]

    found = described()
    assert found["TableStatus"] == "ACTIVE"
    assert found["TableArn"].endswith(f":table/{table.name}")
    assert found["KeySchema"] == [
        {"AttributeName": "id", "KeyType": "HASH"},
        {"AttributeName": "day", "KeyType": "RANGE"},
    ]
    assert {part["AttributeName"]: part["AttributeType"] for part in found["AttributeDefinitions"]} == {
        "id": "S",
        "day": "N",
        "x": "N",
    }
    assert found["BillingModeSummary"]["BillingMode"] == "PROVISIONED"
    assert found["ProvisionedThroughput"]["WriteCapacityUnits"] == 30
    assert found["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["WriteCapacityUnits"] == 7

    table.set_capacity(provisioned(40), index_write_units={"by_x": 8})
    assert described()["ProvisionedThroughput"]["WriteCapacityUnits"] == 40
    assert described()["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["WriteCapacityUnits"] == 8
    table.set_capacity(on_demand(warm_write_units=4_000, max_write_units=500))
    found = described()
    assert found["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert found["ProvisionedThroughput"]["WriteCapacityUnits"] == 0
    assert found["OnDemandThroughput"]["MaxWriteRequestUnits"] == 500
    assert found["WarmThroughput"]["WriteUnitsPerSecond"] == 4_000

    assert code(boto.describe_table, TableName="nowhere") == "ResourceNotFoundException"
    server.fail("DescribeTable", "access_denied", times=2)
    assert code(boto.describe_table, TableName=table.name) == "AccessDeniedException"
    assert code(boto.describe_table, TableName="nowhere") == "AccessDeniedException"
    assert described()["TableName"] == table.name


def test_what_has_no_units_comes_back_and_a_batch_of_which_nothing_is_taken_throws(
    server: TableServer, boto: Any
) -> None:
    table = make(server, capacity=provisioned(0.01, burst_seconds=1_500))  # 15 units, and almost no more
    batch = puts(table, *[{"id": f"k{i}", "x": "a" * 1_020} for i in range(10)])  # of two units each
    answer = boto.batch_write_item(RequestItems=batch, ReturnConsumedCapacity="TOTAL")
    back = answer["UnprocessedItems"][table.name]
    assert back == batch[table.name][7:]
    assert answer["ConsumedCapacity"] == [{"TableName": table.name, "CapacityUnits": 14.0}]
    thrown = failure(boto.batch_write_item, RequestItems=answer["UnprocessedItems"])
    assert thrown["Error"]["Code"] == "ProvisionedThroughputExceededException"
    assert thrown["ThrottlingReasons"] == [
        {"reason": "TableWriteProvisionedThroughputExceeded", "resource": arn(boto, table)}
    ]
    big = {"TableName": table.name, "Item": to_item({"id": "z", "x": "a" * 2_000})}
    assert code(boto.put_item, **big) == "ProvisionedThroughputExceededException"
    report = table.report()
    assert (report.items, report.units, report.refused, report.partial_batches) == (7, 14, 3 + 3 + 1, 1)
    assert report.operations["BatchWriteItem"].errors == {"ProvisionedThroughputExceededException": 1}
    assert len(table.items()) == 7


def arn(boto: Any, table: WriteTable) -> str:
    return str(boto.describe_table(TableName=table.name)["Table"]["TableArn"])


def test_partitions_indexes_and_the_maximum_throttle_for_their_own_reasons(server: TableServer, boto: Any) -> None:
    indexes = {"by_x": IndexSpec("x", 0.001), "by_y": IndexSpec("y", 100)}
    table = make(server, capacity=provisioned(1_000), partitions=4, partition_write_units=0.001, indexes=indexes)

    def put(key: str, **more: str) -> Any:
        item = to_item({"id": key, **more})
        return boto.put_item(TableName=table.name, Item=item, ReturnConsumedCapacity="INDEXES")

    def reason(key: str, **more: str) -> tuple[str, str]:
        thrown = failure(put, key=key, **more)
        (of,) = thrown.get("ThrottlingReasons") or thrown["throttlingReasons"]
        return of["reason"], of["resource"].removeprefix(arn(boto, table))

    keys = {table.partition_of(f"k{i}"): f"k{i}" for i in range(100)}
    assert sorted(keys) == [0, 1, 2, 3]
    assert all(crc32(key.encode()) % 4 == partition for partition, key in keys.items())
    assert put(keys[0], x="a", y="b")["ConsumedCapacity"] == {
        "TableName": table.name,
        "CapacityUnits": 3.0,
        "Table": {"CapacityUnits": 1.0},
        "GlobalSecondaryIndexes": {"by_x": {"CapacityUnits": 1.0}, "by_y": {"CapacityUnits": 1.0}},
    }
    assert reason(keys[0]) == ("TableWriteKeyRangeThroughputExceeded", "")
    assert reason(keys[1], x="a", y="b") == ("IndexWriteProvisionedThroughputExceeded", "/index/by_x")
    put(keys[1], y="b")
    assert table.report().accepted_by_partition == (1, 1, 0, 0)
    assert table.report().index_units == {"by_x": 1, "by_y": 2}

    table.set_capacity(on_demand(max_write_units=0.001))
    put(keys[2], x="a")  # on demand an index has no units of its own
    thrown = failure(put, key=keys[3])
    assert thrown["Error"]["Code"] == "ThrottlingException"
    assert thrown["throttlingReasons"][0]["reason"] == "TableWriteMaxOnDemandThroughputExceeded"


def test_a_larger_old_item_decides_what_a_write_costs(server: TableServer, boto: Any) -> None:
    for stores, units in ((True, 4 + 4 + 1), (False, 4 + 1 + 1)):
        table = make(server, stores_items=stores)
        for size in (4_000, 10, 10):
            boto.batch_write_item(RequestItems=puts(table, {"id": "a", "x": "a" * size}))
        assert table.report().units == units


def test_only_what_is_newer_replaces_what_is_there_with_or_without_items(server: TableServer, boto: Any) -> None:
    for stores in (True, False):
        table = make(server, key=("id", "day"), version_attribute="version", stores_items=stores)
        key = {"id": "a", "day": "b"}
        put_newer(boto, table, key | {"version": 2})
        assert code(put_newer, boto=boto, table=table, item=key | {"version": 2}) == "ConditionalCheckFailedException"
        failed = failure(
            put_newer,
            boto=boto,
            table=table,
            item=key | {"version": 1},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
        assert failed.get("Item") == (to_item(key | {"version": 2}) if stores else None)
        put_newer(boto, table, key | {"version": Decimal("2.5")})
        assert table.versions() == {("a", "b"): Decimal("2.5")}
        report = table.report()
        assert (report.items, report.conditional_failures, report.stale, report.duplicates) == (2, 2, 0, 0)
        assert (report.units, report.units_spent) == (2, 4)
        assert report.operations["PutItem"].errors == {"ConditionalCheckFailedException": 2}


def test_duplicates_and_writes_over_something_newer_are_counted(boto: Any, table: WriteTable) -> None:
    for version in (1, 1, 3, 2):
        boto.batch_write_item(RequestItems=puts(table, {"id": "a", "version": version}, {"id": "b"}))
    boto.delete_item(TableName=table.name, Key={"id": {"S": "a"}})
    boto.batch_write_item(RequestItems=puts(table, {"id": "a", "version": 1}))
    report = table.report()
    assert (report.items, report.duplicates, report.stale) == (10, 1, 1)
    assert table.versions() == {"a": 1, "b": None}
    table.reset_report()
    assert table.report().items == 0
    assert table.versions() == {"a": 1, "b": None}


def test_a_share_of_items_comes_back_by_chance_that_repeats(boto: Any, server: TableServer) -> None:
    def returned() -> list[int]:
        table = make(server)
        table.leave_unprocessed(0.3, seed=5)
        batch = [{"id": f"k{i}"} for i in range(25)]
        answers = [boto.batch_write_item(RequestItems=puts(table, *batch)) for _ in range(10)]
        boto.put_item(TableName=table.name, Item={"id": {"S": "single"}})  # is not of a batch
        back = [len(answer["UnprocessedItems"].get(table.name, [])) for answer in answers]
        report = table.report()
        assert (report.refused_by_share, report.refused) == (sum(back), 0)
        assert report.items + report.refused_by_share == 251
        table.leave_unprocessed(1)
        assert len(boto.batch_write_item(RequestItems=puts(table, *batch))["UnprocessedItems"][table.name]) == 25
        table.leave_unprocessed(0)
        assert boto.batch_write_item(RequestItems=puts(table, *batch))["UnprocessedItems"] == {}
        return back

    back = returned()
    assert 30 < sum(back) < 120
    assert returned() == back


def test_poison_spoils_the_whole_request(boto: Any, table: WriteTable) -> None:
    table.poison("bad", reason="bad is bad")
    table.poison_attribute("marked")
    for item in ({"id": "bad"}, {"id": "b", "marked": 1}):
        assert code(boto.put_item, TableName=table.name, Item=to_item(item)) == "ValidationException"
        thrown = failure(boto.batch_write_item, RequestItems=puts(table, {"id": "good"}, item))
        assert thrown["Error"]["Code"] == "ValidationException"
    assert code(boto.delete_item, TableName=table.name, Key={"id": {"S": "bad"}}) == "ValidationException"
    assert table.items() == []
    table.cure()
    boto.batch_write_item(RequestItems=puts(table, {"id": "bad", "marked": 1}))
    assert table.report().operations["BatchWriteItem"].errors == {"ValidationException": 2}


def test_what_dynamodb_would_not_take_is_refused_as_a_whole(boto: Any, table: WriteTable) -> None:
    good = {"id": "good"}
    for message, items in {
        "contains duplicates": [good, good],
        "Too many items": [{"id": f"k{i}"} for i in range(26)],
        "Missing the key id": [good, {"x": 1}],
        "Type mismatch for key id expected: S actual: N": [good, {"id": 1}],
        "empty string": [good, {"id": ""}],
        "exceeded the maximum allowed size": [good, {"id": "a", "x": "a" * 409_600}],
        "maximum size limit of2048": [good, {"id": "a" * 2_049}],
    }.items():
        thrown = failure(boto.batch_write_item, RequestItems=puts(table, *items))
        assert thrown["Error"]["Code"] == "ValidationException"
        assert message in thrown["Error"]["Message"]
    unknown = puts(table, good) | {"nowhere": puts(table, good)[table.name]}
    assert code(boto.batch_write_item, RequestItems=unknown) == "ResourceNotFoundException"
    key = {"id": {"S": "a"}, "x": {"S": "b"}}
    assert "key element" in failure(boto.delete_item, TableName=table.name, Key=key)["Error"]["Message"]
    exists = {"TableName": table.name, "Item": to_item(good), "ConditionExpression": "attribute_exists(id)"}
    assert "does not understand" in failure(boto.put_item, **exists)["Error"]["Message"]
    assert table.items() == []
    assert table.report().items == 0


def test_faults_strike_writes_and_say_whether_they_were_carried_out(
    server: TableServer, boto: Any, table: WriteTable
) -> None:
    other = make(server)
    for fault, expected in {
        "throttled": "ProvisionedThroughputExceededException",
        "throttling": "ThrottlingException",
        "request_limit": "RequestLimitExceeded",
        "conflict": "TransactionConflictException",
        "internal_error": "InternalServerError",
        "access_denied": "AccessDeniedException",
    }.items():
        server.fail("BatchWriteItem", fault, skip=1, table=table)  # type: ignore[arg-type]
        boto.batch_write_item(RequestItems=puts(table, {"id": "spared"}))
        boto.batch_write_item(RequestItems=puts(other, {"id": "spared"}))
        assert code(boto.batch_write_item, RequestItems=puts(table, {"id": "lost"})) == expected
    assert table.get("lost") is None

    for fault, written in {"cut_before": True, "cut_in_body": True, "cut_unwritten": False}.items():
        server.fail("PutItem", fault)  # type: ignore[arg-type]
        with pytest.raises(HTTPClientError):
            boto.put_item(TableName=table.name, Item={"id": {"S": fault}})
        assert (table.get(fault) is not None) is written
    assert table.report().operations["PutItem"].errors == {"CUT_BEFORE": 1, "CUT_IN_BODY": 1, "CUT_UNWRITTEN": 1}


def test_delays_latency_and_the_timeline(server: TableServer, boto: Any) -> None:
    table = make(server, created_at_attribute="made")
    server.delay(300)
    begin = time.monotonic()
    made = int((time.time() - 5) * 1e6)
    boto.batch_write_item(RequestItems=puts(table, *[{"id": f"k{i}", "made": made} for i in range(5)]))
    assert time.monotonic() - begin >= 0.3
    server.delay(0)
    boto.put_item(TableName=table.name, Item=to_item({"id": "timeless"}))
    report = table.report()
    assert report.latency.count == 5
    assert 5_100 <= report.latency.p50 <= report.latency.p90 <= report.latency.p99 <= report.latency.max
    assert sum(bin.items for bin in report.timeline) == report.items == 6
    assert report.timeline[0].second >= 0.3


def test_two_unanswered_writes_of_a_key_overlap(server: TableServer, boto: Any) -> None:
    table = make(server)
    server.delay(400, operation="BatchWriteItem")
    batches = [puts(table, {"id": "a"}, {"id": f"k{i}"}) for i in range(2)]
    threads = [threading.Thread(target=boto.batch_write_item, kwargs={"RequestItems": batch}) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert table.report().overlapping == 1
    for batch in batches:
        boto.batch_write_item(RequestItems=batch)
    assert table.report().overlapping == 1


def test_versions_of_very_many_keys_are_quick_to_compare(server: TableServer, boto: Any) -> None:
    table = make(server, key_types="N", version_attribute="version", stores_items=False)
    for start in range(0, 2_000, 25):
        boto.batch_write_item(RequestItems=puts(table, *[{"id": start + i, "version": start} for i in range(25)]))
    assert table.versions() == {i: i // 25 * 25 for i in range(2_000)}
    with pytest.raises(ScriptError, match="stores no items"):
        table.items()


def test_a_batch_may_be_of_several_tables(server: TableServer, boto: Any) -> None:
    full = make(server, capacity=provisioned(0.001))
    boto.batch_write_item(RequestItems=puts(full, {"id": "fills it"}))
    free = make(server)
    both = puts(full, {"id": "a"}) | puts(free, {"id": "a"})
    answer = boto.batch_write_item(RequestItems=both, ReturnConsumedCapacity="TOTAL")
    assert answer["UnprocessedItems"] == puts(full, {"id": "a"})
    assert {one["TableName"]: one["CapacityUnits"] for one in answer["ConsumedCapacity"]} == {
        full.name: 0,
        free.name: 1,
    }


def test_streams_and_tables_share_an_address() -> None:
    with StreamsServer(memory_mb=256) as streams:
        read = streams.create_table("orders")
        tables = TableServer.beside(streams)
        written = tables.create_table("variables")
        boto = boto3.client("dynamodb", **streams.client_arguments())
        boto.put_item(TableName="variables", Item={"id": {"S": "a"}})
        assert written.get("a") == {"id": "a"}
        assert tables.url == streams.url
        assert boto.describe_table(TableName="orders")["Table"]["LatestStreamArn"] == read.stream_arn
        assert "LatestStreamArn" not in boto.describe_table(TableName="variables")["Table"]


def test_what_cannot_be_scripted_of_tables_is_said(server: TableServer, table: WriteTable) -> None:
    for message, line in {
        "no operation": lambda: server.fail("GetRecords", "throttled"),  # type: ignore[arg-type]
        "does not befall": lambda: server.fail("PutItem", "empty_page"),  # type: ignore[arg-type]
        "already": lambda: server.create_table(table.name),
        "1 or more": lambda: table.set_capacity(provisioned(0)),
        "no index": lambda: table.set_capacity(provisioned(1), index_write_units={"x": 1}),
        "0 to 1": lambda: table.leave_unprocessed(2),
        "key's type": lambda: make(server, key_types="X"),
        "no version attribute": lambda: make(server).versions(),
    }.items():
        with pytest.raises(ScriptError, match=message):
            line()
    with pytest.raises(TypeError, match="key's type is S"):
        table.get(1)
