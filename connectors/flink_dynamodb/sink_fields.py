"""The fields that a sink writes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from flink_dynamodb.field_types import AnyType, FieldType
from flink_dynamodb.fields import plain_type
from flink_dynamodb.sink_modes import WriteMode


@dataclass(frozen=True, slots=True)
class SinkField:
    """A field of the written rows; made by `partition_key`, `sort_key`, `attribute`, `added` and `time_to_live`.

    Attributes:
        name: the row's field name.
        attribute: the item's attribute.
        type: of the value.
        role: PARTITION_KEY, SORT_KEY, ATTRIBUTE, ADD or TIME_TO_LIVE.
    """

    name: str
    attribute: str
    type: AnyType
    role: str


def partition_key(name: str, type: FieldType = FieldType.STRING, attribute_name: str | None = None) -> SinkField:
    """The field that is the table's partition key; never null or empty.

    Args:
        name: the row's field name.
        type: STRING, LONG, INT, DOUBLE, DECIMAL or BYTES.
        attribute_name: the item's attribute; `name` when left out.
    """
    return SinkField(name, attribute_name or name, type, "PARTITION_KEY")


def sort_key(name: str, type: FieldType = FieldType.STRING, attribute_name: str | None = None) -> SinkField:
    """The field that is the table's sort key, for a table that has one; as `partition_key`."""
    return SinkField(name, attribute_name or name, type, "SORT_KEY")


def attribute(name: str, type: AnyType = FieldType.STRING, attribute_name: str | None = None) -> SinkField:
    """Any other field; where it is null the item has no such attribute (see `set_nulls`).

    Args:
        name: the row's field name.
        type: a `FieldType`, or one made by `row_of` (without aliases and defaults, which are for reading), `list_of`,
            `map_of` or `set_of`.
        attribute_name: the item's attribute; `name` when left out.
    """
    return SinkField(name, attribute_name or name, type, "ATTRIBUTE")


def added(name: str, type: AnyType = FieldType.LONG, attribute_name: str | None = None) -> SinkField:
    """A field that is added to what the table holds, with `update()`: to a number, or to a set.

    Null, or an empty set, adds nothing. What the table has not counts as 0, or as an empty set.

    Args:
        name: the row's field name.
        type: LONG, INT, DOUBLE or DECIMAL, or made by `set_of`.
        attribute_name: the item's attribute; `name` when left out.
    """
    return SinkField(name, attribute_name or name, type, "ADD")


def time_to_live(name: str, attribute_name: str | None = None) -> SinkField:
    """When the item expires: a LONG of epoch milliseconds, written as the epoch seconds of DynamoDB, rounded up.

    Null: it does not expire. What is no time between 1973 and 5138 in milliseconds, such as seconds, is refused.

    Args:
        name: the row's field name.
        attribute_name: the attribute that the table's time to live is set to; `name` when left out.
    """
    return SinkField(name, attribute_name or name, FieldType.LONG, "TIME_TO_LIVE")


def field_json(field: SinkField) -> str:
    """A field as it crosses to Java.

    Raises:
        ValueError: there is no such type.
    """
    return json.dumps({"name": field.name, "attribute": field.attribute, "type": plain_type(field.type)})


def check_fields(fields: Sequence[SinkField], mode: WriteMode) -> None:
    """Refuses fields that no sink has, with a sentence; what else does not go together Java knows.

    Raises:
        ValueError: keys are missing or of no type for a key, a name is given twice, or the version is no field.
    """
    partition_keys = [field for field in fields if field.role == "PARTITION_KEY"]
    sort_keys = [field for field in fields if field.role == "SORT_KEY"]
    if len(partition_keys) != 1:
        raise ValueError(f"A sink needs exactly one partition_key, and {len(partition_keys)} are given.")
    if len(sort_keys) > 1:
        raise ValueError(f"A sink has at most one sort_key, and {len(sort_keys)} are given.")
    for key in partition_keys + sort_keys:
        if not isinstance(key.type, FieldType) or key.type in (FieldType.BOOLEAN, FieldType.JSON):
            label = key.type.value.lower() if isinstance(key.type, FieldType) else "list, map or set"
            raise ValueError(f"The key {key.name} cannot be a {label}: DynamoDB takes strings, numbers and bytes.")
    for what, names in (
        ("field", [field.name for field in fields]),
        ("attribute", [field.attribute for field in fields]),
    ):
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"The {what} {', '.join(sorted(twice))} is given twice.")
    version = mode.version_field
    numbers = {f.name for f in fields if f.role == "ATTRIBUTE" and f.type in (FieldType.LONG, FieldType.INT)}
    if version is not None and version not in numbers:
        raise ValueError(f"The version {version} must be one of the fields: attribute({version!r}, FieldType.LONG).")
