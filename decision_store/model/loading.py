"""Runs what departments wrote, and says of a mistake in which line of their file it is."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

from decision_store.model.declarations import DeclarationError


def run_file(use_case: str, file: Path) -> ModuleType:
    """Runs a file of a use case's folder; it may import its neighbours (`from .fields import BANDS`).

    Its modules are forgotten afterwards: so every call sees the files as they are, and functions that travel to Flink's
    Python workers travel whole instead of by a name that is unknown there.

    Raises:
        DeclarationError: it cannot be run; file and line are named.
    """
    package = f"decision_store_use_cases.{use_case}"
    with _forgotten_afterwards(package), told_with_line(use_case, file.parent, file.name):
        parent = ModuleType(package)
        parent.__path__ = [str(file.parent)]
        name = f"{package}.{file.stem}"
        spec = importlib.util.spec_from_file_location(name, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[package], sys.modules[name] = parent, module
        spec.loader.exec_module(module)
        return module


def load_package(use_case: str, entry_point: EntryPoint) -> ModuleType:
    """Imports the package that an entry point names.

    Raises:
        DeclarationError: it cannot be imported; file and line are named if the mistake is in it.
    """
    with told_with_line(use_case, _folder_of(entry_point.module), f"the package {entry_point.module}"):
        module = entry_point.load()
    if not isinstance(module, ModuleType):
        raise DeclarationError(
            f"use case {use_case}: its entry point {entry_point.value} is {module!r}: name a module or package"
        )
    return module


def declared_in(package: ModuleType, kind: str, use_case: str) -> ModuleType | None:
    """The module of an installed use case that declares a kind of thing: itself, or its submodule; None if neither."""
    if hasattr(package, kind.upper()):
        return package
    if not hasattr(package, "__path__") or importlib.util.find_spec(f"{package.__name__}.{kind}") is None:
        return None
    with told_with_line(use_case, Path(package.__path__[0]), f"{package.__name__}.{kind}"):
        return importlib.import_module(f"{package.__name__}.{kind}")


def line_of(file: Path, name: str) -> int | None:
    """The line that declares `name`, as `Variable("declines_30d", …)` or `def risk_band`; None if there is none."""
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == name:  # a step
            return node.lineno
        if isinstance(node, ast.Call):
            named = [argument.value for argument in node.keywords if argument.arg == "name"]
            first = (*node.args[:1], *named)[:1]
            if any(isinstance(one, ast.Constant) and one.value == name for one in first):
                return node.lineno
    return None


def place(file: Path, line: int | None = None) -> str:
    """A file as messages name it: from here if it is below, with its line."""
    here = Path.cwd()
    shown = file.relative_to(here) if file.is_relative_to(here) else file
    return f"{shown}:{line}" if line else str(shown)


@contextmanager
def told_with_line(use_case: str, folder: Path | None, what: str) -> Iterator[None]:
    """Turns whatever the code of a use case raises into a sentence with its file and line, without frames of ours.

    Args:
        use_case: its name.
        folder: of its files; the innermost line in it is named.
        what: is run, as the sentence says it.
    """
    try:
        yield
    except SyntaxError as broken:
        shown = f"\n{_marked(broken)}" if broken.text else ""
        where = f"{place(Path(broken.filename), broken.lineno)}: " if broken.filename else ""
        raise DeclarationError(f"{where}use case {use_case}: {what} cannot be read: {broken.msg}{shown}") from None
    except (Exception, SystemExit) as broken:
        frames = [] if folder is None else _frames_in(folder, broken)
        where = f"{place(Path(frames[-1].filename), frames[-1].lineno)}: " if frames else ""
        line = f"\n    {frames[-1].line}" if frames and frames[-1].line else ""
        said = str(broken) if isinstance(broken, DeclarationError) else f"{what} cannot be run: {broken!r}"
        raise DeclarationError(f"{where}use case {use_case}: {said}{line}") from broken


def _frames_in(folder: Path, broken: BaseException) -> list[traceback.FrameSummary]:
    frames = traceback.extract_tb(broken.__traceback__)
    return [frame for frame in frames if Path(frame.filename).is_relative_to(folder)]


def _marked(broken: SyntaxError) -> str:
    text = (broken.text or "").rstrip("\n")
    stripped = text.lstrip()
    column = max((broken.offset or 1) - 1 - (len(text) - len(stripped)), 0)
    return f"    {stripped}\n    {' ' * column}^"


@contextmanager
def _forgotten_afterwards(package: str) -> Iterator[None]:
    try:
        yield
    finally:
        for name in [name for name in list(sys.modules) if name == package or name.startswith(f"{package}.")]:
            del sys.modules[name]


def _folder_of(module: str) -> Path | None:
    try:
        spec: Any = importlib.util.find_spec(module)
    except (ImportError, AttributeError, ValueError):
        return None
    return Path(spec.origin).parent if spec is not None and spec.origin else None
