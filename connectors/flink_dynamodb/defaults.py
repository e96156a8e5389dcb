"""Defaults of fields, as the DynamoDB JSON that the source reads them from."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flink_dynamodb.field_types import AnyType, FieldType, ListOf, MapOf, RowOf, SetOf

_INTEGER_BITS = {FieldType.LONG: 63, FieldType.INT: 31}
_TAGS = {"S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"}


def attribute_value(type: AnyType, value: Any, path: str) -> dict[str, Any]:
    """A value as a DynamoDB attribute value, such as `{"N": "1"}`.

    Args:
        type: the declared type.
        value: of that type; None within a map or a row.
        path: where it is, for the error.

    Raises:
        ValueError: the value is not of the type.
    """
    match type:
        case FieldType():
            return _scalar(type, value, path)
        case ListOf(element) if isinstance(value, list | tuple):
            return {"L": [attribute_value(element, each, f"{path}[{i}]") for i, each in enumerate(value)]}
        case SetOf(element) if isinstance(value, list | tuple | set | frozenset):
            inner = [_scalar(element, each, f"{path}[{i}]") for i, each in enumerate(value)]
            tag = _scalar_tag(element) + "S"
            return {tag: [text for each in inner for text in each.values()]}
        case MapOf(of) if isinstance(value, Mapping):
            for key in value:
                if not isinstance(key, str):
                    raise _unfit(path, "a map with string keys", value)
            return {"M": {key: _nullable(of, each, f"{path}.{key}") for key, each in value.items()}}
        case RowOf(fields) if isinstance(value, Mapping):
            attributes = {field.name: field for field in fields}
            if unknown := [str(name) for name in value if name not in attributes]:
                raise ValueError(f"The default of {path} has fields that its row has not: {', '.join(unknown)}.")
            return {
                "M": {
                    attributes[name].attribute: _nullable(attributes[name].type, each, f"{path}.{name}")
                    for name, each in value.items()
                }
            }
        case ListOf() | SetOf():
            raise _unfit(path, "a list", value)
        case MapOf() | RowOf():
            raise _unfit(path, "a dict", value)
        case _:
            raise ValueError(f"There is no field type {type!r}: use a FieldType, row_of, list_of, map_of or set_of.")


def _nullable(type: AnyType, value: Any, path: str) -> dict[str, Any]:
    return {"NULL": True} if value is None else attribute_value(type, value, path)


def _scalar_tag(type: FieldType) -> str:
    return {FieldType.STRING: "S", FieldType.BYTES: "B"}.get(type, "N")


def _scalar(type: FieldType, value: Any, path: str) -> dict[str, Any]:
    match type:
        case FieldType.STRING if isinstance(value, str):
            return {"S": value}
        case FieldType.BOOLEAN if isinstance(value, bool):
            return {"BOOL": value}
        case FieldType.BYTES if isinstance(value, bytes | bytearray):
            return {"B": base64.b64encode(value).decode()}
        case FieldType.LONG | FieldType.INT if isinstance(value, int) and not isinstance(value, bool):
            bits = _INTEGER_BITS[type]
            if not -(2**bits) <= value < 2**bits:
                raise ValueError(f"The default of {path} does not fit {bits + 1} bits: {value}.")
            return {"N": str(value)}
        case FieldType.DOUBLE if isinstance(value, int | float) and not isinstance(value, bool):
            try:
                number = float(value)
            except OverflowError:
                number = math.inf
            if not math.isfinite(number):
                raise ValueError(f"The default of {path} must be a number that DynamoDB has, not {value}.")
            return {"N": repr(number)}
        case FieldType.DECIMAL if isinstance(value, int | Decimal) and not isinstance(value, bool):
            if not Decimal(value).is_finite():
                raise ValueError(f"The default of {path} must be a number that DynamoDB has, not {value}.")
            return {"N": str(value)}
        case FieldType.JSON if isinstance(value, str):
            return _json(value, path)
        case FieldType.JSON:
            raise _unfit(path, 'the text of a DynamoDB attribute value such as \'{"S":"x"}\'', value)
    raise _unfit(path, _IN_PYTHON[type], value)


_IN_PYTHON = {
    FieldType.STRING: "a str",
    FieldType.LONG: "an int",
    FieldType.INT: "an int",
    FieldType.DOUBLE: "a float",
    FieldType.DECIMAL: "a decimal.Decimal",
    FieldType.BOOLEAN: "a bool",
    FieldType.BYTES: "bytes",
}


def _json(text: str, path: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict) or len(value) != 1 or not _TAGS.issuperset(value):
        raise _unfit(path, 'the text of a DynamoDB attribute value such as \'{"S":"x"}\'', text)
    return value


def _unfit(path: str, expected: str, value: Any) -> ValueError:
    return ValueError(f"The default of {path} must be {expected}, not {value!r}.")
