"""Everything a row can hold, written to a real table and read back with boto3."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import count
from typing import Any, Literal

import pytest
from pyflink.common import Row, RowKind, Types
from pyflink.datastream import StreamExecutionEnvironment

from decision_store.clients import dynamodb_client
from decision_store.settings import Settings
from flink_dynamodb import (
    DynamoDbSink,
    FieldType,
    SinkField,
    WriteMode,
    added,
    attribute,
    delete,
    field,
    list_of,
    map_of,
    partition_key,
    put,
    put_if_newer,
    row_of,
    set_of,
    sort_key,
    time_to_live,
    update,
)
from flink_dynamodb.sink import DynamoDbSinkBuilder

pytestmark = pytest.mark.integration

NAMES = count()
BYTES = Types.PRIMITIVE_ARRAY(Types.BYTE())
DIGITS = Decimal("12345678901234567890123456789.012345678")  # 38 of them, which is all that DynamoDB keeps

FIELDS = {
    "text": (FieldType.STRING, Types.STRING()),
    "long": (FieldType.LONG, Types.LONG()),
    "int": (FieldType.INT, Types.INT()),
    "double": (FieldType.DOUBLE, Types.DOUBLE()),
    "decimal": (FieldType.DECIMAL, Types.BIG_DEC()),
    "boolean": (FieldType.BOOLEAN, Types.BOOLEAN()),
    "bytes": (FieldType.BYTES, BYTES),
    "json": (FieldType.JSON, Types.STRING()),
    "address": (
        row_of("street", field("zip", FieldType.INT, name="postcode"), field("at", row_of(field("x", FieldType.LONG)))),
        Types.ROW_NAMED(
            ["street", "postcode", "at"],
            [Types.STRING(), Types.INT(), Types.ROW_NAMED(["x"], [Types.LONG()])],
        ),
    ),
    "lines": (
        list_of(row_of("sku", field("n", FieldType.LONG))),
        Types.LIST(Types.ROW_NAMED(["sku", "n"], [Types.STRING(), Types.LONG()])),
    ),
    "counts": (map_of(FieldType.LONG), Types.MAP(Types.STRING(), Types.LONG())),
    "tags": (set_of(FieldType.STRING), Types.LIST(Types.STRING())),
    "numbers": (set_of(FieldType.DECIMAL), Types.LIST(Types.BIG_DEC())),
    "blobs": (set_of(FieldType.BYTES), Types.LIST(BYTES)),
}
"""The sink's type and the stream's, by field."""

FULL = {
    "text": 'ä\n"',
    "long": -(2**63),
    "int": 2**31 - 1,
    "double": -0.125,
    "decimal": DIGITS,
    "boolean": False,
    "bytes": b"\x00\xff",
    "json": '{"L":[{"N":"1"},{"NULL":true}]}',
    "address": Row("Way", 1010, Row(7)),
    "lines": [Row("a", 1), Row("b", 2)],
    "counts": {"x": 1, "ü": 2},
    "tags": ["a", "b", "a"],
    "numbers": [Decimal("1.50"), Decimal("1.5"), Decimal(-3)],
    "blobs": [b"\x00", b"\xff"],
}


class Target:
    """A table of one test."""

    def __init__(self, settings: Settings, sorted_by: Literal["S", "N", "B"] | None = None) -> None:
        self._settings = settings
        self._client = dynamodb_client(settings)
        self.name = f"sink_types_{next(NAMES)}"
        keys = [("id", "S", "HASH")] + ([("n", sorted_by, "RANGE")] if sorted_by else [])
        self._client.create_table(
            TableName=self.name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind, _ in keys],
            KeySchema=[{"AttributeName": name, "KeyType": role} for name, _, role in keys],
        )

    def builder(self, *fields: SinkField, mode: WriteMode) -> DynamoDbSinkBuilder:
        return (
            DynamoDbSink.builder()
            .set_table(self.name)
            .set_region(self._settings.aws_region)
            .set_endpoint_url(self._settings.aws_endpoint_url_dynamodb)
            .set_fields(partition_key("id"), *fields)
            .set_mode(mode)
        )

    def put(self, **item: Any) -> None:
        self._client.put_item(TableName=self.name, Item=item)

    def items(self) -> dict[str, dict[str, Any]]:
        """As boto3's client has them, by partition key; sets in order."""
        pages = self._client.get_paginator("scan").paginate(TableName=self.name, ConsistentRead=True)
        found = {item.pop("id")["S"]: item for page in pages for item in page["Items"]}
        for item in found.values():
            for value in item.values():
                for kind in value.keys() & {"SS", "NS", "BS"}:
                    value[kind].sort()
        return found


def write(env: StreamExecutionEnvironment, rows: Sequence[Row], row_type: Any, sink: DynamoDbSinkBuilder) -> None:
    env.from_collection(rows, row_type).sink_to(sink.build()).set_parallelism(1)
    env.execute("types")


def write_all(env: StreamExecutionEnvironment, rows: Sequence[Row], sink: DynamoDbSinkBuilder) -> None:
    """Rows of every field, made by a Python function: `from_collection` takes no lists of rows."""
    numbers = env.from_collection(list(range(len(rows))), Types.INT())
    numbers.map(lambda number: rows[number], ALL).sink_to(sink.build()).set_parallelism(1)
    env.execute("types")


def row_type(*fields: tuple[str, Any]) -> Any:
    return Types.ROW_NAMED(["id", *(name for name, _ in fields)], [Types.STRING(), *(kind for _, kind in fields)])


ALL = row_type(*((name, kind) for name, (_, kind) in FIELDS.items()), ("expires", Types.LONG()))
ATTRIBUTES = [attribute(name, kind) for name, (kind, _) in FIELDS.items()]
EXPIRES = time_to_live("expires", "ttl")


def of_kind(kind: RowKind, *values: Any) -> Row:
    row = Row(*values)
    row.set_row_kind(kind)
    return row


def test_every_type_is_what_dynamodb_has_for_it(flink: StreamExecutionEnvironment, settings: Settings) -> None:
    target = Target(settings)
    rows = [Row("full", *FULL.values(), 1_700_000_000_001)]
    write_all(flink, rows, target.builder(*ATTRIBUTES, EXPIRES, mode=put()))
    assert target.items()["full"] == {
        "text": {"S": 'ä\n"'},
        "long": {"N": "-9223372036854775808"},
        "int": {"N": "2147483647"},
        "double": {"N": "-0.125"},
        "decimal": {"N": str(DIGITS)},
        "boolean": {"BOOL": False},
        "bytes": {"B": b"\x00\xff"},
        "json": {"L": [{"N": "1"}, {"NULL": True}]},
        "address": {"M": {"street": {"S": "Way"}, "zip": {"N": "1010"}, "at": {"M": {"x": {"N": "7"}}}}},
        "lines": {"L": [{"M": {"sku": {"S": "a"}, "n": {"N": "1"}}}, {"M": {"sku": {"S": "b"}, "n": {"N": "2"}}}]},
        "counts": {"M": {"x": {"N": "1"}, "ü": {"N": "2"}}},
        "tags": {"SS": ["a", "b"]},
        "numbers": {"NS": ["-3", "1.5"]},
        "blobs": {"BS": [b"\x00", b"\xff"]},
        "ttl": {"N": "1700000001"},
    }


def test_nulls_are_no_attributes_or_dynamodbs_null(flink: StreamExecutionEnvironment, settings: Settings) -> None:
    inner = {"address": Row(None, 1010, None), "lines": [Row("a", None)], "counts": {"x": None, "y": 1}, "tags": []}
    rows = [
        Row("none", *(None for _ in FIELDS), None),
        Row("inner", *(inner.get(name) for name in FIELDS), None),
        Row("empty", *({"lines": [], "counts": {}, "text": ""}.get(name) for name in FIELDS), None),
    ]
    omitting = Target(settings)
    write_all(flink, rows, omitting.builder(*ATTRIBUTES, EXPIRES, mode=put()))
    assert omitting.items() == {
        "none": {},
        "inner": {
            "address": {"M": {"zip": {"N": "1010"}}},
            "lines": {"L": [{"M": {"sku": {"S": "a"}}}]},
            "counts": {"M": {"y": {"N": "1"}}},
        },
        "empty": {"lines": {"L": []}, "counts": {"M": {}}, "text": {"S": ""}},
    }
    writing = Target(settings)
    write_all(flink, rows, writing.builder(*ATTRIBUTES, EXPIRES, mode=put()).set_nulls("write"))
    null = {"NULL": True}
    nulls = dict.fromkeys([*FIELDS, "ttl"], null)
    assert writing.items() == {
        "none": nulls,
        "inner": nulls
        | {
            "address": {"M": {"street": null, "zip": {"N": "1010"}, "at": null}},
            "lines": {"L": [{"M": {"sku": {"S": "a"}, "n": null}}]},
            "counts": {"M": {"x": null, "y": {"N": "1"}}},
        },
        "empty": nulls | {"lines": {"L": []}, "counts": {"M": {}}, "text": {"S": ""}},
    }


@pytest.mark.parametrize(
    ("kind", "type", "stream_type", "value", "key"),
    [
        ("N", FieldType.DECIMAL, Types.BIG_DEC(), DIGITS, {"N": str(DIGITS)}),
        ("B", FieldType.BYTES, BYTES, b"\x00\xff", {"B": b"\x00\xff"}),
        ("N", FieldType.LONG, Types.LONG(), -7, {"N": "-7"}),
    ],
)
def test_keys_are_numbers_or_bytes_as_well(
    flink: StreamExecutionEnvironment,
    settings: Settings,
    kind: Literal["N", "B"],
    type: FieldType,
    stream_type: Any,
    value: Any,
    key: Any,
) -> None:
    target = Target(settings, sorted_by=kind)
    rows = [
        Row("a", value, "old"),
        Row("b", value, "gone"),
        Row("a", value, "new"),
        of_kind(RowKind.DELETE, "b", value, ""),
    ]
    sink = target.builder(sort_key("n", type), attribute("text"), mode=put()).set_max_batch_size(1)
    write(flink, rows, row_type(("n", stream_type), ("text", Types.STRING())), sink)
    assert target.items() == {"a": {"n": key, "text": {"S": "new"}}}


FLAGGED = row_type(("n", Types.LONG()), ("gone", Types.BOOLEAN()))
N = attribute("n", FieldType.LONG)


@pytest.mark.parametrize("mode", [put(), update()], ids=lambda mode: mode.kind)
def test_rows_delete_by_their_kind_or_by_a_flag(
    flink: StreamExecutionEnvironment, settings: Settings, mode: WriteMode
) -> None:
    target = Target(settings)
    for each in ("by_kind", "by_flag", "back"):
        target.put(id={"S": each}, n={"N": "0"}, other={"S": "here before"})
    rows = [
        of_kind(RowKind.DELETE, "by_kind", None, None),
        Row("by_flag", 1, True),
        Row("stays", 1, None),
        Row("stays_too", 1, False),
        Row("back", 1, True),
        of_kind(RowKind.UPDATE_BEFORE, "stays", 7, None),
        of_kind(RowKind.UPDATE_AFTER, "stays", 2, None),
        of_kind(RowKind.DELETE, "never_there", None, None),
        Row("back", 2, False),
    ]
    write(flink, rows, FLAGGED, target.builder(N, mode=mode).set_delete_flag("gone"))
    assert target.items() == {"stays": {"n": {"N": "2"}}, "stays_too": {"n": {"N": "1"}}, "back": {"n": {"N": "2"}}}


def test_delete_mode_deletes_whatever_the_row_is(flink: StreamExecutionEnvironment, settings: Settings) -> None:
    target = Target(settings)
    for number in range(60):
        target.put(id={"S": f"k{number}"})
    write(flink, [Row(f"k{number}") for number in range(59)], row_type(), target.builder(mode=delete()))
    assert target.items() == {"k59": {}}


def test_a_tombstone_keeps_older_rows_from_coming_back(flink: StreamExecutionEnvironment, settings: Settings) -> None:
    target = Target(settings)
    target.put(id={"S": "old"}, version={"N": "1"}, text={"S": "x"})
    target.put(id={"S": "newer"}, version={"N": "9"}, text={"S": "x"})
    kind = row_type(("version", Types.LONG()), ("text", Types.STRING()), ("expires", Types.LONG()))
    rows = [
        of_kind(RowKind.DELETE, "old", 2, "gone", 1_700_000_000_000),
        of_kind(RowKind.DELETE, "newer", 2, "gone", None),
        of_kind(RowKind.DELETE, "again", 2, "gone", None),
        Row("again", 3, "back", None),
    ]
    mode = put_if_newer("version", tombstone="deleted")

    def sink() -> DynamoDbSinkBuilder:
        return target.builder(attribute("version", FieldType.LONG), attribute("text"), EXPIRES, mode=mode)

    write(flink, rows, kind, sink())
    write(flink, [Row("old", 1, "late", None), Row("again", 2, "late", None)], kind, sink())
    assert target.items() == {
        "old": {"version": {"N": "2"}, "deleted": {"BOOL": True}, "ttl": {"N": "1700000000"}},
        "newer": {"version": {"N": "9"}, "text": {"S": "x"}},
        "again": {"version": {"N": "3"}, "text": {"S": "back"}},
    }


def test_an_update_sets_and_adds_and_leaves_the_rest(flink: StreamExecutionEnvironment, settings: Settings) -> None:
    target = Target(settings)
    target.put(id={"S": "a"}, sum={"N": "0.5"}, tags={"SS": ["x"]}, text={"S": "old"}, other={"S": "stays"})
    kind = row_type(("sum", Types.BIG_DEC()), ("tags", Types.LIST(Types.STRING())), ("text", Types.STRING()))
    fields = (added("sum", FieldType.DECIMAL), added("tags", set_of(FieldType.STRING)), attribute("text"))
    rows = [
        Row("a", Decimal("0.1"), ["y"], None),
        Row("a", Decimal("0.2"), [], "new"),
        Row("a", None, None, None),
        Row("b", Decimal(1), ["x"], None),
        Row("c", None, None, None),
    ]
    write(flink, rows, kind, target.builder(*fields, mode=update()))
    assert target.items() == {
        "a": {
            "sum": {"N": "0.8"},
            "tags": {"SS": ["x", "y"]},
            "text": {"S": "new"},
            "other": {"S": "stays"},
        },
        "b": {"sum": {"N": "1"}, "tags": {"SS": ["x"]}},
        "c": {},
    }
    write(flink, [Row("a", None, None, None)], kind, target.builder(*fields, mode=update()).set_nulls("write"))
    assert target.items()["a"]["text"] == {"NULL": True}
    assert target.items()["a"]["sum"] == {"N": "0.8"}
