"""What a run of the sink's benchmark has found: the numbers by name, the table, and what must be reached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Column, Table

from bench.goals import Goal
from bench.sink.scenarios import CAPACITY, HotPartition, Raise
from bench.sink.writing import WriteSpan

OURS, OFFICIAL = "ours", "official"


@dataclass
class Findings:
    """Filled scenario by scenario and contender by contender; what was not run is left out everywhere.

    Attributes:
        spans: by scenario and contender.
        hot: by scenario and contender.
        raises: by contender.
    """

    spans: dict[str, dict[str, WriteSpan]] = field(default_factory=dict)
    hot: dict[str, dict[str, HotPartition]] = field(default_factory=dict)
    raises: dict[str, Raise] = field(default_factory=dict)

    def add(self, scenario: str, span: WriteSpan) -> None:
        """What a contender did."""
        self.spans.setdefault(scenario, {})[span.name] = span

    def add_hot(self, scenario: str, found: HotPartition) -> None:
        """What a contender did with a hot partition."""
        self.add(scenario, found.span)
        self.hot.setdefault(scenario, {})[found.span.name] = found

    def add_raise(self, scenario: str, found: Raise) -> None:
        """What a contender did with a capacity that was raised."""
        self.add(scenario, found.span)
        self.raises[found.span.name] = found

    def numbers(self) -> dict[str, float]:
        """Flat, as bench/results/sink.json has them."""
        found: dict[str, float] = {}
        for scenario, span in self._spans():
            who = span.name
            found |= {
                f"{scenario}_{who}": span.items_per_second,
                f"{scenario}_rows_per_s_{who}": span.rate,
                f"{scenario}_cpu_us_per_item_{who}": span.cpu_us_per_item,
                f"{scenario}_p50_ms_{who}": span.written.p50_ms,
                f"{scenario}_p99_ms_{who}": span.written.p99_ms,
                f"{scenario}_server_cpus_{who}": span.server_cpu_share,
                f"{scenario}_stale_writes_{who}": span.written.stale,
                f"{scenario}_overlapping_writes_{who}": span.written.overlapping,
            }
        for who, span in self.spans.get("provisioned", {}).items():
            found[f"provisioned_{_of(who)}used_share"] = span.written.used_share(CAPACITY)
            found[f"provisioned_{_of(who)}refused_share"] = span.written.refused_share
        for scenario, by_contender in self.hot.items():
            for who, hot in by_contender.items():
                found[f"{scenario}_{_of(who)}others_share"] = hot.others_share
                found[f"{scenario}_{_of(who)}refused_share"] = hot.span.written.refused_share
        for who, raised in self.raises.items():
            watched = raised.span.written.seconds - raised.changed_at
            found[f"capacity_raise_{_of(who)}seconds"] = watched if raised.seconds is None else raised.seconds
            found[f"capacity_raise_{_of(who)}reached"] = raised.seconds is not None
            found[f"capacity_raise_{_of(who)}refused_share"] = raised.span.written.refused_share
        for scenario, span in self._spans():
            if span.ended is not None:
                found[f"{scenario}_{_of(span.name)}lost"] = span.ended.lost
                found[f"{scenario}_{_of(span.name)}stale"] = span.ended.stale
                found[f"{scenario}_{_of(span.name)}keys"] = span.ended.keys
                found[f"{scenario}_{_of(span.name)}ended"] = span.ended.in_time
        return found

    def goals(self) -> list[Goal]:
        """Those whose scenarios were run."""
        goals = []
        demand = self.spans.get("on_demand", {})
        if OURS in demand and OFFICIAL in demand:
            ours, official = demand[OURS], demand[OFFICIAL]
            goals.append(Goal("on demand, times official", _times(ours, official), least=1.3))
            cost = ours.cpu_us_per_item / official.cpu_us_per_item
            goals.append(Goal("on demand, processor time an item, of the official one's", cost, most=1))
        lives = self.spans.get("live", {})
        if OURS in lives and OFFICIAL in lives:
            bound = lives[OFFICIAL].written.p99_ms
            goals.append(Goal("live, p99 ms, against the official one's", lives[OURS].written.p99_ms, most=bound))
        if span := self.spans.get("provisioned", {}).get(OURS):
            goals.append(Goal("provisioned, share of the units used", span.written.used_share(CAPACITY), least=0.97))
            goals.append(Goal("provisioned, share of the items refused", span.written.refused_share, most=0.02))
        if hot := self.hot.get("hot_partition", {}).get(OURS):
            goals.append(Goal("hot partition, share of the others' rows accepted", hot.others_share, least=0.95))
        if raised := self.raises.get(OURS):
            seconds = float("inf") if raised.seconds is None else raised.seconds
            goals.append(Goal("capacity raised, seconds until it is used", seconds, most=10))
        for scenario in ("unprocessed", "near_versions_unprocessed"):
            if (span := self.spans.get(scenario, {}).get(OURS)) and span.ended:
                goals.append(Goal(f"{scenario}, keys that lost their newest version", span.ended.lost, most=0))
                goals.append(Goal(f"{scenario}, items over a newer version", span.ended.stale, most=0))
        if (span := self.spans.get("unprocessed", {}).get(OURS)) and OURS in demand:
            goals.append(Goal("unprocessed, items/s of those on demand", _times(span, demand[OURS]), least=0.85))
        near, left = (self.spans.get(name, {}).get(OURS) for name in ("near_versions", "near_versions_unprocessed"))
        if near and left:
            # Rows, since what waits longer is joined more often and is then not written by itself.
            goals.append(Goal("near versions, rows/s of those without", left.rate / near.rate, least=0.85))
        return goals

    def show(self, console: Console, missing: str | None) -> None:
        """Prints the table.

        Args:
            console: where to.
            missing: why the peer's rows are not there.
        """
        titles = (
            "",
            "items/s",
            "rows/s",
            "times official",
            "refused",
            "CPU µs/item",
            "p50 ms",
            "p99 ms",
            "server's CPU",
        )
        table = Table(Column("", no_wrap=True), *titles, Column("", no_wrap=True))
        for scenario, by_contender in self.spans.items():
            official = by_contender.get(OFFICIAL)
            table.add_section()
            table.add_row(f"[bold]{scenario}")
            for who, span in by_contender.items():
                times = _times(span, official) if official and who != OFFICIAL else None
                table.add_row(
                    f"  {who}",
                    f"{span.items_per_second:,.0f}",
                    f"{span.rate:,.0f}",
                    "" if times is None else f"{times:.2f}",
                    f"{span.written.refused_share:.1%}",
                    f"{span.cpu_us_per_item:.1f}",
                    f"{span.written.p50_ms:,.0f}",
                    f"{span.written.p99_ms:,.0f}",
                    f"{span.server_cpu_share:.2f}",
                    self._remark(scenario, span),
                )
            if missing:
                table.add_row("  official", *[""] * len(titles), missing)
        console.print(table)
        for goal in self.goals():
            console.print(str(goal), highlight=False)

    def _remark(self, scenario: str, span: WriteSpan) -> str:
        if scenario == "provisioned":
            return f"{span.written.used_share(CAPACITY):.1%} of the units used"
        if scenario in self.hot:
            return f"{self.hot[scenario][span.name].others_share:.1%} of the others' rows"
        if scenario == "capacity_raise":
            seconds = self.raises[span.name].seconds
            return "not reached" if seconds is None else f"reached after {seconds:.1f} s"
        if span.ended is not None:
            found = f"{span.ended.lost:,} of {span.ended.keys:,} keys lost, {span.ended.stale:,} stale"
            return found if span.ended.in_time else f"not ended, {found}"
        return ""

    def _spans(self) -> Iterable[tuple[str, WriteSpan]]:
        for scenario, by_contender in self.spans.items():
            for span in by_contender.values():
                yield scenario, span


def _times(span: WriteSpan, other: WriteSpan) -> float:
    return span.items_per_second / other.items_per_second if other.items_per_second else float("inf")


def _of(who: str) -> str:
    """Ours is the one that numbers are about unless they say otherwise."""
    return "" if who == OURS else f"{who}_"
