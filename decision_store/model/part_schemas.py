"""What a schema must offer to be the schema of a part: what assembly takes from it, in types that plain JSON has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from decision_store.model.avro_schemas import AvroSchema, InvalidSchemaError
from decision_store.model.parts import CHECK_NAME, PartKind, subject_of

_TEXT = frozenset({"string", "enum"})
_OPTIONAL_TEXT = frozenset({"null", "string", "enum"})
_REQUIRED: Mapping[PartKind, Mapping[str, frozenset[str]]] = {
    PartKind.REQUEST: {
        "merchant_id": _TEXT,
        "amount": frozenset({"double"}),
        "currency": _TEXT,
        "product": _OPTIONAL_TEXT,
    },
    PartKind.CHECK: {"status": _TEXT},
    PartKind.OUTCOME: {
        "outcome": _TEXT,
        "checks": frozenset({"array"}),  # of string, see below
        "policy": _TEXT,
        "reason": _OPTIONAL_TEXT,
        "similar_decision_id": _OPTIONAL_TEXT,
    },
}
_SCORE = frozenset({"null", "double"})


def kind_of(subject: str) -> PartKind | None:
    """The kind of part whose payloads a subject describes, None for any other subject."""
    if subject.startswith("check-") and CHECK_NAME.fullmatch(subject.removeprefix("check-")):
        return PartKind.CHECK
    kinds = {subject_of(kind, None): kind for kind in (PartKind.REQUEST, PartKind.OUTCOME)}
    return kinds.get(subject)


def check_part_schema(subject: str, schema: AvroSchema) -> None:
    """Refuses a schema under which parts could be stored that no decision can be assembled from.

    Args:
        subject: any; one that is not of a part is let through.
        schema: to be registered or used.

    Raises:
        InvalidSchemaError: naming the field.
    """
    kind = kind_of(subject)
    if kind is None:
        return
    root = schema.canonical
    if not isinstance(root, dict) or root["type"] != "record":
        raise InvalidSchemaError(f"{subject}: a part's payload is a record")
    _refuse_binary(root, "")
    fields = {field["name"]: field["type"] for field in root["fields"]}
    defaults = {field["name"]: field.get("default") for field in root["fields"]}
    for name, allowed in _REQUIRED[kind].items():
        if name not in fields:
            raise InvalidSchemaError(f"{name}: is missing, and a decision needs it of every {subject}")
        _check_types(name, fields[name], allowed, schema)
        if defaults.get(name) is not None:  # assembly takes what was posted; a default would be added in one place only
            raise InvalidSchemaError(
                f"{name}: must have no default but null, since decision events carry what was posted"
            )
    if kind is PartKind.CHECK and "score" in fields:
        _check_types("score", fields["score"], _SCORE, schema)
    if kind is PartKind.OUTCOME and fields["checks"] != {"type": "array", "items": "string"}:
        raise InvalidSchemaError("checks: expected an array of string, since decision events carry it")


def _check_types(name: str, field_type: Any, allowed: frozenset[str], schema: AvroSchema) -> None:
    if not _kinds(field_type, schema) <= allowed:
        raise InvalidSchemaError(f"{name}: expected {' or '.join(sorted(allowed))}, since decision events carry it")


def _kinds(schema_type: Any, schema: AvroSchema) -> set[str]:
    if isinstance(schema_type, list):
        return {kind for branch in schema_type for kind in _kinds(branch, schema)}
    if isinstance(schema_type, str):
        return _kinds(schema.names[schema_type], schema) if schema_type in schema.names else {schema_type}
    return {schema_type["type"]}


def _refuse_binary(schema_type: Any, path: str) -> None:
    if isinstance(schema_type, list):
        for branch in schema_type:
            _refuse_binary(branch, path)
    kind = schema_type.get("type") if isinstance(schema_type, dict) else schema_type
    if kind in ("bytes", "fixed"):
        raise InvalidSchemaError(f"{path}: {kind} cannot be written in plain JSON: use string")
    if isinstance(schema_type, dict):
        for inner in ("items", "values"):
            _refuse_binary(schema_type.get(inner), path)
        for field in schema_type.get("fields", ()):
            _refuse_binary(field["type"], f"{path}.{field['name']}" if path else field["name"])
