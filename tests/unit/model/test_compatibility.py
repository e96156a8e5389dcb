"""Which versions may follow each other; every verdict of "readable" is held to fastavro, which reads the data."""

import io
import json
from typing import Any

import fastavro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decision_store.model.avro_schemas import AvroSchema, parse_schema
from decision_store.model.compatibility import Level, incompatibility, unreadable


def schema(*fields: dict[str, Any], name: str = "R") -> AvroSchema:
    return parse_schema(json.dumps({"type": "record", "name": name, "fields": list(fields)}))


def field(field_type: Any, name: str = "a", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": field_type} | more


def decimal(precision: int, scale: int, base: str = "bytes") -> dict[str, Any]:
    return {"type": base, "logicalType": "decimal", "precision": precision, "scale": scale}


MILLIS, MICROS = ({"type": "long", "logicalType": f"timestamp-{unit}"} for unit in ("millis", "micros"))
BASE = schema(field("int"))
WITH_DEFAULT = schema(field("int"), field("int", "b", default=0))
WITHOUT_DEFAULT = schema(field("int"), field("int", "b"))
EMPTY = schema()


@pytest.mark.parametrize(
    ("level", "new", "old", "allowed"),
    [
        (Level.NONE, schema(field("string")), BASE, True),
        (Level.BACKWARD, WITH_DEFAULT, BASE, True),
        (Level.BACKWARD, WITHOUT_DEFAULT, BASE, False),
        (Level.BACKWARD, EMPTY, BASE, True),
        (Level.FORWARD, WITHOUT_DEFAULT, BASE, True),
        (Level.FORWARD, EMPTY, BASE, False),
        (Level.FORWARD, EMPTY, schema(field("int", default=1)), True),
        (Level.FULL, WITH_DEFAULT, BASE, True),
        (Level.FULL, WITHOUT_DEFAULT, BASE, False),
        (Level.FULL, EMPTY, BASE, False),
        (Level.BACKWARD, schema(field("long")), BASE, True),
        (Level.FORWARD, schema(field("long")), BASE, False),
        (Level.BACKWARD, schema(field("int", "z", aliases=["a"])), BASE, True),
        (Level.BACKWARD, schema(field("int"), name="S"), BASE, False),
    ],
)
def test_levels(level: Level, new: AvroSchema, old: AvroSchema, allowed: bool) -> None:
    problem = incompatibility(level, new, [(1, old)])
    assert (problem is None) == allowed


@pytest.mark.parametrize(
    ("level", "allowed"),
    [
        (Level.BACKWARD, True),
        (Level.BACKWARD_TRANSITIVE, False),
        (Level.FORWARD, True),
        (Level.FORWARD_TRANSITIVE, False),
        (Level.FULL, True),
        (Level.FULL_TRANSITIVE, False),
    ],
)
def test_only_a_transitive_level_looks_behind_the_newest(level: Level, allowed: bool) -> None:
    older = [(1, schema(field("string", "b", default=""))), (2, EMPTY)]
    problem = incompatibility(level, schema(field("int", "b", default=0)), older)
    assert (problem is None) == allowed
    if problem:
        assert "version 1" in problem


@pytest.mark.parametrize(
    ("reader", "writer", "message"),
    [
        (decimal(9, 2), decimal(9, 3), "decimal(9, 3) is read as decimal(9, 2) (at /a/)"),
        (decimal(9, 2), decimal(8, 2), "decimal(8, 2) is read as decimal(9, 2) (at /a/)"),
        (decimal(9, 2), "bytes", "none is read as decimal(9, 2) (at /a/)"),
        (MILLIS, MICROS, "timestamp-micros is read as timestamp-millis (at /a/)"),
        (MILLIS, "long", "none is read as timestamp-millis (at /a/)"),
        (MILLIS, "int", "none is read as timestamp-millis (at /a/)"),
        ({"type": "string", "logicalType": "uuid"}, "string", "none is read as uuid (at /a/)"),
        (["null", MILLIS], ["null", MICROS], "timestamp-micros is read as timestamp-millis (at /a/)"),
        (["null", MILLIS], MICROS, "timestamp-micros is read as timestamp-millis (at /a/)"),
        (["null", MILLIS], ["null", "int"], "none is read as timestamp-millis (at /a/)"),
        ({"type": "array", "items": MILLIS}, {"type": "array", "items": "long"}, "timestamp-millis (at /a/items/)"),
        ({"type": "map", "values": MILLIS}, {"type": "map", "values": "long"}, "timestamp-millis (at /a/values/)"),
    ],
)
def test_a_changed_logical_type_is_refused_with_its_place(reader: Any, writer: Any, message: str) -> None:
    problem = unreadable(reader=schema(field(reader)), writer=schema(field(writer)))
    assert problem is not None
    assert problem.startswith("logical type changed: ")
    assert problem.endswith(message)


@pytest.mark.parametrize("same", [MILLIS, decimal(9, 2), ["null", decimal(9, 2)], {"type": "array", "items": MILLIS}])
def test_the_same_logical_type_is_fine(same: Any) -> None:
    assert unreadable(reader=schema(field(same)), writer=schema(field(same))) is None


def test_a_recursive_schema_ends() -> None:
    tree = [field(["null", "R"]), field(MILLIS, "at")]
    assert unreadable(reader=schema(*tree), writer=schema(*tree)) is None
    changed = [field(["null", "R"]), field(MICROS, "at")]
    assert unreadable(reader=schema(*tree), writer=schema(*changed)) is not None


VALUES: dict[str, Any] = {
    "null": None,
    "boolean": True,
    "int": 7,
    "long": 2**40,
    "float": 0.5,
    "double": 0.25,
    "string": "x",
    "bytes": b"y",
}
TYPES = st.sampled_from(sorted(VALUES)) | st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=3, unique=True)


@st.composite
def records(draw: st.DrawFn) -> AvroSchema:
    names = draw(st.lists(st.sampled_from("abc"), unique=True, max_size=3))
    fields = []
    for name in names:
        field_type = draw(TYPES)
        first = field_type[0] if isinstance(field_type, list) else field_type
        default = {"default": "y" if first == "bytes" else VALUES[first]} if draw(st.booleans()) else {}
        fields.append(field(field_type, name, **default))
    return schema(*fields)


def data_of(written: AvroSchema) -> list[dict[str, Any]]:
    """A record for each branch that any of its unions may hold."""
    choices = [
        [(one["name"], VALUES[branch]) for branch in (one["type"] if isinstance(one["type"], list) else [one["type"]])]
        for one in written.canonical["fields"]
    ]
    longest = max((len(options) for options in choices), default=1)
    return [dict(options[n % len(options)] for options in choices) for n in range(longest)]


@settings(max_examples=300, deadline=None)
@given(records(), records())
def test_what_is_called_readable_is_read_by_another_library(reader: AvroSchema, writer: AvroSchema) -> None:
    if unreadable(reader=reader, writer=writer) is not None:
        return
    for value in data_of(writer):
        buffer = io.BytesIO()
        fastavro.schemaless_writer(buffer, writer.canonical, value)
        buffer.seek(0)
        fastavro.schemaless_reader(buffer, writer.canonical, reader.canonical)
