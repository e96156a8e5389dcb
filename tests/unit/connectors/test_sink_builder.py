"""What the sink's builder refuses, before anything starts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from flink_dynamodb import (
    DynamoDbSink,
    FieldType,
    added,
    attribute,
    field,
    list_of,
    partition_key,
    put_if_newer,
    row_of,
    set_of,
    sort_key,
    time_to_live,
    update,
)
from flink_dynamodb.sink import DynamoDbSinkBuilder
from flink_dynamodb.sink_fields import SinkField, field_json


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
        (lambda b: b.set_fields(partition_key("a", FieldType.JSON)), "key a cannot be a json"),
        (
            lambda b: b.set_fields(partition_key("a", set_of(FieldType.INT))),  # type: ignore[arg-type]
            "key a cannot be a list, map or set",
        ),
        (lambda b: b.set_mode(update("version")), "version version must be one of the fields"),
        (lambda b: b.set_fields(partition_key("a"), added("v")).set_mode(update("v")), "version v must be one of"),
        (lambda b: b.set_mode(update), "A mode is made by put"),
        (lambda b: b.set_capacity("all"), """A capacity is "auto", .* not 'all'"""),
        (lambda b: b.set_nulls("drop"), """Nulls are "omit" or "write", not 'drop'"""),
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


@pytest.mark.parametrize(
    ("declared", "expected", "role"),
    [
        (partition_key("id"), {"name": "id", "attribute": "id", "type": "STRING"}, "PARTITION_KEY"),
        (added("n", FieldType.DECIMAL, "total"), {"name": "n", "attribute": "total", "type": "DECIMAL"}, "ADD"),
        (
            added("tags", set_of(FieldType.STRING)),
            {"name": "tags", "attribute": "tags", "type": {"set": "STRING"}},
            "ADD",
        ),
        (time_to_live("expires", "ttl"), {"name": "expires", "attribute": "ttl", "type": "LONG"}, "TIME_TO_LIVE"),
        (
            attribute("lines", list_of(row_of("sku", field("count", FieldType.INT, name="n")))),
            {
                "name": "lines",
                "attribute": "lines",
                "type": {
                    "list": {
                        "row": [
                            {"name": "sku", "origin": "ROW", "attribute": "sku", "type": "STRING"},
                            {"name": "n", "origin": "ROW", "attribute": "count", "type": "INT"},
                        ]
                    }
                },
            },
            "ATTRIBUTE",
        ),
    ],
)
def test_a_field_crosses_as_java_reads_it(declared: SinkField, expected: dict[str, Any], role: str) -> None:
    assert json.loads(field_json(declared)) == expected
    assert declared.role == role
