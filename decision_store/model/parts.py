"""A part: one append-only item of the decision table. A correction is a new part with a higher revision."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

YEAR_10000_MS = 253_402_300_800_000  # a time in microseconds is beyond it, and refused
MAX_REVISION = 999_999  # the sort key holds six digits
MAX_ID_LENGTH = 256  # characters; well below DynamoDB's key limits of 2,048 and 1,024 bytes, also in UTF-8
CHECK_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
SCHEMA_REFERENCE = re.compile(r"(?P<subject>[a-z][a-z0-9_-]*):(?P<version>[1-9][0-9]{0,8})")


class PartKind(StrEnum):
    """What a part is of a decision."""

    REQUEST = "request"
    CHECK = "check"
    OUTCOME = "outcome"


class InvalidPartError(ValueError):
    """A part that breaks the contract; the message names the field."""


@dataclass(frozen=True, slots=True)
class Part:
    """One revision of one part of a decision.

    Attributes:
        decision_id: chosen by the policy; 1 to 256 characters.
        kind: request, check or outcome.
        name: the check's name, None for request and outcome.
        revision: 1 to 999,999; counts the corrections of this part.
        customer_id: whose decision it is; 1 to 256 characters.
        event_time: epoch milliseconds, by the producer's clock; before the year 10000.
        schema: `subject:version` that the payload conforms to.
        payload: the JSON text exactly as posted.

    Raises:
        InvalidPartError: a field breaks the contract.
    """

    decision_id: str
    kind: PartKind
    name: str | None
    revision: int
    customer_id: str
    event_time: int
    schema: str
    payload: str

    def __post_init__(self) -> None:
        check_identifier("decision_id", self.decision_id)
        check_identifier("customer_id", self.customer_id)
        if not 1 <= self.revision <= MAX_REVISION:
            raise InvalidPartError(f"revision: expected 1 to {MAX_REVISION}, got {self.revision}")
        if not 0 <= self.event_time < YEAR_10000_MS:
            raise InvalidPartError(f"event_time: expected epoch milliseconds, got {self.event_time}")
        if self.kind is PartKind.CHECK:
            if self.name is None or not CHECK_NAME.fullmatch(self.name):
                raise InvalidPartError(f"name: expected lower-case letters, digits and _, got {self.name!r}")
        elif self.name is not None:
            raise InvalidPartError(f"name: only a check has one, and this is the {self.kind}")
        reference = SCHEMA_REFERENCE.fullmatch(self.schema)
        if reference is None:
            raise InvalidPartError(f"schema: expected subject:version, got {self.schema!r}")
        if reference["subject"] != self.subject:
            raise InvalidPartError(f"schema: a {self.label} needs subject {self.subject}, got {reference['subject']}")

    @property
    def label(self) -> str:
        """`request`, `check#credit` or `outcome`: what a revision is counted for."""
        return self.kind.value if self.name is None else f"{self.kind.value}#{self.name}"

    @property
    def sort_key(self) -> str:
        """The table's sort key, for example `check#credit#000002`."""
        return f"{self.label}#{self.revision:06d}"

    @property
    def subject(self) -> str:
        """The registry subject the payload's schema must come from."""
        return subject_of(self.kind, self.name)

    @property
    def schema_version(self) -> int:
        """The version in `schema`."""
        return int(self.schema.rpartition(":")[2])

    def to_item(self) -> dict[str, str | int]:
        """The part as the attributes of a table item (plain Python values)."""
        item: dict[str, str | int] = {
            "decision_id": self.decision_id,
            "part_revision": self.sort_key,
            "part": self.kind.value,
            "revision": self.revision,
            "customer_id": self.customer_id,
            "event_time": self.event_time,
            "schema": self.schema,
            "payload": self.payload,
        }
        if self.name is not None:
            item["name"] = self.name
        if self.kind is PartKind.REQUEST:
            item["requested_at"] = self.event_time
        return item

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Part:
        """The part in a table item whose numbers are int or Decimal.

        Raises:
            InvalidPartError: an attribute is missing, has the wrong type, or breaks the contract.
        """
        kind = _text(item, "part")
        if kind not in set(PartKind):
            raise InvalidPartError(f"part: expected request, check or outcome, got {kind!r}")
        part = cls(
            decision_id=_text(item, "decision_id"),
            kind=PartKind(kind),
            name=_text(item, "name") if item.get("name") is not None else None,
            revision=_whole_number(item, "revision"),
            customer_id=_text(item, "customer_id"),
            event_time=_whole_number(item, "event_time"),
            schema=_text(item, "schema"),
            payload=_text(item, "payload"),
        )
        if _text(item, "part_revision") != part.sort_key:
            raise InvalidPartError(f"part_revision: expected {part.sort_key}, got {item['part_revision']!r}")
        return part


def subject_of(kind: PartKind, name: str | None) -> str:
    """The registry subject of a part: `decision-request`, `check-<name>` or `decision-outcome`."""
    return f"check-{name}" if kind is PartKind.CHECK else f"decision-{kind.value}"


def check_identifier(field: str, value: str) -> None:
    """Refuses an identifier that is empty, too long, or holds control characters or lone surrogates.

    Raises:
        InvalidPartError: naming `field`.
    """
    if not 1 <= len(value) <= MAX_ID_LENGTH:
        raise InvalidPartError(f"{field}: expected 1 to {MAX_ID_LENGTH} characters, got {len(value)}")
    if any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in value):
        raise InvalidPartError(f"{field}: control characters are not allowed")


def _text(item: Mapping[str, Any], field: str) -> str:
    value = item.get(field)
    if not isinstance(value, str):
        raise InvalidPartError(f"{field}: expected string, got {_type_name(value)}")
    return value


def _whole_number(item: Mapping[str, Any], field: str) -> int:
    value = item.get(field)
    if not isinstance(value, int | Decimal) or isinstance(value, bool) or value != int(value):
        raise InvalidPartError(f"{field}: expected whole number, got {_type_name(value)}")
    return int(value)


def _type_name(value: object) -> str:
    names = {type(None): "nothing", bool: "boolean", str: "string", list: "list", dict: "map"}
    return names.get(type(value), "number" if hasattr(value, "__int__") else "something else")
