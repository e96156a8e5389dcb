"""Where what the departments declare is found.

A use case is a folder `use_cases/NAME/` with at least one of `variables.py` (VARIABLES), `enrichments.py`
(ENRICHMENTS), `rules.py` (RULES) and `steps.py` (STEPS), each of which may have FIELDS; or an installed package that
names itself in the entry point group `decision_store.use_cases`, whose module, or its submodules of these names, hold
the same lists. Jobs, API, ledger, tests and the `decisions` command all find them here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from decision_store.model.declarations import DeclarationError
from decision_store.model.enrichments import Enrichment, Rule
from decision_store.model.fields import DerivedField
from decision_store.model.loading import declared_in, line_of, load_package, place, run_file
from decision_store.model.steps import KeyedFunction, Step
from decision_store.model.variables import Variable
from decision_store.resources import resource_dir
from decision_store.settings import Settings

ENTRY_POINTS = "decision_store.use_cases"
"""The group in which an installed package names its use cases."""

_NAMED = re.compile(r"use case [^,]*, (?P<kind>variable|enrichment|rule|step|field) (?P<name>[^,:]*)[,:]")
_KINDS: Mapping[str, tuple[type | tuple[type, ...], str]] = {
    "variables": (Variable, "a list of Variable"),
    "enrichments": (Enrichment, "a list of Enrichment"),
    "rules": (Rule, "a list of Rule"),
    "steps": ((Step, KeyedFunction), "a list of functions under @step and instances of KeyedFunction classes"),
}
"""What a use case may declare: the file's name, in capitals the list's; what the list holds."""


@dataclass(frozen=True, slots=True)
class UseCase:
    """One use case as it was found.

    Attributes:
        name: of its folder or entry point; the sort key of its items.
        origin: where it comes from, as a message says it.
        folder: where its files and its `lock.json` lie; None for an installed module without a folder of its own.
        installed: whether it is an installed package; its lock is then its own affair.
        files: the file that declares each kind (`variables`, ...) there is.
        fields: of the lists `FIELDS`.
        variables: of `VARIABLES`.
        enrichments: of `ENRICHMENTS`.
        rules: of `RULES`.
        steps: of `STEPS`.
    """

    name: str
    origin: str
    folder: Path | None = None
    installed: bool = False
    files: Mapping[str, Path] = field(default_factory=dict)
    fields: tuple[DerivedField, ...] = ()
    variables: tuple[Variable, ...] = ()
    enrichments: tuple[Enrichment, ...] = ()
    rules: tuple[Rule, ...] = ()
    steps: tuple[Step | KeyedFunction, ...] = ()

    def place_of(self, kind: str, name: str) -> str | None:
        """File and line where a `variable`, `enrichment`, `rule`, `step` or `field` is declared; None if not found."""
        files = list(self.files.values()) if kind == "field" else [self.files[f"{kind}s"]]
        lines = [(file, line) for file in files if (line := line_of(file, name)) is not None]
        return place(*lines[0]) if lines else place(files[0]) if len(files) == 1 else None

    def located(self, sentence: str) -> str:
        """A sentence about one of its declarations, beginning with file and line."""
        named = _NAMED.match(sentence)
        where = self.place_of(named["kind"], named["name"]) if named else None
        return f"{where or self.origin}: {sentence}"


def use_cases_folder() -> Path:
    """Where folders of use cases are looked for: USE_CASES_DIR, or the installation's own.

    Raises:
        DeclarationError: USE_CASES_DIR is no folder.
    """
    folder = Settings().use_cases_dir
    if folder is None:
        return resource_dir("use_cases")
    if not folder.is_dir():
        raise DeclarationError(f"USE_CASES_DIR is {folder}, which is no folder: set it to one that holds use cases.")
    return folder


def installed_names() -> frozenset[str]:
    """The use cases that installed packages name."""
    return frozenset(point.name for point in entry_points(group=ENTRY_POINTS))


def declared_use_cases(
    folder: Path | None = None, broken: Callable[[DeclarationError], None] | None = None
) -> dict[str, UseCase]:
    """Every use case by its name, sorted.

    Args:
        folder: holds one folder a use case, and nothing else is looked at; None: `use_cases_folder()` and the installed
            packages.
        broken: told of each use case that cannot be read; without it the first is an error.

    Raises:
        DeclarationError: a use case cannot be read, or two have one name; file and line, or both origins, are named.
    """
    found: dict[str, UseCase] = {}
    for name, origin, load in _candidates(folder):
        try:
            if name in found:
                raise DeclarationError(
                    f"use case {name} comes twice, from {found[name].origin} and from {origin}: rename or remove one"
                )
            found[name] = load()
        except DeclarationError as problem:
            if broken is None:
                raise
            broken(problem)
    return dict(sorted(found.items()))


def _candidates(folder: Path | None) -> list[tuple[str, str, Callable[[], UseCase]]]:
    """Name, origin and how to load it, of each use case there seems to be."""
    looked_in = folder or use_cases_folder()
    found: list[tuple[str, str, Callable[[], UseCase]]] = []
    for path in sorted(looked_in.iterdir()):
        if any((path / f"{kind}.py").is_file() for kind in _KINDS):
            found.append((path.name, str(path), lambda path=path: _in_folder(path)))  # type: ignore[misc]
    if folder is None:
        for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda one: one.name):
            found.append((point.name, _origin_of(point), lambda point=point: _installed(point)))  # type: ignore[misc]
    return found


def _in_folder(folder: Path) -> UseCase:
    files = {kind: file for kind in _KINDS if (file := folder / f"{kind}.py").is_file()}
    modules = {kind: run_file(folder.name, file) for kind, file in files.items()}
    return UseCase(folder.name, str(folder), folder, False, files, **_lists(folder.name, modules, files))


def _installed(point: EntryPoint) -> UseCase:
    package, origin = load_package(point.name, point), _origin_of(point)
    modules = {kind: module for kind in _KINDS if (module := declared_in(package, kind, point.name)) is not None}
    if not modules:
        lists = ", ".join(kind.upper() for kind in _KINDS)
        raise DeclarationError(f"use case {point.name}: {origin} declares nothing: it needs one of {lists}")
    files = {kind: Path(module.__file__ or module.__name__) for kind, module in modules.items()}
    folder = Path(package.__path__[0]) if hasattr(package, "__path__") else None
    return UseCase(point.name, origin, folder, True, files, **_lists(point.name, modules, files))


def _origin_of(point: EntryPoint) -> str:
    distribution = f"{point.dist.name} {point.dist.version}" if point.dist is not None else "of an unknown distribution"
    return f"the installed package {distribution} ({point.value})"


def _lists(use_case: str, modules: Mapping[str, ModuleType], files: Mapping[str, Path]) -> dict[str, tuple[Any, ...]]:
    """What the modules declare, by the attribute of `UseCase`."""
    lists = {}
    for kind, module in modules.items():
        if not hasattr(module, kind.upper()):
            raise _not_a_list(use_case, files[kind], f"needs {kind.upper()}, {_KINDS[kind][1]}")
        lists[kind] = _list_in(use_case, module, files[kind], kind.upper(), *_KINDS[kind])
    fields: list[DerivedField] = []
    for kind, module in modules.items():
        if hasattr(module, "FIELDS"):
            of_file = _list_in(use_case, module, files[kind], "FIELDS", DerivedField, "a list of derived(...)")
            known = tuple(fields)  # a field that one file imports from another is declared once
            fields.extend(one for one in of_file if one not in known)
    return {**lists, "fields": tuple(fields)}


def _list_in(
    use_case: str, module: ModuleType, file: Path, name: str, expected: type | tuple[type, ...], said: str
) -> tuple[Any, ...]:
    declared = getattr(module, name)
    if not isinstance(declared, Sequence) or isinstance(declared, str):
        raise _not_a_list(use_case, file, f"needs {name}, {said}, not {declared!r}")
    for index, one in enumerate(declared):
        if not isinstance(one, expected):
            raise _not_a_list(use_case, file, f"needs {name}, {said}; entry {index + 1} is {one!r}")
    return tuple(declared)


def _not_a_list(use_case: str, file: Path, what: str) -> DeclarationError:
    return DeclarationError(f"{place(file)}: use case {use_case}: {file.name} {what}")
