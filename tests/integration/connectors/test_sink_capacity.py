"""The sink on a MiniCluster, writing to scripted tables: capacity, faults, and what the table saw of both."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from zlib import crc32

import pytest
from pyflink.common import Row, Types
from pyflink.datastream import StreamExecutionEnvironment

from flink_dynamodb import (
    DynamoDbSink,
    FieldType,
    added,
    attribute,
    fixed,
    partition_key,
    put_if_newer,
    sort_key,
    update,
)
from flink_dynamodb.sink import DynamoDbSinkBuilder
from flink_dynamodb.testing import (
    TableFault,
    TableOperation,
    TableServer,
    WriteReport,
    WriteTable,
    on_demand,
    provisioned,
)

pytestmark = pytest.mark.integration

ROW = Types.ROW_NAMED(["id", "version"], [Types.STRING(), Types.LONG()])
COUNTS = Types.ROW_NAMED(["id", "version", "n"], [Types.STRING(), Types.LONG(), Types.LONG()])
SORTED = Types.ROW_NAMED(["id", "line", "version"], [Types.STRING(), Types.LONG(), Types.LONG()])
FAULTS: dict[TableFault, str] = {
    "cut_before": "CUT_BEFORE",
    "internal_error": "InternalServerError",
    "throttled": "ProvisionedThroughputExceededException",
}
"""The faults, and how the report calls them."""

NAMES = count()
PATIENCE_SECONDS = 60
"""What has not come by then never will."""


@pytest.fixture(scope="module")
def shared() -> Iterator[TableServer]:
    with TableServer(memory_mb=256) as server:
        yield server


@pytest.fixture
def tables(shared: TableServer) -> Iterator[TableServer]:
    yield shared
    shared.heal()


def make(tables: TableServer, **arguments: Any) -> WriteTable:
    return tables.create_table(f"table{next(NAMES)}", version_attribute="version", **arguments)


def builder(tables: TableServer, table: WriteTable) -> DynamoDbSinkBuilder:
    return (
        DynamoDbSink.builder()
        .set_table(table.name)
        .set_region(tables.region)
        .set_endpoint_url(tables.url)
        .set_fields(partition_key("id"), attribute("version", FieldType.LONG))
    )


def start(
    env: StreamExecutionEnvironment, rows: list[Row], sink: DynamoDbSink, subtasks: int, row_type: Any = ROW
) -> Any:
    """Begins to write, in so many subtasks; rows come from one place, in order."""
    env.from_collection(rows, row_type).sink_to(sink).set_parallelism(subtasks)
    return env.execute_async("write")


def write(
    env: StreamExecutionEnvironment, rows: list[Row], sink: DynamoDbSink, subtasks: int, row_type: Any = ROW
) -> None:
    start(env, rows, sink, subtasks, row_type).get_job_execution_result().result()


def wait(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert done()


def break_now_and_then(tables: TableServer, operation: TableOperation, *faults: TableFault) -> None:
    for seed, fault in enumerate(faults):
        tables.fail(operation, fault, probability=0.03, seed=seed)


def assert_struck(report: WriteReport, operation: str, *faults: TableFault) -> None:
    """Else the test has shown nothing."""
    assert {FAULTS[fault] for fault in faults} <= report.operations[operation].errors.keys()


def versions_of(rows: list[Row]) -> dict[Any, Any]:
    """The newest of every key."""
    newest: dict[Any, int] = {}
    for row in rows:
        newest[row[0]] = max(row[1], newest.get(row[0], row[1]))
    return newest


def rising(keys: int, versions: int) -> list[Row]:
    return [Row(f"k{key}", version) for version in range(1, versions + 1) for key in range(keys)]


@pytest.mark.parametrize("mode", ["put", "put_if_newer"])
def test_a_provisioned_table_that_is_offered_more_refuses_next_to_nothing(
    flink: StreamExecutionEnvironment, tables: TableServer, mode: str
) -> None:
    table = make(tables, capacity=provisioned(300))
    sink = builder(tables, table)
    if mode == "put_if_newer":
        sink.set_mode(put_if_newer("version"))
    rows = rising(keys=2_100, versions=1)
    write(flink, rows, sink.build(), subtasks=2)
    report = table.report()
    assert table.versions() == versions_of(rows)
    assert report.items == len(rows)
    assert report.refused <= 0.05 * len(rows)
    assert (report.stale, report.overlapping, report.duplicates) == (0, 0, 0)


def test_a_keyed_stream_is_written_by_several_subtasks_each_key_by_one(
    flink: StreamExecutionEnvironment, tables: TableServer
) -> None:
    table = make(tables)
    break_now_and_then(tables, "BatchWriteItem", *FAULTS)
    rows = rising(keys=300, versions=6)
    keyed = flink.from_collection(rows, ROW).key_by(lambda row: row[0], Types.STRING())
    keyed.sink_to(builder(tables, table).set_max_batch_size(5).build())
    flink.execute("write")
    report = table.report()
    assert table.versions() == versions_of(rows)
    assert (report.stale, report.overlapping) == (0, 0)
    assert_struck(report, "BatchWriteItem", *FAULTS)


def test_puts_through_faults_leave_the_newest_of_every_key(
    flink: StreamExecutionEnvironment, tables: TableServer
) -> None:
    table = make(tables)
    table.leave_unprocessed(0.2, seed=3)
    break_now_and_then(tables, "BatchWriteItem", *FAULTS)
    rows = rising(keys=300, versions=6)
    write(flink, rows, builder(tables, table).set_max_batch_size(5).build(), subtasks=1)
    report = table.report()
    assert table.versions() == versions_of(rows)
    assert (report.stale, report.overlapping) == (0, 0)
    assert report.refused_by_share > 0
    assert_struck(report, "BatchWriteItem", *FAULTS)


def test_the_highest_version_stays_though_two_subtasks_write_a_key_through_faults(
    flink: StreamExecutionEnvironment, tables: TableServer
) -> None:
    table = make(tables)
    break_now_and_then(tables, "PutItem", *FAULTS)
    rows = rising(keys=150, versions=5)
    random.Random(7).shuffle(rows)
    write(flink, rows, builder(tables, table).set_mode(put_if_newer("version")).build(), subtasks=2)
    report = table.report()
    assert table.versions() == versions_of(rows)
    assert (report.stale, report.duplicates) == (0, 0)
    assert report.conditional_failures > 0
    assert_struck(report, "PutItem", *FAULTS)


def keys_of(partition: int, partitions: int) -> Iterator[str]:
    """Keys of a partition of the table."""
    return (key for key in (f"k{n}" for n in count()) if crc32(key.encode()) % partitions == partition)


def test_what_a_hot_partition_refuses_is_written_in_the_end(
    flink: StreamExecutionEnvironment, tables: TableServer
) -> None:
    table = make(tables, partitions=4, partition_write_units=200)
    hot, *others = (keys_of(partition, 4) for partition in (1, 0, 2, 3))
    rows = [Row(next(hot), 1) for _ in range(900)] + [Row(next(keys), 1) for _ in range(100) for keys in others]
    random.Random(7).shuffle(rows)
    write(flink, rows, builder(tables, table).build(), subtasks=2)
    report = table.report()
    assert table.versions() == versions_of(rows)
    assert report.accepted_by_partition == (100, 900, 100, 100)
    assert report.refused > 0
    assert (report.overlapping, report.duplicates) == (0, 0)


def test_other_partitions_do_not_wait_for_a_hot_one(flink: StreamExecutionEnvironment, tables: TableServer) -> None:
    table = make(tables, key=("id", "line"), key_types=("S", "N"), partitions=4, partition_write_units=20)
    hot, *others = (next(keys_of(partition, 4)) for partition in (1, 0, 2, 3))
    rows = [Row(hot, line, 1) for line in range(2_000)]  # takes 100 s
    rows += [Row(key, line, 1) for line in range(40) for key in others]
    random.Random(7).shuffle(rows)
    sink = builder(tables, table).set_mode(put_if_newer("version"))
    sink.set_fields(partition_key("id"), sort_key("line", FieldType.LONG), attribute("version", FieldType.LONG))
    job = start(flink, rows, sink.build(), 2, SORTED)
    try:
        wait(lambda: table.report().accepted_by_partition[0::2] == (40, 40))
        wait(lambda: table.report().accepted_by_partition[3] == 40)
        assert table.report().accepted_by_partition[1] < 2_000
    finally:
        job.cancel().result()
    assert table.report().overlapping == 0


def counted(keys: int, versions: int) -> tuple[list[Row], dict[str, int]]:
    """Rows that add, and their sums."""
    numbers = random.Random(5)
    rows = [Row(row[0], row[1], numbers.randrange(-9, 100)) for row in rising(keys, versions)]
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row[0]] += row[2]
    return rows, dict(sums)


def counting(tables: TableServer, table: WriteTable) -> DynamoDbSinkBuilder:
    return builder(tables, table).set_fields(partition_key("id"), attribute("version", FieldType.LONG), added("n"))


def sums_in(table: WriteTable) -> dict[Any, Any]:
    return {item["id"]: item["n"] for item in table.items()}


def test_what_is_added_through_throttling_is_added_once(flink: StreamExecutionEnvironment, tables: TableServer) -> None:
    table = make(tables, capacity=provisioned(300))
    break_now_and_then(tables, "UpdateItem", "throttled")
    rows, sums = counted(keys=150, versions=5)
    write(flink, rows, counting(tables, table).set_mode(update()).build(), 1, COUNTS)
    report = table.report()
    assert sums_in(table) == sums
    assert table.versions() == versions_of(rows)
    assert report.overlapping == 0
    assert_struck(report, "UpdateItem", "throttled")


def test_with_a_version_what_is_added_is_added_once_though_answers_are_lost(
    flink: StreamExecutionEnvironment, tables: TableServer
) -> None:
    table = make(tables)
    break_now_and_then(tables, "UpdateItem", *FAULTS)
    rows, sums = counted(keys=150, versions=5)
    write(flink, rows, counting(tables, table).set_mode(update("version")).build(), 1, COUNTS)
    report = table.report()
    assert sums_in(table) == sums
    assert table.versions() == versions_of(rows)
    assert report.conditional_failures > 0  # what was written already, and is tried again
    assert (report.stale, report.duplicates, report.overlapping) == (0, 0, 0)
    assert_struck(report, "UpdateItem", *FAULTS)


def most_units(report: WriteReport, seconds: int, after: float) -> float:
    """The most units accepted in so many seconds on end, by the server's clock."""
    bins = {round(bin.second * 10): bin.units for bin in report.timeline if bin.second >= after}
    return max(sum(bins.get(begin + i, 0) for i in range(seconds * 10)) for begin in bins)


def test_a_fixed_capacity_is_not_exceeded(flink: StreamExecutionEnvironment, tables: TableServer) -> None:
    table = make(tables)
    rows = rising(keys=1_400, versions=1)
    write(flink, rows, builder(tables, table).set_capacity(fixed(200)).build(), subtasks=2)
    report = table.report()
    assert table.versions() == versions_of(rows)
    after = report.timeline[0].second + 1
    assert most_units(report, 1, after) <= 300  # a machine that was held up for a moment takes two at once
    assert most_units(report, 4, after) <= 4 * 220


def test_a_table_that_goes_on_demand_meanwhile_takes_the_rest_at_once(
    flink: StreamExecutionEnvironment, tables: TableServer
) -> None:
    table = make(tables, capacity=provisioned(30))
    rows = rising(keys=6_000, versions=1)  # of which it would take 200 s
    job = start(flink, rows, builder(tables, table).build(), subtasks=2)
    wait(lambda: table.report().items > 60)
    table.set_capacity(on_demand())
    job.get_job_execution_result().result()
    report = table.report()
    assert table.versions() == versions_of(rows)
    assert (report.overlapping, report.duplicates) == (0, 0)
