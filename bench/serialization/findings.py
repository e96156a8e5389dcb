"""What a run has found: the numbers by name, the table, and what must be reached."""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Column, Table

from bench.goals import Goal
from bench.serialization.scenarios import CarriedSpan, Parts

KRYO, ROWS, PICKLED, PYTHON_ROWS = "generic_kryo", "typed_rows", "pyflink_pickled", "pyflink_rows"
KRYO_MAP = "generic_kryo_map"
GENERIC = KRYO
"""What `runtime_cut_generic_to_rows` and its goal begin with."""
CUT = 0.85


@dataclass
class Findings:
    """Filled kind by kind; what was not run is left out everywhere.

    Attributes:
        spans: by kind, of the whole pipeline.
        parts: by kind.
    """

    spans: dict[str, CarriedSpan] = field(default_factory=dict)
    parts: dict[str, Parts] = field(default_factory=dict)

    def add(self, span: CarriedSpan) -> None:
        """What the whole pipeline did."""
        self.spans[span.name] = span

    def add_parts(self, parts: Parts) -> None:
        """What it did without some of what it has."""
        self.parts[parts.full.name] = parts

    def numbers(self) -> dict[str, float]:
        """Flat, as bench/results/serialization.json has them; seconds are of a million records."""
        found: dict[str, float] = {}
        for name, cut in (
            ("runtime_cut_generic_to_rows", self.cut(GENERIC)),
            ("runtime_cut_kryo_to_rows", self.cut(KRYO)),
            ("runtime_cut_kryo_map_to_rows", self.cut(KRYO_MAP)),
            ("runtime_cut_pickled_to_rows", self.cut(PICKLED)),
            ("cpu_cut_generic_to_rows", self._cpu_cut()),
        ):
            if cut is not None:
                found[name] = cut
        for who, span in self.spans.items():
            found |= {
                f"{who}_seconds": span.seconds_per_million,
                f"cpu_us_per_record_{who}": span.cpu_us_per_record,
                f"bytes_per_record_{who}": span.bytes_per_record,
                f"state_bytes_{who}": span.state_bytes,
            }
        for who, parts in self.parts.items():
            found |= {
                f"{who}_edges_seconds": parts.edges,
                f"{who}_state_seconds": parts.state,
                f"{who}_copies_seconds": parts.copies,
            }
        found |= {f"cut_share_{part}": share for part, share in self.shares().items()}
        return found | {f"pickled_cut_share_{part}": share for part, share in self.shares_in_python().items()}

    def cut(self, kind: str) -> float | None:
        """By how much of its runtime typed rows are faster; None: one of both was not run."""
        if kind not in self.spans or ROWS not in self.spans:
            return None
        return 1 - self.spans[ROWS].seconds_per_million / self.spans[kind].seconds_per_million

    def shares(self) -> dict[str, float]:
        """Where the cut from Kryo to typed rows comes from; the shares are 1 together."""
        if KRYO not in self.parts or ROWS not in self.parts:
            return {}
        kryo, rows = self.parts[KRYO], self.parts[ROWS]
        whole = kryo.full.seconds_per_million - rows.full.seconds_per_million
        return {
            "edges": (kryo.edges - rows.edges) / whole,
            "state": (kryo.state - rows.state) / whole,
            "copies": (kryo.copies - rows.copies) / whole,
        }

    def shares_in_python(self) -> dict[str, float]:
        """Where the cut from PyFlink's pickled bytes comes from: pickling, or Python and the way to it."""
        if not {PICKLED, PYTHON_ROWS, ROWS} <= self.spans.keys():
            return {}
        pickled, in_python, rows = (self.spans[kind].seconds_per_million for kind in (PICKLED, PYTHON_ROWS, ROWS))
        whole = pickled - rows
        return {"pickling": (pickled - in_python) / whole, "python": (in_python - rows) / whole}

    def goals(self) -> list[Goal]:
        """Those whose kinds were run."""
        cut = self.cut(GENERIC)
        return [] if cut is None else [Goal("runtime cut from generic types to typed rows", cut, least=CUT)]

    def show(self, console: Console) -> None:
        """Prints the table."""
        titles = ("s/million", "records/s", "CPU µs/record", "bytes on the edges", "state, kB", "typed rows cut")
        table = Table(Column("", no_wrap=True), *titles)
        for who, span in self.spans.items():
            cut = self.cut(who)
            table.add_row(
                who,
                f"{span.seconds_per_million:.2f}",
                f"{span.rate:,.0f}",
                f"{span.cpu_us_per_record:.1f}",
                f"{span.bytes_per_record:,.0f}",
                f"{span.state_bytes / 1e3:,.0f}",
                "" if cut is None or who == ROWS else f"{cut:.1%}",
            )
        console.print(table)
        for who, parts in self.parts.items():
            line = f"edges {parts.edges:.2f}, state {parts.state:.2f}, copies {parts.copies:.2f} s/million"
            console.print(f"{who}: {line}", highlight=False)
        for kind, shares in ((KRYO, self.shares()), (PICKLED, self.shares_in_python())):
            if shares:
                told = ", ".join(f"{part} {share:.0%}" for part, share in shares.items())
                console.print(f"of the cut from {kind} to {ROWS}: {told}", highlight=False)
        for goal in self.goals():
            console.print(str(goal), highlight=False)

    def _cpu_cut(self) -> float | None:
        if KRYO not in self.spans or ROWS not in self.spans:
            return None
        return 1 - self.spans[ROWS].cpu_us_per_record / self.spans[KRYO].cpu_us_per_record
