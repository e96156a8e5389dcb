"""What a row does to its item, and how much of the table the sink takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Nulls = Literal["omit", "write"]

WriteKind = Literal["PUT", "PUT_IF_NEWER", "UPDATE", "DELETE"]


@dataclass(frozen=True, slots=True)
class WriteMode:
    """What a row does to its item; made by `put`, `put_if_newer`, `update` and `delete`.

    Attributes:
        kind: which operation.
        version_field: the row field whose higher value wins; None: the last write wins.
        tombstone: the attribute that marks an item as deleted.
    """

    kind: WriteKind
    version_field: str | None = None
    tombstone: str | None = None


def put() -> WriteMode:
    """Replaces the item; the last write wins. Up to 25 items a request. Rows of kind DELETE delete."""
    return WriteMode("PUT")


def put_if_newer(version_field: str, tombstone: str | None = None) -> WriteMode:
    """Replaces the item; the highest version wins, whatever the order and however often a row comes.

    One request an item, and every write costs its capacity, also one that comes too late.

    Args:
        version_field: a field of the rows, LONG or INT, set in every row.
        tombstone: an attribute of your choice. A row that deletes leaves an item of its key, its version, its time to
            live and this attribute as true, so that an older row cannot bring the item back; readers pass over it.
            None: a row that deletes cannot be written.
    """
    return WriteMode("PUT_IF_NEWER", version_field, tombstone)


def update(version_field: str | None = None) -> WriteMode:
    """Changes single attributes, and makes the item if there is none; other attributes stay as they are.

    `attribute` fields are set, `added` fields are added to what the table holds; a null changes nothing (or becomes
    NULL, see `set_nulls`). One request an item.

    Args:
        version_field: LONG or INT, set in every row: a row that is not newer than its item changes nothing, so that
            additions count exactly once, also after a failure. None: the last write of an attribute wins, and a failure
            may repeat additions.
    """
    return WriteMode("UPDATE", version_field)


def delete() -> WriteMode:
    """Deletes the item, whatever the row's kind; rows need their key only. Up to 25 items a request."""
    return WriteMode("DELETE")


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much of the table the sink takes, all subtasks together; made by `auto` and `fixed`.

    Attributes:
        target_share: of what the table says it takes.
        write_units_per_second: instead of what the table says.
    """

    target_share: float
    write_units_per_second: float | None = None


def auto(target_share: float = 0.98) -> Capacity:
    """As much as the table takes.

    Args:
        target_share: of a provisioned table's write units, or of an on-demand table's maximum, if it has one: more than
            0 and at most 1. What the default leaves over is for the error of the measure; leave more to other writers.
    """
    return Capacity(target_share)


def fixed(write_units_per_second: float) -> Capacity:
    """So many write units a second, all subtasks together, whatever the table says."""
    return Capacity(1.0, write_units_per_second)
