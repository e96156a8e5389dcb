"""The commands for those who declare: `new-use-case`, `check` and `explain`."""

from __future__ import annotations

import json
import re
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from decision_store.errors import ActionableError
from decision_store.model.checks import check as check_all
from decision_store.model.declarations import NAME
from decision_store.model.discovery import installed_names, use_cases_folder
from decision_store.model.estimates import Prices
from decision_store.model.explaining import Circumstances
from decision_store.model.explaining import explain as explain_name
from decision_store.model.lock import ACCEPT
from decision_store.ops.check_report import console_here, from_here, json_of, print_report
from decision_store.ops.environment import settings_of
from decision_store.ops.new_use_case import files_of
from decision_store.resources import BUNDLED
from decision_store.settings import Settings

_PRICES = Prices()

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
    if BUNDLED in parent.parts:
        raise UseCaseError(
            "This is an installed release, whose own folder is no place for use cases: set USE_CASES_DIR to a folder of"
            " yours."
        )
    folder = parent / name
    if name in installed_names():
        raise UseCaseError(f"An installed package has the use case {name} already: choose another name.")
    if folder.exists():
        raise UseCaseError(f"{folder} is there already: choose another name, or change what is in it.")
    folder.mkdir()
    for file, text in files_of(name).items():
        (folder / file).write_text(text, encoding="utf-8")
    shown = from_here(folder)
    console_here().print(
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
        typer.echo(json.dumps(json_of(report, retention_ms, prices, written), indent=1, ensure_ascii=False))
    else:
        print_report(console_here(), report, retention_ms, prices, written)
    raise typer.Exit(1 if report.problems else 0)


def explain(
    name: Annotated[str, typer.Argument(help="NAME or USE_CASE.NAME")],
    write_price: WritePrice = _PRICES.write,
) -> None:
    """Says how a variable, enrichment or rule is computed, from which fields, what it costs and where it is read."""
    settings = settings_of(None)
    retention_ms = settings.assembly_retention_ms
    where = Circumstances(retention_ms, Prices(write=write_price), settings.decision_store_url)
    console = console_here()
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
