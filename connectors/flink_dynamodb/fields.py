"""Declares what rows are made of: fields, the attributes they are taken from, and their types."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flink_dynamodb.defaults import attribute_value
from flink_dynamodb.field_types import AnyType, Field, FieldType, ListOf, MapOf, RowOf, SetOf

METADATA_TYPES = {
    "event_kind": FieldType.STRING,
    "sequence_number": FieldType.STRING,
    "shard_id": FieldType.STRING,
    "table": FieldType.STRING,
    "created_at": FieldType.LONG,
    "decode_error": FieldType.STRING,
    "raw": FieldType.STRING,
    "record": FieldType.STRING,
}


def metadata(which: str, name: str | None = None) -> Field:
    """What the stream says of a record.

    Args:
        which: event_kind (INSERT, MODIFY, REMOVE), sequence_number, shard_id, table, created_at (epoch ms; DynamoDB
            keeps seconds), decode_error (null, or why attributes do not fit), raw (the record as DynamoDB sent it,
            where decode_error is set and of removed items), record (the same, of every record).
        name: the row's field name; `which` when left out.

    Raises:
        ValueError: there is no such metadata.
    """
    if which not in METADATA_TYPES:
        raise ValueError(f"There is no metadata {which!r}: choose one of {', '.join(METADATA_TYPES)}.")
    return Field(name or which, "METADATA", which.upper(), METADATA_TYPES[which])


def new_image(
    attribute: str,
    type: AnyType = FieldType.STRING,
    name: str | None = None,
    aliases: Sequence[str] = (),
    default: Any = None,
) -> Field:
    """An attribute of the item after the change. A removed item has its key only, and no defaults.

    Args:
        attribute: its name in the item.
        type: what it must be: a `FieldType`, or one made by `row_of`, `list_of`, `map_of` or `set_of`.
        name: the row's field name; `attribute` when left out.
        aliases: older names of the attribute, tried in order where it is missing.
        default: the value where the attribute and its aliases are missing (else the field is null); of the field's
            type, a row as a dict of its fields. An attribute that is there as DynamoDB's NULL stays null.

    Raises:
        ValueError: the default is not of the type, or names are given twice.
    """
    return _attribute("NEW_IMAGE", attribute, type, name, aliases, default)


def old_image(
    attribute: str,
    type: AnyType = FieldType.STRING,
    name: str | None = None,
    aliases: Sequence[str] = (),
    default: Any = None,
) -> Field:
    """An attribute of the item before the change; null unless the stream's view type has old images.

    Args as of `new_image`. A new item has no old image, and no defaults of one.
    """
    return _attribute("OLD_IMAGE", attribute, type, name, aliases, default)


def field(
    attribute: str,
    type: AnyType = FieldType.STRING,
    name: str | None = None,
    aliases: Sequence[str] = (),
    default: Any = None,
) -> Field:
    """A field of a `row_of`; args as of `new_image`, `attribute` being the key in the DynamoDB map."""
    return _attribute("ROW", attribute, type, name, aliases, default)


def row_of(*fields: Field | str) -> RowOf:
    """A DynamoDB map (M) as a row of the declared fields; others are passed over.

    Args:
        fields: made by `field`; a name alone is a string.

    Raises:
        ValueError: there are none, one is not made by `field`, or two have one name.

    Example:
        >>> new_image("address", row_of("street", field("zip", FieldType.LONG, aliases=["postcode"])))
    """
    if not fields:
        raise ValueError("A row needs fields: row_of(field('zip'), ...).")
    made = tuple(field(each) if isinstance(each, str) else each for each in fields)
    for each in made:
        if each.origin != "ROW":
            raise ValueError(
                f"The field {each.name} of a row is made by field('{each.name}'): metadata, new_image and old_image "
                "are fields of the record alone."
            )
    check_names(made)
    return RowOf(made)


def list_of(element: AnyType) -> ListOf:
    """A DynamoDB list (L) whose elements are all of one type.

    A NULL among them does not fit (Flink's list serializer carries no nulls); a `list_of(FieldType.JSON)` takes any.
    """
    return ListOf(element)


def map_of(value: AnyType) -> MapOf:
    """A DynamoDB map (M) with any keys and values of one type; a value may be null."""
    return MapOf(value)


def set_of(element: FieldType) -> SetOf:
    """A DynamoDB set (SS, NS, BS): in Flink a list, in the order DynamoDB sends it.

    Args:
        element: STRING, LONG, INT, DOUBLE, DECIMAL or BYTES.

    Raises:
        ValueError: DynamoDB has no sets of such elements.
    """
    if not isinstance(element, FieldType) or element in (FieldType.BOOLEAN, FieldType.JSON):
        raise ValueError("A set has strings, numbers or bytes: set_of(FieldType.STRING); use list_of for other types.")
    return SetOf(element)


def column_json(field: Field) -> str:
    """A field as it crosses to Java."""
    return json.dumps(_plain(field))


def check_names(fields: Sequence[Field]) -> None:
    """Refuses two fields of one name in a row."""
    names = [each.name for each in fields]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"Fields need different names, and {', '.join(sorted(twice))} is given twice.")


def _attribute(
    origin: str, attribute: str, type: AnyType, name: str | None, aliases: Sequence[str], default: Any
) -> Field:
    if isinstance(aliases, str):
        raise ValueError(f"The aliases of {attribute} are a list of names: aliases=[{aliases!r}].")
    names = [attribute, *aliases]
    if twice := {each for each in names if names.count(each) > 1}:
        raise ValueError(f"The attribute {attribute} is looked for as {', '.join(sorted(twice))} twice.")
    made = Field(name or attribute, origin, attribute, type, tuple(aliases), default)
    column_json(made)  # a default of another type is refused here, not when the job starts
    return made


def _plain(field: Field) -> dict[str, Any]:
    plain: dict[str, Any] = {"name": field.name, "origin": field.origin, "attribute": field.attribute}
    plain["type"] = plain_type(field.type)
    if field.aliases:
        plain["aliases"] = list(field.aliases)
    if field.default is not None:
        plain["default"] = attribute_value(field.type, field.default, field.name)
    return plain


def plain_type(type: AnyType) -> Any:
    """A type as it crosses to Java.

    Raises:
        ValueError: there is no such type.
    """
    match type:
        case FieldType():
            return type.value
        case RowOf(fields):
            return {"row": [_plain(each) for each in fields]}
        case ListOf(element):
            return {"list": plain_type(element)}
        case MapOf(value):
            return {"map": plain_type(value)}
        case SetOf(element):
            return {"set": element.value}
        case _:
            raise ValueError(f"There is no field type {type!r}: use a FieldType, row_of, list_of, map_of or set_of.")
