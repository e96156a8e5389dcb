"""Python values as DynamoDB JSON, in the manner of boto3's TypeSerializer."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence, Set
from decimal import Decimal
from typing import Any

Value = object
"""str, int, Decimal, bool, None, bytes, list, dict with text keys, or a set of one of str, int, Decimal and bytes."""


def to_item(item: Mapping[str, Value]) -> dict[str, dict[str, Any]]:
    """An item of plain values as DynamoDB JSON.

    Raises:
        TypeError: DynamoDB has no such type; float among them, since its digits are not those that were meant.
        ValueError: an empty or mixed set, or a number that is no number.
    """
    return {name: to_value(value) for name, value in item.items()}


def to_value(value: Value) -> dict[str, Any]:
    """One value; see `to_item`."""
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, int | Decimal):
        return {"N": _number(value)}
    if isinstance(value, bytes | bytearray):
        return {"B": base64.b64encode(value).decode()}
    if isinstance(value, Mapping):
        return {"M": to_item(value)}
    if isinstance(value, Set):
        return _set(value)
    if isinstance(value, Sequence):
        return {"L": [to_value(element) for element in value]}
    if isinstance(value, float):
        raise TypeError(f"A float's digits are not those that were meant: write Decimal({str(value)!r}).")
    raise TypeError(f"DynamoDB has no type for {type(value).__name__}.")


def from_item(item: Mapping[str, Mapping[str, Any]]) -> dict[str, Value]:
    """An item in DynamoDB JSON as plain values; the inverse of `to_item`, and whole numbers are int."""
    return {name: from_value(value) for name, value in item.items()}


def from_value(typed: Mapping[str, Any]) -> Value:
    """One value; see `from_item`."""
    (kind, value), *_ = typed.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return from_number(value)
        case "B":
            return base64.b64decode(value)
        case "M":
            return from_item(value)
        case "L":
            return [from_value(element) for element in value]
        case "SS" | "NS" | "BS":
            return {from_value({kind[0]: element}) for element in value}
        case _:
            return value


def from_number(text: str) -> int | Decimal:
    """A number's text; int when it is whole."""
    if text.isdigit():  # which most are, and versions come by the hundred thousand
        return int(text)
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else number


def _number(value: int | Decimal) -> str:
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError(f"DynamoDB has no number {value}.")
    return str(value)


def _set(value: Set[Value]) -> dict[str, Any]:
    typed = [to_value(element) for element in value]
    types = {next(iter(element)) for element in typed}
    if len(types) != 1 or not types <= {"S", "N", "B"}:
        raise ValueError("A set holds at least one of str, numbers or bytes, and only one of these types.")
    of = types.pop()
    return {f"{of}S": sorted(element[of] for element in typed)}
