"""What the source makes of a server that fails, and what it says when it cannot go on."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from itertools import count

import pytest
from pyflink.datastream import StreamExecutionEnvironment

from flink_dynamodb import OnLoss, metadata, new_image
from flink_dynamodb.testing import Fault, StreamsServer, Table
from flink_dynamodb.testing.script import Operation
from tests.integration.connectors.source_jobs import builder, in_order, running, stream

pytestmark = pytest.mark.integration

NUMBERS = count()
A, B = "shardId-00000000000000000000-a", "shardId-00000000000000000000-b"


@pytest.fixture
def table(server: StreamsServer) -> Table:
    return server.create_table(f"faults-{next(NUMBERS)}", shards=2, key="id")


def put(table: Table, *numbers: int) -> None:
    table.put(*({"id": f"i{number % 7}", "n": number} for number in numbers))


def sentence(failure: str) -> str:
    """The last cause, without the JVM's stack."""
    causes = [line.strip() for line in failure.splitlines() if "IllegalStateException: " in line]
    assert causes, f"the failure has no sentence: {failure[:500]}"
    return causes[-1].partition("IllegalStateException: ")[2]


def test_whatever_passes_by_itself_loses_repeats_and_reorders_nothing(
    flink: StreamExecutionEnvironment, server: StreamsServer, table: Table
) -> None:
    table.page_limits(records=2)
    put(table, *range(100))
    passing: list[Fault] = [
        "throttled",
        "limit_exceeded",
        "expired_iterator",
        "internal_error",
        "unavailable",
        "cut_before",
        "cut_in_body",
        "empty_page",
        "garbage",
    ]
    for place, fault in enumerate(passing):
        server.fail("GetRecords", fault, times=2, skip=3 + 4 * place)
    server.fail("GetShardIterator", "unavailable", times=2)
    server.fail("DescribeStream", "limit_exceeded", times=2)
    server.fail("ListStreams", "cut_before", times=1)
    with running(stream(flink, builder(server, table.name).build())) as job:
        rows = list(job.until(100))
    assert sorted(row[1] for row in rows) == list(range(100))
    assert in_order(rows)
    errors = server.report().operations["GetRecords"].errors
    assert {"ExpiredIteratorException", "ServiceUnavailable", "CUT_IN_BODY"} <= set(errors)


def test_a_slow_shard_holds_up_no_other(flink: StreamExecutionEnvironment, server: StreamsServer) -> None:
    table = server.create_table(f"faults-{next(NUMBERS)}", shards=0, key="id")
    for shard in (A, B):
        table.open(shard)
        table.put(*({"id": f"{shard}{n}", "n": n} for n in range(20)), shard=shard)
    table.page_limits(records=1)
    server.delay(2_000, operation="GetRecords", shard=A)
    with running(stream(flink, builder(server, table.name).build()).set_parallelism(1)) as job:
        job.until(lambda: sum(row[2] == B for row in job.rows) == 20)
        assert sum(row[2] == A for row in job.rows) < 20
        server.delay(0, operation="GetRecords", shard=A)
        assert in_order(job.until(40))


@pytest.mark.parametrize(
    ("operation", "fault", "what"),
    [
        ("ListStreams", "unrecognized_client", "The table {} cannot be read at http"),
        ("DescribeStream", "access_denied", "The stream arn:.*{}.* cannot be read at http"),
        ("GetShardIterator", "access_denied", "Shard shardId-.* cannot be read at http"),
        ("GetRecords", "access_denied", "A shard cannot be read at http"),
    ],
)
def test_what_does_not_pass_by_itself_ends_the_job_with_a_sentence(
    flink: StreamExecutionEnvironment,
    server: StreamsServer,
    table: Table,
    operation: Operation,
    fault: Fault,
    what: str,
) -> None:
    server.fail(operation, fault, times=10)
    with running(stream(flink, builder(server, table.name).build())) as job:
        said = job.failed()
    assert re.match(what.format(table.name), sentence(said)), sentence(said)
    assert "credentials" in sentence(said)


def test_fields_that_the_streams_view_type_does_not_have_are_refused_and_its_keys_are_read(
    flink: StreamExecutionEnvironment, server: StreamsServer
) -> None:
    table = server.create_table(f"faults-{next(NUMBERS)}", key="id", view_type="KEYS_ONLY")
    put(table, 1)
    with running(stream(flink, builder(server, table.name).build())) as job:
        said = sentence(job.failed())
    assert "has the view type KEYS_ONLY, and records of it have no new image to read n from" in said
    source = builder(server, table.name).set_fields(new_image("id"), metadata("event_kind")).build()
    with running(stream(flink, source)) as job:
        assert [tuple(row) for row in job.until(1)] == [("i1", "INSERT")]


def test_records_lost_to_the_streams_24_hours_end_the_job_with_their_borders(
    flink: StreamExecutionEnvironment, server: StreamsServer
) -> None:
    table = server.create_table(f"faults-{next(NUMBERS)}", key="id")
    put(table, *range(6))
    server.fail("GetRecords", "trimmed")
    with running(stream(flink, builder(server, table.name).build())) as job:
        said = sentence(job.failed())
    shard = table.shards()[0].id
    assert said.startswith(
        f"Shard {shard} of table {table.name} has lost its records from its start up to those written"
    )
    assert "set_on_trimmed(OnLoss.CONTINUE)" in said


def test_with_continue_reading_goes_on_with_what_is_left(
    flink: StreamExecutionEnvironment, server: StreamsServer
) -> None:
    table = server.create_table(f"faults-{next(NUMBERS)}", key="id")
    table.page_limits(records=1)
    put(table, *range(6))
    server.fail("GetRecords", "throttled", skip=2, times=10_000)
    source = builder(server, table.name).set_on_trimmed(OnLoss.CONTINUE).build()
    with running(stream(flink, source)) as job:
        job.until(2)
        table.trim(table.shards()[0], keep=1)
        server.heal()
        assert [row[1] for row in job.until(3)] == [0, 1, 5]


def test_a_stream_that_is_enabled_again_ends_the_job_with_a_sentence(
    flink: StreamExecutionEnvironment, server: StreamsServer, table: Table
) -> None:
    put(table, *range(10))
    with running(stream(flink, builder(server, table.name).build())) as job:
        job.until(10)
        table.disable()
        newer = table.enable()
        said = sentence(job.failed())
    assert said.startswith(f"The stream of table {table.name} was disabled and enabled again: ")
    assert newer in said
    assert "set_on_new_stream(OnLoss.CONTINUE)" in said


def test_with_continue_the_old_stream_is_read_before_the_new_one(
    flink: StreamExecutionEnvironment, server: StreamsServer, table: Table
) -> None:
    put(table, *range(10))
    source = builder(server, table.name).set_on_new_stream(OnLoss.CONTINUE).build()
    with running(stream(flink, source)) as job:
        job.until(10)
        put(table, *range(10, 20))
        table.disable()
        put(table, *range(20, 30))  # in neither
        table.enable()
        put(table, *range(30, 40))
        rows = list(job.until(30))
    assert sorted(row[1] for row in rows) == [*range(20), *range(30, 40)]
    assert in_order(rows)


def test_a_jar_that_is_not_loaded_is_a_sentence() -> None:
    program = """
        from flink_dynamodb import DynamoDbStreamsSource, new_image
        DynamoDbStreamsSource.builder().set_tables("t").set_region("r").set_fields(new_image("id")).build()
    """
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    environment.pop("PYFLINK_GATEWAY_DISABLED", None)  # PyFlink sets it where a Python function has run
    command = [sys.executable, "-c", textwrap.dedent(program)]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment)
    last = ended.stderr.strip().splitlines()[-1]
    assert last.startswith(
        "flink_dynamodb.jars.MissingJarError: The DynamoDB connector is not loaded: call env.add_jars("
    )
