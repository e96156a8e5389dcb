"""Items made by a Python function."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer
from hypothesis import given
from hypothesis import strategies as st

from flink_dynamodb.items import item_json


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_the_number_that_python_shows(value: float) -> None:
    written = json.loads(item_json({"x": value}))["x"]["N"]
    assert Decimal(written) == Decimal(repr(value))
    assert float(written) == value


def test_an_item_is_its_dynamodb_json() -> None:
    item = {
        "id": "ä",
        "n": 1,
        "big": Decimal("1E+3"),
        "flag": True,
        "none": None,
        "list": [1.5, {"deep": b"\x00"}],
        "set": {2, 1},
    }
    text = item_json(item)
    assert text == (
        '{"id":{"S":"ä"},"n":{"N":"1"},"big":{"N":"1E+3"},"flag":{"BOOL":true},"none":{"NULL":true},'
        '"list":{"L":[{"N":"1.5"},{"M":{"deep":{"B":"AA=="}}}]},"set":{"NS":["1","2"]}}'
    )
    back = {name: TypeDeserializer().deserialize(value) for name, value in json.loads(text).items() if name != "list"}
    assert back == {name: value for name, value in item.items() if name != "list"}


@pytest.mark.parametrize(
    ("item", "error", "message"),
    [
        (None, TypeError, "The function of as_items makes dicts, not NoneType."),
        ({"a": {"b": [1, object()]}}, TypeError, r"a\.b\[1\]: DynamoDB has no type for object\."),
        ({"a": {1: "x"}}, TypeError, "a: a key of a map is a str, not int"),
        ({1: "x"}, TypeError, "The item: a key of a map is a str, not int"),
        ({"a": math.nan}, ValueError, "a: DynamoDB has no number nan"),
        ({"a": [-math.inf]}, ValueError, r"a\[0\]: DynamoDB has no number -inf"),
        ({"a": Decimal("Infinity")}, ValueError, "a: DynamoDB has no number Infinity"),
        ({"a": set()}, ValueError, "a: a set holds at least one"),
        ({"a": {"b": {1, "x"}}}, ValueError, r"a\.b: a set holds .* only one of these types"),
        ({"a": {math.nan}}, ValueError, r"a\{\}: DynamoDB has no number nan"),
    ],
)
def test_what_dynamodb_cannot_hold_is_refused_with_its_place(item: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        item_json(item)
