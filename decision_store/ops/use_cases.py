"""The commands for those who declare: `new-use-case`, `check` and `explain`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from decision_store.errors import ActionableError
from decision_store.model.attributes import attributes
from decision_store.model.checks import CheckedUseCase, Report, estimates
from decision_store.model.checks import check as check_all
from decision_store.model.declarations import NAME
from decision_store.model.discovery import use_cases_folder
from decision_store.model.estimates import EVENTS, TYPICAL_DECISIONS_A_DAY, ItemEstimate, Prices, StateEstimate
from decision_store.model.explaining import Circumstances
from decision_store.model.explaining import explain as explain_name
from decision_store.model.lock import ACCEPT
from decision_store.model.plan import PlanEntity, PlanVariable
from decision_store.model.wording import aggregate_text, key_text, span_text
from decision_store.ops.environment import settings_of
from decision_store.ops.new_use_case import files_of
from decision_store.settings import Settings

_PRICES = Prices()
_PIPED_WIDTH = 200  # a file has no width of its own, and a cut name is of no use in it

WritePrice = Annotated[float, typer.Option(help="dollars a million DynamoDB write request units", min=0)]
ReadPrice = Annotated[float, typer.Option(help="dollars a million DynamoDB read request units", min=0)]


class UseCaseError(ActionableError):
    """A use case cannot be made; the message says why."""


def new_use_case(
    name: Annotated[str, typer.Argument(help="of the use case: lower-case letters, digits and _")],
) -> None:
    """Makes a use case that works, with a test: use_cases/NAME/, or below USE_CASES_DIR."""
    if not re.fullmatch(NAME, name):
        raise UseCaseError(
            f"{name!r} cannot be a use case's name: a name has lower-case letters, digits and _, a letter first, 64 at"
            " most."
        )
    parent = use_cases_folder()
    folder = parent / name
    if folder.exists():
        raise UseCaseError(f"{folder} is there already: choose another name, or change what is in it.")
    folder.mkdir()
    for file, text in files_of(name).items():
        (folder / file).write_text(text, encoding="utf-8")
    shown = _from_here(folder)
    _console().print(
        f"{shown} has two variables, and a test of them that passes. Next:\n"
        f"  edit {shown / 'variables.py'}\n"
        f"  decisions check                        # types, keys, windows; what it costs\n"
        f"  python -m pytest {shown}\n"
        f"  {ACCEPT}               # writes {shown / 'lock.json'}: commit it with the rest\n"
        f"  decisions submit variables             # computes them; docs/your-first-variable.md goes on from here",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def check(
    accept: Annotated[bool, typer.Option("--accept", help="write lock.json when nothing is wrong")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
    write_price: WritePrice = _PRICES.write,
    read_price: ReadPrice = _PRICES.read,
) -> None:
    """Checks every declaration and says what it costs. Exit code 1 if anything is wrong; all of it is told."""
    retention_ms = Settings().assembly_retention_ms
    prices = Prices(write_price, read_price)
    report = check_all(retention_ms)
    written = report.accept() if accept and not report.problems else []
    if as_json:
        typer.echo(json.dumps(_as_json(report, retention_ms, prices, written), indent=1, ensure_ascii=False))
    else:
        _print_report(report, retention_ms, prices, written)
    raise typer.Exit(1 if report.problems else 0)


def explain(
    name: Annotated[str, typer.Argument(help="NAME or USE_CASE.NAME")],
    write_price: WritePrice = _PRICES.write,
) -> None:
    """Says how a variable, enrichment or rule is computed, from which fields, what it costs and where it is read."""
    settings = settings_of(None)
    retention_ms = settings.assembly_retention_ms
    where = Circumstances(retention_ms, Prices(write=write_price), settings.decision_store_url)
    console = _console()
    for index, one in enumerate(explain_name(name, check_all(retention_ms).use_cases, where)):
        if index:
            console.print()
        console.print(Text(one.title, style="bold"))
        console.print(Text(one.sentence))
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        table.add_column(style="dim", no_wrap=True)
        table.add_column(overflow="fold")
        for label, text in one.details:
            table.add_row(label, Text(text))
        console.print(table)


def _print_report(report: Report, retention_ms: int, prices: Prices, written: list[Path]) -> None:
    console = _console()
    for checked in report.use_cases:
        states, items = estimates(checked, retention_ms, prices)
        console.print(Text(checked.use_case.name, style="bold"), Text(f"({checked.use_case.origin})", style="dim"))
        if checked.entities:
            console.print(_variables_table(checked, states))
            console.print(_items_table(checked, items))
        if checked.enrichments:
            console.print(_enrichments_table(checked))
        if checked.rules:
            console.print(_rules_table(checked))
    if any(one.entities for one in report.use_cases):
        console.print(
            f"State: bytes a key, with {TYPICAL_DECISIONS_A_DAY:g} decision a day, and with one in every hop."
            f" Dollars: at most, if each of {EVENTS:,} decisions changes the item; reads as the API reads."
            " docs/use-cases.md says what is assumed.",
            style="dim",
            highlight=False,
        )
    for path in written:
        console.print(f"accepted: {_from_here(path)}", highlight=False, soft_wrap=True)
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
        more = f" (+{state.bytes_a_decision} a further decision)" if state.bytes_a_decision else ""
        table.add_row(
            variable.name,
            Text(aggregate_text(variable)),
            Text(key_text(entity.key)),
            _window(variable),
            str(variable.version),
            f"{state.typical:,} B",
            f"{state.worst:,} B{more}",
            ", ".join(attributes(variable)),
        )
    return table


def _items_table(checked: CheckedUseCase, items: list[ItemEstimate]) -> Table:
    table = _table("item of", "bytes", "write units", "writes for 1 M decisions", "$", "1 M reads, $")
    for entity, item in zip(checked.entities, items, strict=True):
        expiry = f" + {item.writes_on_expiry:,} as hops run out" if item.writes_on_expiry else ""
        table.add_row(
            Text(key_text(entity.key)),
            f"{item.bytes:,}",
            str(item.write_units),
            f"{item.writes_at_once:,}{expiry}",
            f"{item.write_dollars:.3f}",
            f"{item.read_dollars:.3f}",
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


def _as_json(report: Report, retention_ms: int, prices: Prices, written: list[Path]) -> dict[str, Any]:
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


def _window(variable: PlanVariable) -> str:
    if variable.window_ms is None:
        return "for ever"
    return f"{span_text(variable.window_ms)} / {span_text(variable.hop_ms)}"


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=_PIPED_WIDTH)


def _from_here(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
