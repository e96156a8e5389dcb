"""The types of fields, and a field as it is declared; `fields` makes them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any


class FieldType(Enum):
    """What an attribute must be, and what it is in the row; what does not fit sets `decode_error`."""

    STRING = "STRING"
    LONG = "LONG"
    """A number without a fraction that fits 64 bits; `12.0` and `1E3` are such. A Python int."""
    INT = "INT"
    DOUBLE = "DOUBLE"
    DECIMAL = "DECIMAL"
    """A number with all the 38 digits DynamoDB keeps. A `decimal.Decimal`."""
    BOOLEAN = "BOOLEAN"
    BYTES = "BYTES"
    JSON = "JSON"
    """Any attribute as the text of its DynamoDB JSON, as DynamoDB sent it: `{"L":[{"N":"1"}]}`."""


@dataclass(frozen=True, slots=True)
class RowOf:
    """A DynamoDB map (M) with declared fields; made by `row_of`."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A DynamoDB list (L) of one type; made by `list_of`."""

    element: AnyType


@dataclass(frozen=True, slots=True)
class MapOf:
    """A DynamoDB map (M) with any keys and values of one type; made by `map_of`."""

    value: AnyType


@dataclass(frozen=True, slots=True)
class SetOf:
    """A DynamoDB set (SS, NS, BS); made by `set_of`."""

    element: FieldType


AnyType = FieldType | RowOf | ListOf | MapOf | SetOf


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a row; made by `metadata`, `new_image` and `old_image`, and by `field` within a `row_of`.

    Attributes:
        name: the row's field name.
        origin: METADATA, NEW_IMAGE, OLD_IMAGE, or ROW within a `row_of`.
        attribute: the item's attribute, or the metadata's name.
        type: of the value; null where the record has none.
        aliases: older names of the attribute.
        default: the value where neither the attribute nor an alias is there.
    """

    name: str
    origin: str
    attribute: str
    type: AnyType
    aliases: tuple[str, ...] = ()
    default: Any = None
