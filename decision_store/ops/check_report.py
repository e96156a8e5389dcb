"""What `decisions check` prints: what is declared, what it costs, what is pending and what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from decision_store.model.attributes import attributes
from decision_store.model.checks import CheckedUseCase, Report, estimates
from decision_store.model.estimates import (
    EVENTS,
    TYPICAL_DECISIONS_A_DAY,
    ItemEstimate,
    Prices,
    StateEstimate,
    entity_bytes,
    remembered_bytes,
)
from decision_store.model.lock import ACCEPT
from decision_store.model.plan import PlanEntity, PlanVariable
from decision_store.model.wording import aggregate_text, key_text, span_text

_PIPED_WIDTH = 200  # a file has no width of its own, and a cut name is of no use in it


def console_here() -> Console:
    """The terminal's; into a pipe it writes lines that are wide enough for every name."""
    console = Console()
    return console if console.is_terminal else Console(width=_PIPED_WIDTH)


def from_here(path: Path) -> Path:
    """A path as one would type it in this folder."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def print_report(console: Console, report: Report, retention_ms: int, prices: Prices, written: list[Path]) -> None:
    """Prints what is declared, what it costs, what is pending and what is wrong.

    Args:
        console: where to.
        report: of the check.
        retention_ms: how long decisions are remembered.
        prices: of DynamoDB.
        written: the locks that were just accepted.
    """
    for checked in report.use_cases:
        states, items = estimates(checked, retention_ms, prices)
        console.print(Text(checked.use_case.name, style="bold"), Text(f"({checked.use_case.origin})", style="dim"))
        if checked.entities:
            console.print(_variables_table(checked, states))
            console.print(_items_table(checked, states, items))
        if checked.enrichments:
            console.print(_enrichments_table(checked))
        if checked.rules:
            console.print(_rules_table(checked))
    entities = [entity for one in report.use_cases for entity in one.entities]
    if entities:
        console.print(
            f"State: bytes a key, with {TYPICAL_DECISIONS_A_DAY:g} decision a day, and with one in every hop. Of each"
            f" decision about {remembered_bytes(entities)} bytes are remembered for {span_text(retention_ms)}. Dollars:"
            f" at most, if each of {EVENTS:,} decisions changes the item; reads as the API reads. docs/use-cases.md"
            " says what is assumed.",
            style="dim",
            highlight=False,
        )
    for path in written:
        console.print(f"accepted: {from_here(path)}", highlight=False, soft_wrap=True)
    if not written:
        for sentence in report.pending:
            console.print(sentence, markup=False, highlight=False, soft_wrap=True)
        if report.pending and not report.problems:
            console.print(
                f"Nothing is wrong. `{ACCEPT}` writes this down; `decisions submit` asks for it.", markup=False
            )
    for sentence in report.problems:
        # On standard output: a check's findings are its result.
        console.print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    if report.problems:
        many = len(report.problems)
        console.print(f"{many} problem{'s' if many > 1 else ''}.", style="red")
    elif not report.pending or written:
        console.print("Nothing is wrong.")


def _variables_table(checked: CheckedUseCase, states: list[StateEstimate]) -> Table:
    table = _table("variable", "value", "key", "window / hop", "version", "state, typical", "worst", "attributes")
    for (entity, variable), state in zip(checked.variables(), states, strict=True):
        table.add_row(
            variable.name,
            Text(aggregate_text(variable)),
            Text(key_text(entity.key)),
            _window(variable),
            str(variable.version),
            f"{state.typical:,} B",
            _worst(state),
            ", ".join(attributes(variable)),
        )
    return table


def _items_table(checked: CheckedUseCase, states: list[StateEstimate], items: list[ItemEstimate]) -> Table:
    table = _table("item of", "bytes", "write units", "writes for 1 M decisions", "$", "1 M reads, $", "state a key")
    of_variables = iter(states)
    for entity, item in zip(checked.entities, items, strict=True):
        expiry = f" + {item.writes_on_expiry:,} as hops run out" if item.writes_on_expiry else ""
        table.add_row(
            Text(key_text(entity.key)),
            f"{item.bytes:,}",
            str(item.write_units),
            f"{item.writes_at_once:,}{expiry}",
            f"{item.write_dollars:.3f}",
            f"{item.read_dollars:.3f}",
            f"{entity_bytes(entity) + sum(next(of_variables).typical for _ in entity.variables):,} B",
        )
    return table


def _enrichments_table(checked: CheckedUseCase) -> Table:
    table = _table("enrichment", "value", "where", "same", "window")
    for one in checked.enrichments:
        window = "all that is remembered" if one.window_ms is None else span_text(one.window_ms)
        table.add_row(one.name, Text(aggregate_text(one)), Text(one.where or ""), ", ".join(one.same), window)
    return table


def _rules_table(checked: CheckedUseCase) -> Table:
    table = _table("rule", "flags a decision's event when")
    for one in checked.rules:
        table.add_row(one.name, Text(one.when))
    return table


def json_of(report: Report, retention_ms: int, prices: Prices, written: list[Path]) -> dict[str, Any]:
    """What `print_report` prints, for machines."""
    use_cases = {}
    for checked in report.use_cases:
        states, items = estimates(checked, retention_ms, prices)
        use_cases[checked.use_case.name] = {
            "origin": checked.use_case.origin,
            "variables": [
                _variable_json(entity, variable, state)
                for (entity, variable), state in zip(checked.variables(), states, strict=True)
            ],
            "items": [
                {
                    "key": [part.name for part in entity.key],
                    "bytes": item.bytes,
                    "write_units": item.write_units,
                    "writes_per_million": item.writes_at_once + item.writes_on_expiry,
                    "write_dollars_per_million": item.write_dollars,
                    "read_dollars_per_million": item.read_dollars,
                }
                for entity, item in zip(checked.entities, items, strict=True)
            ],
            "enrichments": [one.name for one in checked.enrichments],
            "rules": [one.name for one in checked.rules],
        }
    return {
        "ok": not report.problems,
        "problems": list(report.problems),
        "pending": [] if written else list(report.pending),
        "accepted": [str(path) for path in written],
        "use_cases": use_cases,
    }


def _variable_json(entity: PlanEntity, variable: PlanVariable, state: StateEstimate) -> dict[str, Any]:
    return {
        "name": variable.name,
        "version": variable.version,
        "value": aggregate_text(variable),
        "key": [part.name for part in entity.key],
        "where": variable.where,
        "window_ms": variable.window_ms,
        "hop_ms": variable.hop_ms if variable.window_ms is not None else None,
        "attributes": {
            name: f"list of {one.type}" if one.is_list else one.type for name, one in attributes(variable).items()
        },
        "state_bytes_typical": state.typical,
        "state_bytes_worst": state.worst,
    }


def _worst(state: StateEstimate) -> str:
    if state.worst is None:
        span = "" if state.kept_ms is None else f" of {span_text(state.kept_ms)}"
        return f"{state.bytes_a_decision} B a decision{span}"
    more = (
        f" (+{state.bytes_a_decision} a further decision)" if state.bytes_a_decision and state.hops is not None else ""
    )
    return f"{state.worst:,} B{more}"


def _window(variable: PlanVariable) -> str:
    if variable.window_ms is None:
        return "for ever"
    return f"{span_text(variable.window_ms)} / {span_text(variable.hop_ms)}"


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
