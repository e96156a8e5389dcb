"""What must be reached, and the file of numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Goal:
    """What must be reached.

    Attributes:
        what: in a few words.
        found: the number of this run.
        least: it must be at least this; None where `most` is given.
        most: it must be at most this.
    """

    what: str
    found: float
    least: float | None = None
    most: float | None = None

    @property
    def reached(self) -> bool:
        """Whether it is."""
        return (self.least is None or self.found >= self.least) and (self.most is None or self.found <= self.most)

    def __str__(self) -> str:
        bound = f">= {self.least:g}" if self.least is not None else f"<= {self.most:g}"
        return f"{'reached' if self.reached else 'MISSED '}  {self.what}: {self.found:.3g} ({bound})"


def write_numbers(numbers: Mapping[str, float], path: Path) -> None:
    """Flat, as JSON, three digits after the point."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rounded = {name: round(number, 3) for name, number in numbers.items()}
    path.write_text(json.dumps(rounded, indent=2) + "\n")
