"""What a real client makes of the scripted server's faults."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from flink_dynamodb.testing import Fault, ScriptError, StreamsServer, Table
from tests.integration.connectors.scripted import Client, client, values

pytestmark = pytest.mark.integration

# boto3 takes no shard ids of less than 28 characters.
A, B = "shardId-00000000000000000000-a", "shardId-00000000000000000000-b"

NUMBERS = count()

ERRORS: dict[Fault, tuple[str, int]] = {
    "throttled": ("ProvisionedThroughputExceededException", 400),
    "limit_exceeded": ("LimitExceededException", 400),
    "throttling": ("ThrottlingException", 400),
    "internal_error": ("InternalServerError", 500),
    "unavailable": ("ServiceUnavailable", 503),
    "expired_iterator": ("ExpiredIteratorException", 400),
    "trimmed": ("TrimmedDataAccessException", 400),
    "not_found": ("ResourceNotFoundException", 400),
    "access_denied": ("AccessDeniedException", 400),
    "unrecognized_client": ("UnrecognizedClientException", 400),
}


@pytest.fixture(scope="module")
def running() -> Iterator[StreamsServer]:
    with StreamsServer(memory_mb=256) as server:
        yield server


@pytest.fixture
def server(running: StreamsServer) -> Iterator[StreamsServer]:
    running.reset_report()
    yield running
    running.heal()
    running.resume()


@pytest.fixture
def table(server: StreamsServer) -> Table:
    table = server.create_table(f"table-{next(NUMBERS)}", shards=0, key="id")
    for shard in (A, B):
        table.open(shard)
        table.put({"id": f"{shard[-1]}1"}, {"id": f"{shard[-1]}2"}, shard=shard)
    return table


@pytest.mark.parametrize("fault", ERRORS)
def test_an_error_reaches_the_client_by_its_name(server: StreamsServer, fault: Fault) -> None:
    table = server.create_table(fault, key="id")
    read = Client(client(server))
    iterator = read.iterator(table, table.shards()[0])
    server.fail("GetRecords", fault)
    with pytest.raises(ClientError) as caught:
        read.page(iterator)
    response = caught.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == ERRORS[fault]
    assert read.page(iterator)[0] == []
    assert server.report().operations["GetRecords"].errors == {ERRORS[fault][0]: 1}


@pytest.mark.parametrize("fault", ["throttled", "throttling", "internal_error", "unavailable", "cut_before"])
def test_a_client_that_tries_again_gets_over_it(server: StreamsServer, table: Table, fault: Fault) -> None:
    read = Client(client(server, attempts=3))
    server.fail("GetRecords", fault, times=2)
    assert values(read.page(read.iterator(table, A))[0], "id") == ["a1", "a2"]
    assert server.report().operations["GetRecords"].calls == 3
    assert server.report().records == 2


@pytest.mark.parametrize("fault", ["cut_before", "cut_in_body"])
def test_a_cut_connection_is_an_error_to_the_client(server: StreamsServer, table: Table, fault: Fault) -> None:
    read = Client(client(server))
    iterator = read.iterator(table, A)
    server.fail("GetRecords", fault)
    with pytest.raises(ConnectionClosedError):
        read.page(iterator)
    assert server.report().billed_reads == 0
    assert server.report().operations["GetRecords"].errors == {fault.upper(): 1}
    assert values(read.page(iterator)[0], "id") == ["a1", "a2"]


def test_garbage_has_no_records_and_no_error_to_boto3(server: StreamsServer, table: Table) -> None:
    read = Client(client(server))
    iterator = read.iterator(table, A)
    server.fail("GetRecords", "garbage")
    answer = read.boto.get_records(ShardIterator=iterator)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert "Records" not in answer
    assert values(read.page(iterator)[0], "id") == ["a1", "a2"]


def test_a_fault_strikes_the_shard_and_the_calls_it_was_told(server: StreamsServer, table: Table) -> None:
    read = Client(client(server))
    a, b = read.iterator(table, A), read.iterator(table, B)
    server.fail("GetRecords", "throttled", shard=B, skip=1, times=1)
    read.page(a)
    read.page(a)
    read.page(b)
    with pytest.raises(ClientError):
        read.page(b)
    read.page(b)


def test_a_fault_by_chance_comes_and_goes(server: StreamsServer, table: Table) -> None:
    read = Client(client(server))
    iterator = read.iterator(table, A)
    server.fail("GetRecords", "internal_error", probability=0.5, seed=3)
    failed = 0
    for _ in range(60):
        try:
            read.page(iterator)
        except ClientError:
            failed += 1
    assert 10 < failed < 50
    server.heal()
    read.page(iterator)


def test_an_empty_page_in_the_middle_is_no_end(server: StreamsServer, table: Table) -> None:
    read = Client(client(server))
    table.page_limits(records=1)
    table.close(A)
    server.fail("GetRecords", "empty_page", shard=A, skip=1, times=2)
    sizes, iterator = [], read.iterator(table, A)
    while iterator is not None:
        page, iterator = read.page(iterator)  # type: ignore[assignment]
        sizes.append(len(page))
    assert sizes == [1, 0, 0, 1]
    assert server.report().empty_reads == 2


def test_a_listing_misses_a_shard_once(server: StreamsServer, table: Table) -> None:
    read = Client(client(server))
    server.fail("DescribeStream", "missing_shard", shard=A)
    assert [read.listed(table), read.listed(table)] == [[B], [A, B]]


def test_too_many_descriptions_are_refused_and_reported(server: StreamsServer, table: Table) -> None:
    read = Client(client(server))
    server.freeze()
    server.advance(seconds=1)
    for _ in range(10):
        read.listed(table)
    with pytest.raises(ClientError, match="LimitExceededException"):
        read.listed(table)
    assert server.report().violations == ("DescribeStream was called more than 10 times in a second.",)
    server.advance(seconds=1)
    read.listed(table)


def test_three_readers_of_a_shard_are_reported(server: StreamsServer, table: Table) -> None:
    read = Client(client(server))
    server.freeze()
    first, second, third = (read.iterator(table, A) for _ in range(3))
    for iterator in (first, second, first, second):
        read.page(iterator)
    assert server.report().violations == ()
    for iterator in (third, first, second, third):
        read.page(iterator)
    (violation,) = server.report().violations
    assert f"Shard {A} was read by more than 2 readers" in violation


def test_a_slow_shard_holds_nobody_else_up(server: StreamsServer, table: Table) -> None:
    read = Client(client(server))
    a, b = read.iterator(table, A), read.iterator(table, B)
    server.delay(1_000, operation="GetRecords", shard=A)
    begin = time.monotonic()
    with ThreadPoolExecutor(1) as other:
        slow = other.submit(lambda: (read.page(a), time.monotonic())[1])
        read.page(b)
        fast = time.monotonic()
        assert slow.result() - begin >= 1
        assert fast < slow.result()


def test_what_cannot_be_scripted_is_said(server: StreamsServer, table: Table) -> None:
    for message, line in {
        "no operation": lambda: server.fail("PutItem", "throttled"),  # type: ignore[arg-type]
        "no fault": lambda: server.fail("GetRecords", "flood"),  # type: ignore[arg-type]
        "has no shard x": lambda: table.split("x"),
        "is closed": lambda: (table.close(A), table.close(A)),
        "already": lambda: server.create_table(table.name),
        "lacks its key id": lambda: table.put({"other": 1}, shard=B),
        "moves on only": lambda: server.advance(hours=-1),
        "1 to 1,000 records": lambda: table.page_limits(records=1_001),
    }.items():
        with pytest.raises(ScriptError, match=message):
            line()
