"""What the sink's builder refuses where only Java knows why; and items made by a Python function."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyflink.common import Row, RowKind, Types
from pyflink.datastream import StreamExecutionEnvironment

from flink_dynamodb import (
    DynamoDbSink,
    FieldType,
    added,
    as_items,
    attribute,
    auto,
    connector_jar,
    delete,
    field,
    fixed,
    list_of,
    map_of,
    partition_key,
    put_if_newer,
    row_of,
    set_of,
    sort_key,
    time_to_live,
    update,
)
from flink_dynamodb.sink import DynamoDbSinkBuilder

pytestmark = pytest.mark.integration

KEY = partition_key("id")
VERSION = attribute("version", FieldType.LONG)


@pytest.fixture(scope="module")
def environment() -> StreamExecutionEnvironment:
    env = StreamExecutionEnvironment.get_execution_environment()
    env.add_jars(connector_jar().as_uri())
    env.set_parallelism(1)
    env.set_python_executable(sys.executable)
    env.add_python_file(str(Path(__file__).parents[3] / "connectors"))  # for the Python processes
    return env


def builder() -> DynamoDbSinkBuilder:
    sink = DynamoDbSink.builder().set_table("t").set_region("eu-west-1").set_fields(KEY, VERSION)
    return sink.set_check_on_build(False)  # there is no such table


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda b: b.set_fields(KEY, added("n")), "The field n cannot be added: update mode adds numbers and sets."),
        (lambda b: b.set_fields(KEY, added("n", FieldType.STRING)).set_mode(update()), "The field n cannot be added"),
        (lambda b: b.set_fields(KEY, time_to_live("a"), time_to_live("b")), "An item has at most one time to live."),
        (lambda b: b.set_mode(put_if_newer("version")).set_delete_flag("gone"), "Deleting by gone needs a tombstone"),
        (lambda b: b.set_mode(put_if_newer("version", tombstone="id")), "The tombstone id is an attribute of its own"),
        (lambda b: b.set_mode(update("version")).set_delete_flag("gone"), "compares versions deletes nothing"),
        (lambda b: b.set_mode(delete()).set_delete_flag("gone"), "so that gone says nothing"),
        (lambda b: b.set_mode(update()).set_item_field("item"), "An update takes fields, not whole items."),
        (lambda b: b.set_capacity(auto(1.5)), "A target share is more than 0 and at most 1, not 1.5."),
        (lambda b: b.set_capacity(fixed(0)), "A fixed capacity is more than 0 write units a second."),
        (lambda b: b.set_max_buffered_bytes(1), "The buffer takes at least 1 MB"),
        (
            lambda b: b.set_fields(KEY, attribute("a", map_of(row_of(field("zip", aliases=["postcode"]))))),
            "The field zip has aliases or a default, and these are for reading",
        ),
    ],
)
def test_impossible_combinations_are_refused_when_built(
    environment: StreamExecutionEnvironment,
    change: Callable[[DynamoDbSinkBuilder], DynamoDbSinkBuilder],
    message: str,
) -> None:
    with pytest.raises(ValueError, match=message):
        change(builder()).build()


def test_every_option_reaches_java(environment: StreamExecutionEnvironment) -> None:
    sink = (
        builder()
        .set_fields(
            KEY,
            sort_key("n", FieldType.LONG),
            VERSION,
            attribute("lines", list_of(row_of("sku", field("count", FieldType.INT, name="n")))),
            added("tags", set_of(FieldType.STRING)),
            time_to_live("expires", "ttl"),
        )
        .set_mode(update("version"))
        .set_nulls("write")
        .set_capacity(fixed(500))
        .set_max_buffered_bytes(32 * 1024 * 1024)
        .build()
    )
    assert sink.get_java_function().getClass().getSimpleName() == "DynamoDbSink"
    tombstones = builder().set_mode(put_if_newer("version", tombstone="gone"))
    assert tombstones.set_delete_flag("d").set_item_field("item").build()
    assert builder().set_mode(delete()).set_capacity("auto").build()


def test_a_function_makes_items_and_a_deletion_stays_one(environment: StreamExecutionEnvironment) -> None:
    gone = Row("b", 2)
    gone.set_row_kind(RowKind.DELETE)
    rows = environment.from_collection(
        [Row("a", 1), gone], Types.ROW_NAMED(["id", "n"], [Types.STRING(), Types.LONG()])
    )

    def order(row: Any) -> dict[str, Any]:
        return {"id": row.id, "lines": [{"n": row.n}], "tags": {"x"}}

    items = as_items(rows, order, uid="items")
    with items.execute_and_collect() as collected:
        made = [(json.loads(row[0])["lines"], row.get_row_kind()) for row in collected]
    assert made == [
        ({"L": [{"M": {"n": {"N": "1"}}}]}, RowKind.INSERT),
        ({"L": [{"M": {"n": {"N": "2"}}}]}, RowKind.DELETE),
    ]
