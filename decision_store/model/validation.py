"""Plain JSON against an Avro schema; the reference of the JVM operator `validate`.

JSON is taken as people write it: a union by its value, not wrapped as in Avro's own JSON encoding. Fields the schema
does not know are refused (a misspelt optional field would otherwise be lost without a word), and so are duplicate
keys, NaN and Infinity. A whole number fits a double; a boolean is not a number.

Error texts are part of the contract: `tests/vectors/validation.json` is read by the tests of both languages.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

AvroSchema = str | Mapping[str, Any] | Sequence[Any]

_INTEGER_BITS = {"int": 31, "long": 63}
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_PRIMITIVES = {"null", "boolean", "int", "long", "float", "double", "string"}


class InvalidPayloadError(ValueError):
    """A payload that does not conform to its schema; the message begins with the field's path."""


class _NotJsonError(ValueError):
    """Text that the JSON grammar, or our stricter reading of it, refuses."""


class PayloadSchema:
    """An Avro record schema, ready to validate payloads.

    Args:
        schema: the parsed .avsc of a record.
    """

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._root = schema
        self._named: dict[str, Mapping[str, Any]] = {}
        self._collect(schema)

    def parse(self, text: str) -> dict[str, Any]:
        """Parses and validates a payload.

        Returns:
            The record with its defaults filled in.

        Raises:
            InvalidPayloadError: the first problem, in the order of the schema's fields.
        """
        record = self._read(self._root, parse_json(text), "")
        assert isinstance(record, dict)
        return record

    def _collect(self, schema: AvroSchema) -> None:
        if isinstance(schema, Mapping):
            if schema["type"] in ("record", "enum", "fixed"):
                self._named[schema["name"]] = schema
                if "namespace" in schema:
                    self._named[f"{schema['namespace']}.{schema['name']}"] = schema
            for field in schema.get("fields", ()):
                self._collect(field["type"])
            for inner in ("items", "values"):
                if inner in schema:
                    self._collect(schema[inner])
        elif not isinstance(schema, str):
            for branch in schema:
                self._collect(branch)

    def _read(self, schema: AvroSchema, value: Any, path: str) -> Any:
        if isinstance(schema, str) and schema not in _PRIMITIVES:
            schema = self._named[schema]
        if isinstance(schema, str):
            return _primitive(schema, value, path)
        if not isinstance(schema, Mapping):
            return self._union(schema, value, path)
        match schema["type"]:
            case "record":
                return self._record(schema, value, path)
            case "array":
                if not isinstance(value, list):
                    raise _mismatch(path, "array", value)
                return [self._read(schema["items"], item, f"{path}[{i}]") for i, item in enumerate(value)]
            case "map":
                if not isinstance(value, dict):
                    raise _mismatch(path, "map", value)
                return {key: self._read(schema["values"], item, _child(path, key)) for key, item in value.items()}
            case "enum":
                if not isinstance(value, str):
                    raise _mismatch(path, "string", value)
                if value not in schema["symbols"]:
                    raise _error(path, f"expected one of {', '.join(schema['symbols'])}")
                return value
            case inner:
                return self._read(inner, value, path)

    def _record(self, schema: Mapping[str, Any], value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _mismatch(path, "record", value)
        record = {}
        for field in schema["fields"]:
            name = field["name"]
            if name in value:
                record[name] = self._read(field["type"], value[name], _child(path, name))
            elif "default" in field:
                record[name] = field["default"]
            else:
                raise _error(_child(path, name), "is missing")
        for name in value:
            if name not in record:
                raise _error(_child(path, name), "is not a field of the schema")
        return record

    def _union(self, branches: Sequence[Any], value: Any, path: str) -> Any:
        if value is None and "null" in branches:
            return None
        others = [branch for branch in branches if branch != "null"]
        if len(others) == 1:  # the usual optional field: its branch's own error says more
            return self._read(others[0], value, path)
        for branch in others:
            try:
                return self._read(branch, value, path)
            except InvalidPayloadError:
                continue
        raise _error(path, "fits no branch of the union")


def parse_json(text: str) -> Any:
    """Parses JSON strictly: no duplicate keys, NaN or Infinity, and no half of a surrogate pair, which is not text.

    Raises:
        InvalidPayloadError: `payload: not JSON`.
    """
    try:
        value = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
        if _ESCAPED_SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
        return value
    except (ValueError, RecursionError):
        raise InvalidPayloadError("payload: not JSON") from None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _NotJsonError
    return members


def _no_constant(_: str) -> Any:
    raise _NotJsonError


def _primitive(schema: str, value: Any, path: str) -> Any:
    if schema == "null" and value is None:
        return None
    if schema == "boolean" and isinstance(value, bool):
        return value
    if schema == "string" and isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        if schema in ("float", "double"):
            return _floating(value, path, schema)
        if schema in _INTEGER_BITS and isinstance(value, int):
            bound = 1 << _INTEGER_BITS[schema]
            if -bound <= value < bound:
                return value
            raise _error(path, f"does not fit {schema}")
    raise _mismatch(path, schema, value)


def _floating(value: int | float, path: str, schema: str) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if math.isinf(number):
        raise _error(path, f"does not fit {schema}")
    return number


def _child(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _error(path: str, problem: str) -> InvalidPayloadError:
    return InvalidPayloadError(f"{path or 'payload'}: {problem}")


def _mismatch(path: str, expected: str, value: Any) -> InvalidPayloadError:
    return _error(path, f"expected {expected}, got {_json_type(value)}")


def _json_type(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case int() | float():
            return "number"
        case list():
            return "array"
        case _:
            return "object"
