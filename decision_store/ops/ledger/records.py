"""What the ledger reads at each place, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

Event = Mapping[str, Any]  # in the shape of schemas/decision-event.avsc, times as epoch milliseconds
Variables = Mapping[tuple[str, str], Mapping[str, Any]]  # values by attribute, by (entity, use case)


SKETCH_ERROR = 0.1  # four standard errors (2.3 %) of the sketch that the job counts by above a variable's bound


@dataclass(frozen=True, slots=True)
class DistinctCount:
    """What a `distinct` must be: exact up to its bound, above it an estimate that takes no correction back.

    Attributes:
        exact: the number of values in the newest revisions.
        bound: up to which the job counts exactly.
    """

    exact: int
    bound: int

    def allows(self, found: Any) -> bool:
        """Whether the job may say this."""
        if not isinstance(found, int) or isinstance(found, bool):
            return found is None and self.exact == 0
        estimate = found > self.bound * (1 - SKETCH_ERROR) and found >= self.exact * (1 - SKETCH_ERROR)
        return found == self.exact or estimate


class Identity(NamedTuple):
    """What makes two events the same."""

    decision_id: str
    revision: int


class ItemKey(NamedTuple):
    """The key of an item of the decision table."""

    decision_id: str
    part_revision: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the topic of decision events.

    Attributes:
        partition: of the topic.
        offset: in the partition.
        key: as written.
        event: the decoded value, what it says of other decisions included; None when it cannot be decoded.
        problem: why it cannot be decoded.
    """

    partition: int
    offset: int
    key: bytes | None
    event: Event | None
    problem: str = ""

    @property
    def position(self) -> str:
        """Where it is, for people."""
        return f"partition {self.partition}, offset {self.offset}"


@dataclass(frozen=True, slots=True)
class ArchivedEvent:
    """A row of the archive.

    Attributes:
        file: the key of its file in the bucket.
        event: the row; None when the file, or the row's shape, cannot be read.
        problem: why not.
        date: of the partition folder, `YYYY-MM-DD`; "" when the file lies outside of any.
    """

    file: str
    event: Event | None
    problem: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message of the dead-letter topic.

    Attributes:
        position: where it is, for people.
        item: the key of the item it is about; None when it cannot be told.
        event_kind: INSERT, MODIFY or REMOVE; "" when not told.
        stage: of the job that refused it.
    """

    position: str
    item: ItemKey | None
    event_kind: str = ""
    stage: str = ""


def identity_of(event: Event) -> Identity:
    """The identity of an event."""
    return Identity(event["decision_id"], event["revision"])


OF_OTHERS = frozenset({"history", "enrichments", "flags"})
"""What an event says of other decisions: it depends on what was known when the event was emitted."""


def without_others(event: Event) -> dict[str, Any]:
    """The event without what it says of other decisions."""
    return {name: value for name, value in event.items() if name not in OF_OTHERS}


def first_difference(expected: Any, found: Any, path: str = "") -> str:
    """The path of the first field that differs (values are personal data and are not shown); "" when none does."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for name in [*expected, *(name for name in found if name not in expected)]:
            below = f"{path}.{name}" if path else str(name)
            if name not in expected or name not in found:
                return below
            if difference := first_difference(expected[name], found[name], below):
                return difference
        return ""
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for i, (one, other) in enumerate(zip(expected, found, strict=True)):
            if difference := first_difference(one, other, f"{path}[{i}]"):
                return difference
        return ""
    return "" if expected == found else path or "the value"
