"""Where the source begins and ends, and what its rows are; on a MiniCluster over the scripted server."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from pyflink.common import Types
from pyflink.datastream import ProcessFunction, StreamExecutionEnvironment

from flink_dynamodb import FieldType, StreamPosition, metadata, new_image, split_unreadable
from flink_dynamodb.testing import StreamsServer, Table
from tests.integration.connectors.source_jobs import builder, in_order, running, stream, writing

pytestmark = pytest.mark.integration

NUMBERS = count()
A, B = "shardId-00000000000000000000-a", "shardId-00000000000000000000-b"


@pytest.fixture
def table(server: StreamsServer) -> Table:
    return server.create_table(f"reads-{next(NUMBERS)}", shards=2, key="id")


def put(table: Table, *numbers: int) -> None:
    table.put(*({"id": f"i{number % 7}", "n": number} for number in numbers))


def test_bounded_by_now_it_ends_with_what_was_there_while_writes_go_on(
    flink: StreamExecutionEnvironment, server: StreamsServer, table: Table
) -> None:
    put(table, *range(20))
    first, second = table.shards()
    table.split(first)
    put(table, *range(20, 40))
    table.roll_over(second)
    put(table, *range(40, 60))
    with writing(lambda n: put(table, 60 + n)) as written:
        source = builder(server, table.name).set_bounded(StreamPosition.latest()).build()
        before = 60 + len(written)
        with running(stream(flink, source)) as job:
            rows = job.until(lambda: False)
    numbers = sorted(row[1] for row in rows)
    assert numbers == list(range(len(numbers))), "every change once, without a gap"
    assert before <= len(numbers) < 60 + len(written)
    assert in_order(rows)


def test_bounded_by_a_moment_between_two_it_reads_the_seconds_between(
    flink: StreamExecutionEnvironment, server: StreamsServer, table: Table
) -> None:
    put(table, *range(10))
    time.sleep(1.1)  # DynamoDB's time is in whole seconds
    begin = int(server.now().timestamp() * 1000)
    put(table, *range(10, 20))
    end = int(server.now().timestamp() * 1000)
    time.sleep(1.1)
    put(table, *range(20, 30))
    source = (
        builder(server, table.name)
        .set_starting_position(StreamPosition.timestamp(begin // 1000 * 1000))
        .set_bounded(StreamPosition.timestamp(end))
        .build()
    )
    with running(stream(flink, source)) as job:
        rows = job.until(lambda: False)
    assert sorted(row[1] for row in rows) == list(range(10, 20))


def test_from_a_moment_it_reads_on(flink: StreamExecutionEnvironment, clocked_server: StreamsServer) -> None:
    table = clocked_server.create_table("moment", key="id")
    put(table, *range(10))
    clocked_server.advance(hours=1)
    begin = int(clocked_server.now().timestamp() * 1000)
    put(table, *range(10, 20))
    source = builder(clocked_server, "moment").set_starting_position(StreamPosition.timestamp(begin)).build()
    with running(stream(flink, source)) as job:
        job.until(10)
        put(table, 20)
        assert [row[1] for row in job.until(11)] == list(range(10, 21))


def test_from_latest_nothing_is_missing_once_it_has_begun(
    flink: StreamExecutionEnvironment, server: StreamsServer
) -> None:
    table = server.create_table(f"reads-{next(NUMBERS)}", shards=0, key="id")
    for shard in (A, B):
        table.open(shard)
        table.put(*({"id": f"{shard}old{n}", "n": -1} for n in range(20)), shard=shard)

    def write(number: int) -> None:
        for shard in (A, B):
            table.put({"id": f"{shard}{number}", "n": number}, shard=shard)

    with writing(write) as written:
        source = builder(server, table.name).set_starting_position(StreamPosition.latest()).build()
        with running(stream(flink, source)) as job:
            job.until(1)
            begun = len(written)
            job.until(lambda: min(last_of(job.rows, shard) for shard in (A, B)) > begun + 100)
            rows = list(job.rows)
    for shard in (A, B):
        numbers = [row[1] for row in rows if row[2] == shard]
        assert numbers == list(range(numbers[0], numbers[-1] + 1))
        assert 0 <= numbers[0] <= begun
        assert numbers[-1] > begun + 100


def last_of(rows: list[Any], shard: str) -> int:
    return max((row[1] for row in rows if row[2] == shard), default=-1)


def test_several_tables_are_one_stream_whose_rows_name_their_table(
    flink: StreamExecutionEnvironment, server: StreamsServer
) -> None:
    tables = [server.create_table(f"reads-{next(NUMBERS)}", shards=2, key="id") for _ in range(3)]
    for table in tables:
        put(table, *range(10))
    source = builder(server, *(table.name for table in tables[:2]), tables[2].stream_arn).build()
    with running(stream(flink, source)) as job:
        rows = job.until(30)
    for table in tables:
        assert sorted(row[1] for row in rows if row[3] == table.name) == list(range(10))


def test_while_shards_split_and_roll_over_each_item_keeps_its_order(
    flink: StreamExecutionEnvironment, server: StreamsServer, table: Table
) -> None:
    changes = stream(flink, builder(server, table.name).build())
    with writing(lambda n: put(table, n)) as written, running(changes) as job:
        job.until(1)
        for turn in range(4):
            open_shards = [shard for shard in table.shards() if not shard.closed]
            (table.split if turn % 2 else table.roll_over)(open_shards[0], listed_after=0.1)
            goal = len(written) + 50
            job.until(lambda goal=goal: len(job.rows) > goal)  # type: ignore[misc]
        rows = list(job.rows)
    numbers = sorted(row[1] for row in rows)
    assert numbers == sorted(set(numbers))
    assert set(range(goal // 2)) <= set(numbers)
    assert in_order(rows)
    assert len({row[2] for row in rows}) >= 4


class Timestamp(ProcessFunction):  # type: ignore[misc]  # PyFlink is untyped
    def process_element(self, value: Any, context: Any) -> Iterator[tuple[int, int]]:
        yield -1 if value[1] is None else value[1], context.timestamp()  # PyFlink's tuples carry no null


def test_a_rows_time_is_the_field_named_and_else_the_streams(
    flink: StreamExecutionEnvironment, server: StreamsServer, table: Table
) -> None:
    put(table, 1_000, 2_000)
    table.put({"id": "timeless"})
    source = builder(server, table.name).set_event_time_field("n").build()
    row_type = Types.TUPLE([Types.LONG(), Types.LONG()])
    with running(stream(flink, source).process(Timestamp(), row_type)) as job:
        times = {n: at for n, at in job.until(3)}
    now = server.now().timestamp() * 1000
    assert times.pop(-1) == pytest.approx(now, abs=120_000)
    assert times == {1_000: 1_000, 2_000: 2_000}


def test_unreadable_records_go_another_way_with_reason_and_record(
    flink: StreamExecutionEnvironment, server: StreamsServer, table: Table
) -> None:
    put(table, *range(10))
    numbers = table.put({"id": "bad", "n": "eleven"})
    put(table, *range(10, 20))
    fields = [new_image("id"), new_image("n", FieldType.LONG), metadata("decode_error"), metadata("raw")]
    place = [metadata("sequence_number"), metadata("table")]

    source = builder(server, table.name).set_fields(*fields, *place).build()
    _, unreadable = split_unreadable(stream(flink, source), uid="unreadable")
    with running(unreadable) as job:
        (bad,) = job.until(1)
    assert bad[0] == "n: expected long, got S"
    assert json.loads(bad[1])["dynamodb"]["NewImage"] == {"id": {"S": "bad"}, "n": {"S": "eleven"}}
    assert tuple(bad)[2:] == (table.name, None, numbers[0], None)

    source = builder(server, table.name).set_fields(*fields).build()
    with running(split_unreadable(stream(flink, source)).readable) as job:
        assert sorted(row[1] for row in job.until(20)) == list(range(20))


@pytest.mark.parametrize("fields", [[new_image("id")], [metadata("raw")], [metadata("decode_error")]])
def test_rows_that_do_not_tell_what_is_unreadable_are_refused(
    flink: StreamExecutionEnvironment, server: StreamsServer, fields: list[Any]
) -> None:
    rows = stream(flink, builder(server, "any").set_fields(*fields).build())
    with pytest.raises(ValueError, match=r"these rows have \w+: add metadata"):
        split_unreadable(rows)


def test_records_can_be_had_as_dynamodb_sent_them(
    flink: StreamExecutionEnvironment, server: StreamsServer, table: Table
) -> None:
    table.put({"id": "a", "n": 1})
    table.remove({"id": "a"})
    source = builder(server, table.name).set_fields(metadata("record")).build()
    with running(stream(flink, source)) as job:
        records = [json.loads(row[0]) for row in job.until(2)]
    assert [record["eventName"] for record in records] == ["INSERT", "REMOVE"]
    assert records[1]["dynamodb"]["OldImage"] == {"id": {"S": "a"}, "n": {"N": "1"}}
