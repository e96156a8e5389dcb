"""Avro schemas as the registry keeps them: checked, and with a fingerprint that tells whether two are the same.

The `avro` package checks names, types and symbols. What it lets pass and Java does not is checked here: defaults that
do not fit their field, duplicate JSON keys, and decimals whose precision or scale is impossible.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import avro.schema
from avro.errors import AvroException

from decision_store.model.validation import InvalidPayloadError, parse_json

MAX_SCHEMA_BYTES = 300_000  # one DynamoDB item holds it, with room for its keys
PRIMITIVES = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
_NAMED = ("record", "error", "enum", "fixed")
_BITS = {"int": 31, "long": 63}


class InvalidSchemaError(ValueError):
    """A schema that cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class AvroSchema:
    """A schema.

    Attributes:
        text: as it was written.
        canonical: the same as JSON with full names and without documentation and needless wrapping. Other than in
            Avro's Parsing Canonical Form, defaults, aliases, logical types and custom attributes stay: they change
            what a reader gets.
        names: the named types in it, by full name.
        fingerprint: SHA-256 of `canonical`, hexadecimal.
        parsed: for the `avro` package.
    """

    text: str
    canonical: Any
    names: Mapping[str, Any]
    fingerprint: str
    parsed: avro.schema.Schema


def parse_schema(text: str) -> AvroSchema:
    """Reads an .avsc.

    Raises:
        InvalidSchemaError: it is not a schema, or one that would fail later.
    """
    if len(text.encode(errors="replace")) > MAX_SCHEMA_BYTES:
        raise InvalidSchemaError(f"schema: expected at most {MAX_SCHEMA_BYTES:,} bytes")
    try:
        written = parse_json(text)
    except InvalidPayloadError:
        raise InvalidSchemaError("schema: is not JSON, or repeats a key") from None
    try:
        _check_decimals(written)
        parsed = avro.schema.parse(text)
        names: dict[str, Any] = {}
        canonical = _canonical(written, "", names)
    except InvalidSchemaError:
        raise
    except (AvroException, AttributeError, KeyError, TypeError, ValueError, RecursionError) as broken:
        raise InvalidSchemaError(f"schema: {broken or type(broken).__name__}") from None
    for name, schema in names.items():
        for field in schema.get("fields", ()):
            _check_field(field, names, f"{name}.{field['name']}")
    fingerprint = hashlib.sha256(json.dumps(canonical, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    return AvroSchema(text, canonical, names, fingerprint, parsed)


def _canonical(schema: Any, namespace: str, names: dict[str, Any]) -> Any:
    if isinstance(schema, str):
        return schema if schema in PRIMITIVES else _full_name(schema, namespace)
    if isinstance(schema, list):
        return [_canonical(branch, namespace, names) for branch in schema]
    kind = schema["type"]
    if not isinstance(kind, str):
        return _canonical(kind, namespace, names)
    attributes = {key: value for key, value in schema.items() if key not in ("doc", "namespace")}
    if kind in _NAMED:
        name = _full_name(schema["name"], schema.get("namespace", namespace))
        inside = name.rpartition(".")[0]
        attributes["name"] = name
        if "aliases" in schema:
            attributes["aliases"] = [_full_name(alias, inside) for alias in schema["aliases"]]
        names[name] = attributes  # before its fields, which may name it
        if "fields" in schema:
            attributes["fields"] = [_canonical_field(field, inside, names) for field in schema["fields"]]
        return attributes
    for inner in ("items", "values"):
        if inner in schema:
            attributes[inner] = _canonical(schema[inner], namespace, names)
    if kind not in (*PRIMITIVES, "array", "map"):
        attributes["type"] = _full_name(kind, namespace)
    return attributes["type"] if attributes.keys() == {"type"} else attributes


def _canonical_field(field: Mapping[str, Any], namespace: str, names: dict[str, Any]) -> dict[str, Any]:
    attributes = {key: value for key, value in field.items() if key != "doc"}
    attributes["type"] = _canonical(field["type"], namespace, names)
    return attributes


def _full_name(name: str, namespace: str) -> str:
    return name if "." in name or not namespace else f"{namespace}.{name}"


def _check_field(field: Mapping[str, Any], names: Mapping[str, Any], path: str) -> None:
    if "default" in field and not _fits(field["type"], field["default"], names):
        first = " (of a union, the first branch)" if isinstance(field["type"], list) else ""
        raise InvalidSchemaError(f"{path}: the default does not fit the field's type{first}")


def _fits(schema: Any, value: Any, names: Mapping[str, Any]) -> bool:
    """Whether a default, in Avro's JSON, fits."""
    if isinstance(schema, list):
        return bool(schema) and _fits(schema[0], value, names)
    if isinstance(schema, str) and schema not in PRIMITIVES:
        schema = names[schema]
    kind = schema if isinstance(schema, str) else schema["type"]
    match kind:
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "int" | "long":
            bound = 1 << _BITS[kind]
            return isinstance(value, int) and not isinstance(value, bool) and -bound <= value < bound
        case "float" | "double":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "string":
            return isinstance(value, str)
        case "bytes" | "fixed":
            narrow = isinstance(value, str) and all(ord(c) < 256 for c in value)
            return narrow and (kind == "bytes" or len(value) == schema["size"])
        case "enum":
            return value in schema["symbols"]
        case "array":
            return isinstance(value, list) and all(_fits(schema["items"], item, names) for item in value)
        case "map":
            return isinstance(value, dict) and all(_fits(schema["values"], item, names) for item in value.values())
        case "record" | "error":
            return isinstance(value, dict) and all(
                _fits(field["type"], value[field["name"]], names) if field["name"] in value else "default" in field
                for field in schema["fields"]
            )
        case name:
            return _fits(name, value, names)


def _check_decimals(schema: Any) -> None:
    """Before the avro package sees them: it warns, and reads an impossible decimal as plain bytes."""
    if isinstance(schema, list):
        for branch in schema:
            _check_decimals(branch)
    if not isinstance(schema, dict):
        return
    if schema.get("logicalType") == "decimal" and schema.get("type") in ("bytes", "fixed"):
        precision, scale = schema.get("precision"), schema.get("scale", 0)
        whole = type(precision) is int and type(scale) is int
        if not whole or not 0 <= scale <= precision or precision == 0:
            raise InvalidSchemaError(f"decimal: expected 0 <= scale <= precision, got {scale!r} and {precision!r}")
    for inner in ("type", "items", "values", "fields"):
        _check_decimals(schema.get(inner))
