"""What a comparison says: counts by place, and each difference by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """How a place differs from the decision table."""

    MISSING = "missing"
    DUPLICATE = "duplicate"
    STALE = "stale"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference.

    Attributes:
        kind: how it differs.
        subject: the decision's id; of variables, the entity's key and the use case.
        revision: of the event; None where there is none.
        what: a clause that says the rest; never a value of a decision.
    """

    kind: Kind
    subject: str
    revision: int | None
    what: str


@dataclass(frozen=True, slots=True)
class PlaceReport:
    """What was found at one place.

    Attributes:
        place: its name.
        expected: how many records must be there.
        found: how many of those are there.
        differences: everything that is wrong.
        redelivered: repeats that at-least-once allows.
    """

    place: str
    expected: int
    found: int
    differences: tuple[Difference, ...]
    redelivered: int = 0

    def count(self, kind: Kind) -> int:
        """How many differences of one kind there are."""
        return sum(difference.kind is kind for difference in self.differences)

    def as_json(self, cap: int) -> dict[str, Any]:
        """Counts and the first `cap` differences."""
        return {
            "place": self.place,
            "expected": self.expected,
            "found": self.found,
            "redelivered": self.redelivered,
            **{kind.value: self.count(kind) for kind in Kind},
            "differences": [
                {"kind": one.kind.value, "subject": one.subject, "revision": one.revision, "what": one.what}
                for one in self.differences[:cap]
            ],
        }


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """The verdict.

    Attributes:
        decisions: in the table.
        complete: of these, how many are complete.
        parts: valid items.
        invalid: items written past the API that no decision is made of.
        places: one report each.
    """

    decisions: int
    complete: int
    parts: int
    invalid: int
    places: Sequence[PlaceReport]

    @property
    def clean(self) -> bool:
        """Whether nothing differs."""
        return not self.difference_count

    @property
    def difference_count(self) -> int:
        """Differences at all places."""
        return sum(len(place.differences) for place in self.places)

    def as_json(self, cap: int) -> dict[str, Any]:
        """The report as plain data, with at most `cap` differences a place."""
        return {
            "clean": self.clean,
            "table": {
                "decisions": self.decisions,
                "complete": self.complete,
                "parts": self.parts,
                "invalid": self.invalid,
            },
            "places": [place.as_json(cap) for place in self.places],
        }
