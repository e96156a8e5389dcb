"""What fields may be declared, and how they cross to Java."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from flink_dynamodb import (
    DynamoDbStreamsSource,
    Field,
    FieldType,
    field,
    list_of,
    map_of,
    metadata,
    new_image,
    old_image,
    row_of,
    set_of,
)
from flink_dynamodb.fields import column_json

VECTORS = {
    vector["case"]: vector["column"]
    for vector in json.loads((Path(__file__).parents[2] / "vectors" / "columns.json").read_text())
}
DECLARED = {
    "metadata": metadata("created_at", "created"),
    "renamed": old_image("decision id", name="id"),
    "standing in": new_image("n", FieldType.LONG, aliases=["number", "no"], default=-1),
    "nested": new_image(
        "addresses",
        list_of(row_of("street", field("zip", FieldType.DECIMAL, aliases=["postcode"], default=Decimal("1.50")))),
    ),
    "maps and sets": new_image("m", map_of(set_of(FieldType.BYTES)), default={"a": [b"\x01\x02"], "b": None}),
    "any attribute": new_image("j", FieldType.JSON, default='{"L": []}'),
}


@pytest.mark.parametrize("case", DECLARED)
def test_a_column_crosses_as_java_reads_it(case: str) -> None:
    assert json.loads(column_json(DECLARED[case])) == VECTORS[case]


def test_every_vector_is_declared_here() -> None:
    assert DECLARED.keys() == VECTORS.keys()


@pytest.mark.parametrize(
    ("type", "default", "expected"),
    [
        (FieldType.STRING, "", {"S": ""}),
        (FieldType.LONG, 0, {"N": "0"}),
        (FieldType.DOUBLE, 1, {"N": "1.0"}),
        (FieldType.DECIMAL, Decimal("1E+3"), {"N": "1E+3"}),
        (FieldType.BOOLEAN, False, {"BOOL": False}),
        (list_of(FieldType.INT), [1], {"L": [{"N": "1"}]}),
        (row_of(field("zip", name="z")), {"z": "1"}, {"M": {"zip": {"S": "1"}}}),
    ],
)
def test_a_default_is_a_value_of_the_type(type: Any, default: Any, expected: dict[str, Any]) -> None:
    assert json.loads(column_json(new_image("a", type, default=default)))["default"] == expected


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        (lambda: new_image("a", FieldType.LONG, default="1"), "The default of a must be an int, not '1'."),
        (lambda: new_image("a", FieldType.LONG, default=True), "The default of a must be an int, not True."),
        (lambda: new_image("a", FieldType.INT, default=2**31), "The default of a does not fit 32 bits: 2147483648."),
        (lambda: new_image("a", FieldType.DOUBLE, default=float("nan")), "a number that DynamoDB has, not nan"),
        (lambda: new_image("a", FieldType.DOUBLE, default=10**400), "a number that DynamoDB has"),
        (lambda: new_image("a", FieldType.JSON, default="[]"), "must be the text of a DynamoDB attribute value"),
        (lambda: new_image("a", list_of(FieldType.LONG), default=["1"]), r"The default of a\[0\] must be an int"),
        (lambda: new_image("a", list_of(FieldType.LONG), default=5), "The default of a must be a list, not 5."),
        (lambda: new_image("a", map_of(FieldType.LONG), default={"x": "y"}), "The default of a.x must be an int"),
        (lambda: new_image("a", row_of("zip"), default={"zap": "1"}), "fields that its row has not: zap"),
        (lambda: new_image("a", aliases="b"), r"The aliases of a are a list of names: aliases=\['b'\]."),
        (lambda: new_image("a", aliases=["a"]), "The attribute a is looked for as a twice."),
        (lambda: new_image("a", "LONG"), "There is no field type 'LONG'"),  # type: ignore[arg-type]
        (lambda: set_of(FieldType.BOOLEAN), "A set has strings, numbers or bytes"),
        (lambda: set_of(row_of("a")), "A set has strings, numbers or bytes"),  # type: ignore[arg-type]
        (lambda: row_of(), "A row needs fields"),
        (lambda: row_of("a", "a"), "Fields need different names, and a is given twice."),
        (lambda: row_of(metadata("table")), r"The field table of a row is made by field\('table'\)"),
        (lambda: row_of(new_image("a")), r"The field a of a row is made by field\('a'\)"),
        (lambda: metadata("colour"), "There is no metadata 'colour'"),
    ],
)
def test_what_cannot_be_is_refused_when_declared(declare: Callable[[], Field], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        declare()


def test_a_field_of_a_row_is_no_field_of_the_record() -> None:
    builder = DynamoDbStreamsSource.builder().set_tables("t").set_region("r").set_fields(field("a"))
    with pytest.raises(ValueError, match=r"made by new_image\('a'\)"):
        builder.build()
