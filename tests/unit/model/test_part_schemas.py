"""What a schema must offer before parts may be stored under it."""

import json
from typing import Any

import pytest

from decision_store.model.avro_schemas import InvalidSchemaError, parse_schema
from decision_store.model.part_schemas import check_part_schema
from decision_store.model.schemas import shipped_texts

STATUS = {"name": "status", "type": "string"}


def record(*fields: dict[str, Any]) -> str:
    return json.dumps({"type": "record", "name": "R", "fields": list(fields)})


@pytest.mark.parametrize("subject", sorted(shipped_texts()))
def test_what_is_shipped_is_fit(subject: str) -> None:
    check_part_schema(subject, parse_schema(shipped_texts()[subject]))


@pytest.mark.parametrize(
    ("subject", "text", "message"),
    [
        ("check-aml", record(), "status: is missing, and a decision needs it of every check-aml"),
        ("check-aml", record({"name": "status", "type": "int"}), "status: expected enum or string, since"),
        ("check-aml", record({"name": "status", "type": ["null", "string"]}), "status: expected enum or string, since"),
        ("check-aml", record(STATUS, {"name": "score", "type": "string"}), "score: expected double or null, since"),
        (
            "check-aml",
            record(STATUS, {"name": "x", "type": ["null", "bytes"]}),
            "x: bytes cannot be written in plain JSON",
        ),
        ("check-aml", '{"type": "array", "items": "string"}', "check-aml: a part's payload is a record"),
        (
            "decision-request",
            record(STATUS),
            "merchant_id: is missing, and a decision needs it of every decision-request",
        ),
        (
            "decision-outcome",
            record(
                {"name": "outcome", "type": "string"},
                {"name": "checks", "type": {"type": "array", "items": "int"}},
                {"name": "policy", "type": "string"},
                {"name": "reason", "type": ["null", "string"]},
                {"name": "similar_decision_id", "type": ["null", "string"]},
            ),
            "checks: expected an array of string, since",
        ),
    ],
)
def test_a_schema_no_decision_can_be_assembled_from_is_refused(subject: str, text: str, message: str) -> None:
    with pytest.raises(InvalidSchemaError) as refused:
        check_part_schema(subject, parse_schema(text))
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("subject", ["clicks-value", "check-aml-value", "check-Aml", "decision-events-value"])
def test_other_subjects_are_free(subject: str) -> None:
    check_part_schema(subject, parse_schema('"bytes"'))


def test_a_named_type_is_looked_through() -> None:
    status = {"type": "enum", "name": "Status", "symbols": ["PASSED"]}
    text = record({"name": "before", "type": status}, {"name": "status", "type": "Status"})
    check_part_schema("check-aml", parse_schema(text))
