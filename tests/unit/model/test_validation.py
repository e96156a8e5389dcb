"""Payload validation; the vectors are read by the JVM operator's tests too."""

from typing import Any

import pytest

from decision_store.model.schemas import payload_schema
from decision_store.model.validation import InvalidPayloadError, PayloadSchema
from tests import vectors

VECTORS = vectors.read("validation")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vector(vector: dict[str, Any]) -> None:
    schema = payload_schema(vector["schema"])
    if vector["error"] is None:
        schema.parse(vector["payload"])
    else:
        with pytest.raises(InvalidPayloadError) as refused:
            schema.parse(vector["payload"])
        assert str(refused.value) == vector["error"]


def test_defaults_are_filled_in() -> None:
    assert payload_schema("check-fraud").parse('{"status": "PASSED"}') == {
        "status": "PASSED",
        "score": None,
        "signals": [],
    }


@pytest.mark.parametrize(
    ("avro_type", "text", "fits"),
    [
        ("int", "2147483647", True),
        ("int", "2147483648", False),
        ("int", "-2147483648", True),
        ("long", "9223372036854775807", True),
        ("long", "9223372036854775808", False),
    ],
)
def test_whole_numbers_must_fit_their_type(avro_type: str, text: str, fits: bool) -> None:
    schema = PayloadSchema({"type": "record", "name": "R", "fields": [{"name": "n", "type": avro_type}]})
    if fits:
        assert schema.parse(f'{{"n": {text}}}') == {"n": int(text)}
    else:
        with pytest.raises(InvalidPayloadError, match=f"^n: does not fit {avro_type}$"):
            schema.parse(f'{{"n": {text}}}')


def test_a_fraction_is_not_a_long() -> None:
    schema = PayloadSchema({"type": "record", "name": "R", "fields": [{"name": "n", "type": "long"}]})
    with pytest.raises(InvalidPayloadError, match=r"^n: expected long, got number$"):
        schema.parse('{"n": 1.5}')


def test_deep_nesting_is_refused_not_a_crash() -> None:
    with pytest.raises(InvalidPayloadError, match="payload: not JSON"):
        payload_schema("decision-request").parse("[" * 100_000)


def test_a_nested_record_names_its_path() -> None:
    inner = {"type": "record", "name": "I", "fields": [{"name": "x", "type": "string"}]}
    schema = PayloadSchema(
        {
            "type": "record",
            "name": "R",
            "fields": [
                {"name": "a", "type": {"type": "array", "items": inner}},
                {"name": "m", "type": {"type": "map", "values": "I"}},
            ],
        }
    )
    with pytest.raises(InvalidPayloadError, match=r"^a\[1\]\.x: is missing$"):
        schema.parse('{"a": [{"x": "1"}, {}], "m": {}}')
    with pytest.raises(InvalidPayloadError, match=r"^m\.k\.x: expected string, got number$"):
        schema.parse('{"a": [], "m": {"k": {"x": 1}}}')
