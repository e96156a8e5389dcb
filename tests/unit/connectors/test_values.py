"""Python values as DynamoDB JSON: the same as boto3's."""

from __future__ import annotations

import base64
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import Binary, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from flink_dynamodb.testing import ServerStartError, StreamsServer, process
from flink_dynamodb.values import to_item, to_value

numbers = st.integers(-(10**37), 10**37) | st.decimals(-1000, 1000, places=3)
scalars = st.none() | st.booleans() | st.text() | st.binary() | numbers
sets = st.sets(st.text(), min_size=1) | st.sets(numbers, min_size=1) | st.sets(st.binary(), min_size=1)
values = st.recursive(scalars | sets, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


def as_on_the_wire(value: Any) -> Any:
    """boto3 leaves bytes to its HTTP layer, which writes base64; sets have no order."""
    if isinstance(value, Binary):
        value = value.value
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {
            name: sorted(as_on_the_wire(of))
            if name in ("SS", "NS", "BS") and isinstance(of, list)
            else as_on_the_wire(of)
            for name, of in value.items()
        }
    return [as_on_the_wire(element) for element in value] if isinstance(value, list) else value


@given(values)
def test_a_value_is_written_as_boto3_writes_it(value: Any) -> None:
    assert to_value(value) == as_on_the_wire(TypeSerializer().serialize(value))


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (1.5, TypeError, r"write Decimal\('1.5'\)"),
        (object(), TypeError, "no type for object"),
        (set(), ValueError, "at least one"),
        ({1, "a"}, ValueError, "only one of these types"),
        ({None}, ValueError, "only one of these types"),
        (Decimal("NaN"), ValueError, "no number NaN"),
        ([{"deep": 1.5}], TypeError, "Decimal"),
    ],
)
def test_what_dynamodb_cannot_hold_is_refused(value: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        to_item({"value": value})


def test_a_missing_jar_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "JAR", "nothing.jar")
    with pytest.raises(RuntimeError, match=r"nothing\.jar is missing: run `make jar`"):
        StreamsServer()


def test_a_missing_java_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ServerStartError, match="put java on the PATH"):
        StreamsServer()
