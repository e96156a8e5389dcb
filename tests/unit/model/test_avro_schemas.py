"""When two schemas are one, and what is no schema."""

import json
from typing import Any

import pytest

from decision_store.model.avro_schemas import InvalidSchemaError, parse_schema
from decision_store.model.schemas import shipped_texts


def fingerprint(schema: Any) -> str:
    return parse_schema(json.dumps(schema)).fingerprint


def record(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": "R", "fields": list(fields)} | more


SAME: list[tuple[Any, Any]] = [
    ("string", {"type": "string"}),
    (record(namespace="x.y"), record(name="x.y.R")),
    (record(namespace="x"), {"type": "record", "name": "x.R", "namespace": "ignored", "fields": []}),
    (record({"name": "a", "type": "int", "doc": "1"}, doc="2"), record({"type": "int", "name": "a"})),
    (
        record({"name": "a", "type": record(name="S")}, {"name": "b", "type": "S"}, namespace="x"),
        record({"name": "a", "type": record(name="x.S")}, {"name": "b", "type": "x.S"}, name="x.R"),
    ),
    (
        record({"name": "a", "type": ["null", "R"]}, namespace="x"),
        record({"name": "a", "type": ["null", "x.R"]}, name="x.R"),
    ),
]
OTHER: list[tuple[Any, Any]] = [
    (record({"name": "a", "type": "int"}), record({"name": "a", "type": "int", "default": 0})),
    (record({"name": "a", "type": "int"}), record({"name": "a", "type": "int", "aliases": ["b"]})),
    (record({"name": "a", "type": "int"}), record({"name": "a", "type": "int", "pii": True})),
    ("long", {"type": "long", "logicalType": "timestamp-millis"}),
    (["null", "int"], ["int", "null"]),
    (
        {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2},
        {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 3},
    ),
    (
        {"type": "enum", "name": "E", "symbols": ["A", "B"]},
        {"type": "enum", "name": "E", "symbols": ["A", "B"], "default": "A"},
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_writing_it_differently_changes_nothing(one: Any, other: Any) -> None:
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_a_reader_gets_makes_another_schema(one: Any, other: Any) -> None:
    assert fingerprint(one) != fingerprint(other)


@pytest.mark.parametrize("subject", sorted(shipped_texts()))
def test_a_canonical_schema_is_its_own_canonical_form(subject: str) -> None:
    schema = parse_schema(shipped_texts()[subject])
    again = parse_schema(json.dumps(schema.canonical))
    assert (again.canonical, again.fingerprint) == (schema.canonical, schema.fingerprint)


@pytest.mark.parametrize(
    ("field_type", "default", "fits"),
    [
        ("null", None, True),
        ("boolean", False, True),
        ("boolean", 0, False),
        ("int", 2**31 - 1, True),
        ("int", 2**31, False),
        ("int", True, False),
        ("long", 2**31, True),
        ("double", 1, True),
        ("double", "1", False),
        ("string", "x", True),
        ("bytes", "\u00ff", True),
        ("bytes", "\u0100", False),
        ({"type": "fixed", "name": "F", "size": 2}, "ab", True),
        ({"type": "fixed", "name": "F", "size": 2}, "abc", False),
        ({"type": "array", "items": "int"}, [1], True),
        ({"type": "array", "items": "int"}, ["1"], False),
        ({"type": "map", "values": "int"}, {"k": 1}, True),
        ({"type": "map", "values": "int"}, [], False),
        ({"type": "long", "logicalType": "timestamp-millis"}, 5, True),
        (["null", "int"], None, True),
        (["int", "null"], None, False),
        ({"type": "record", "name": "S", "fields": [{"name": "x", "type": "int"}]}, {"x": 1}, True),
        ({"type": "record", "name": "S", "fields": [{"name": "x", "type": "int"}]}, {}, False),
        ({"type": "record", "name": "S", "fields": [{"name": "x", "type": "int", "default": 1}]}, {}, True),
    ],
)
def test_a_default_must_fit_its_field(field_type: Any, default: Any, fits: bool) -> None:
    text = json.dumps(record({"name": "a", "type": field_type, "default": default}))
    if fits:
        parse_schema(text)
    else:
        with pytest.raises(InvalidSchemaError, match=r"^R\.a: the default does not fit"):
            parse_schema(text)


@pytest.mark.parametrize(("precision", "scale"), [(0, 0), (-1, 0), (2, 3), ("2", 0), (2, -1), (None, 0), (2.5, 1)])
def test_an_impossible_decimal_is_refused(precision: Any, scale: Any) -> None:
    decimal = {"type": "bytes", "logicalType": "decimal", "precision": precision, "scale": scale}
    with pytest.raises(InvalidSchemaError, match="decimal: expected"):
        parse_schema(json.dumps(record({"name": "a", "type": {"type": "array", "items": ["null", decimal]}})))
