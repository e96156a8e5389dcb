"""What the sink's builder refuses, before anything starts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flink_dynamodb import DynamoDbSink, FieldType, attribute, partition_key, put_if_newer, sort_key
from flink_dynamodb.sink import DynamoDbSinkBuilder


def builder() -> DynamoDbSinkBuilder:
    return DynamoDbSink.builder().set_table("t").set_region("eu-west-1").set_fields(partition_key("id"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda b: b.set_table(""), "needs a table"),
        (lambda b: b.set_region(""), "needs a region"),
        (lambda b: b.set_fields(), "exactly one partition_key, and 0 are given"),
        (lambda b: b.set_fields(sort_key("id")), "exactly one partition_key, and 0 are given"),
        (lambda b: b.set_fields(partition_key("a"), partition_key("b")), "exactly one partition_key, and 2 are given"),
        (lambda b: b.set_fields(partition_key("a"), sort_key("b"), sort_key("c")), "at most one sort_key, and 2"),
        (lambda b: b.set_fields(partition_key("a", FieldType.BOOLEAN)), "key a cannot be a boolean"),
        (
            lambda b: b.set_fields(partition_key("a"), attribute("b", FieldType.JSON)),
            "does not write the type JSON of b",
        ),
        (lambda b: b.set_fields(partition_key("a"), attribute("a")), "field a is given twice"),
        (
            lambda b: b.set_fields(partition_key("a"), attribute("b", FieldType.LONG, "a")),
            "attribute a is given twice",
        ),
        (lambda b: b.set_mode(put_if_newer("version")), "version version must be one of the fields"),
        (
            lambda b: b.set_fields(partition_key("a"), attribute("v", FieldType.DOUBLE)).set_mode(put_if_newer("v")),
            "version v must be one of the fields",
        ),
        (
            lambda b: b.set_fields(partition_key("v", FieldType.LONG)).set_mode(put_if_newer("v")),
            "version v must be one of the fields",
        ),
        (lambda b: b.set_max_in_flight_requests(0), "At least one request"),
        (lambda b: b.set_max_batch_size(26), "1 to 25 items, not 26"),
        (lambda b: b.set_max_batch_size(0), "1 to 25 items, not 0"),
        (lambda b: b.set_max_time_in_buffer_ms(0), "at least 1 ms"),
        (lambda b: b.set_max_buffered_requests(24), "buffer of 24 items does not hold a batch of 25"),
    ],
)
def test_impossible_options_are_refused_when_built(
    change: Callable[[DynamoDbSinkBuilder], DynamoDbSinkBuilder], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        change(builder()).build()


def test_a_field_is_written_under_its_own_name_unless_told_otherwise() -> None:
    assert partition_key("id").attribute == "id"
    assert attribute("n", FieldType.LONG, "count").attribute == "count"


def test_region_and_endpoint_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    with pytest.raises(ValueError, match="set AWS_REGION"):
        DynamoDbSink.builder().set_table("t").set_fields(partition_key("id")).build()
