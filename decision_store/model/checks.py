"""Checks everything that is declared, and finds all that is wrong at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from decision_store.model.aggregates import count
from decision_store.model.compilation import compile_variables
from decision_store.model.declarations import DeclarationError
from decision_store.model.estimates import ItemEstimate, Prices, StateEstimate, item_of, state_of
from decision_store.model.expressions import FieldType
from decision_store.model.fields import FIELDS, field_types
from decision_store.model.lock import ACCEPT, FILE, Changes, Lock, changes, locked, read_lock, write_lock
from decision_store.model.plan import PlanEntity, PlanField, PlanVariable
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.model.use_cases import UseCase, declared_use_cases, refuse_long_windows
from decision_store.model.variables import Variable

_PLACE = re.compile(r"use case [^,]*, \w+ [^,]*, (?P<place>\w+): ")
# What a refused place is replaced with, so that the declaration's other mistakes are found too.
_HARMLESS: dict[str, dict[str, Any]] = {
    "key": {"key": "customer_id"},
    "where": {"where": None},
    "value": {"value": count()},
    "window": {"window": None, "hop": None},
    "hop": {"hop": None},
    "version": {"version": 1},
    "name": {"name": "unnamed"},
}


@dataclass(frozen=True, slots=True)
class CheckedUseCase:
    """A use case of which everything could be compiled that is not in the report's problems.

    Attributes:
        use_case: as found.
        entities: its variables by key, compiled.
        fields: what its expressions may name.
        types: of these fields.
        lock: of these declarations.
        changes: what is different from the lock that was accepted; nothing for an installed package without a lock.
    """

    use_case: UseCase
    entities: tuple[PlanEntity, ...]
    fields: tuple[PlanField, ...]
    types: Mapping[str, FieldType]
    lock: Lock
    changes: Changes

    def variables(self) -> list[tuple[PlanEntity, PlanVariable]]:
        """Its variables with their entities, as declared."""
        return [(entity, variable) for entity in self.entities for variable in entity.variables]


@dataclass(frozen=True, slots=True)
class Report:
    """What `check` found.

    Attributes:
        use_cases: those that could be read.
        problems: a sentence for each mistake, with file and line where it has one.
        pending: a sentence for each change that may be, and that no lock holds yet.
    """

    use_cases: tuple[CheckedUseCase, ...]
    problems: tuple[str, ...]
    pending: tuple[str, ...]

    def accept(self) -> list[Path]:
        """Writes the locks that are not what is declared; returns them.

        Raises:
            DeclarationError: there are problems; nothing was written.
        """
        if self.problems:
            raise DeclarationError("Nothing was accepted: mend the problems first.")
        written = []
        for one in self.use_cases:
            folder = one.use_case.folder
            if folder is not None and one.changes.told and not one.use_case.installed:
                write_lock(folder, one.lock)
                written.append(folder / FILE)
        return written


def check(retention_ms: int, folder: Path | None = None) -> Report:
    """Checks all use cases.

    Args:
        retention_ms: how long decisions are remembered.
        folder: see `declared_use_cases`.
    """
    problems: list[str] = []
    use_cases = declared_use_cases(folder, lambda name, problem: problems.append(str(problem)))
    fields = FIELDS
    types = field_types(fields, shipped_schemas()[EVENT_SUBJECT])
    checked = tuple(_checked(one, fields, types, retention_ms, problems) for one in use_cases.values())
    pending = [f"use case {one.use_case.name}: {change.sentence}" for one in checked for change in one.changes.told]
    return Report(checked, tuple(problems), tuple(pending))


def refuse_unaccepted(retention_ms: int, folder: Path | None = None) -> None:
    """What `decisions submit` asks before a job with declarations starts.

    Raises:
        DeclarationError: something is wrong, or not in a lock; every sentence of it.
    """
    report = check(retention_ms, folder)
    if report.problems:
        raise DeclarationError("\n".join(report.problems))
    if report.pending:
        raise DeclarationError(
            "\n".join(report.pending)
            + f"\nRun `{ACCEPT}` and commit {FILE}, so that the next change is told from this."
        )


def estimates(
    checked: CheckedUseCase, retention_ms: int, prices: Prices
) -> tuple[list[StateEstimate], list[ItemEstimate]]:
    """The state of each variable, in the order of `variables()`, and the item of each entity."""
    states = [state_of(variable, retention_ms) for _, variable in checked.variables()]
    return states, [item_of(entity, prices) for entity in checked.entities]


def _checked(
    use_case: UseCase,
    fields: tuple[PlanField, ...],
    types: Mapping[str, FieldType],
    retention_ms: int,
    problems: list[str],
) -> CheckedUseCase:
    good: list[Variable] = []
    entities: tuple[PlanEntity, ...] = ()
    try:
        compile_variables(use_case.name, (), types)
    except DeclarationError as refused:
        problems.append(f"{use_case.origin}: {refused}")
    else:
        for variable in use_case.variables:
            found = _mistakes(use_case, variable, good, types, retention_ms)
            place = use_case.place_of("variables", str(variable.name))
            problems.extend(f"{place}: {sentence}" if place else sentence for sentence in found)
            if not found:
                good.append(variable)
        entities = compile_variables(use_case.name, good, types)
    lock = locked(entities, fields, types)
    return CheckedUseCase(use_case, entities, fields, types, lock, _changes(use_case, good, lock, problems))


def _changes(use_case: UseCase, good: Sequence[Variable], lock: Lock, problems: list[str]) -> Changes:
    if use_case.folder is None:
        return Changes()
    try:
        before = read_lock(use_case.folder)
    except DeclarationError as broken:
        problems.append(str(broken))
        return Changes()
    if use_case.installed and before is None:
        return Changes()
    found = changes(before, lock)
    for change in found.refused:
        place = use_case.place_of("variables", change.variable)
        sentence = f"use case {use_case.name}: {change.sentence}"
        problems.append(f"{place}: {sentence}" if place else sentence)
    # A variable that could not be compiled is not gone.
    refused = {str(one.name) for one in use_case.variables} - {one.name for one in good}
    return Changes(found.refused, tuple(one for one in found.told if one.variable not in refused))


def _mistakes(
    use_case: UseCase, variable: Variable, good: Sequence[Variable], types: Mapping[str, FieldType], retention_ms: int
) -> list[str]:
    """Everything that is wrong with a variable; first by itself, then beside those that are good."""
    found: list[str] = []
    trial = variable
    while len(found) < len(_HARMLESS):
        try:
            refuse_long_windows(compile_variables(use_case.name, (trial,), types), retention_ms)
            break
        except DeclarationError as refused:
            place = _PLACE.match(str(refused))
            if place is None or place["place"] not in _HARMLESS:
                return [*found, str(refused)]
            sentence = str(refused).replace(f"variable {trial.name},", f"variable {variable.name},", 1)
            if sentence in found:
                break
            found.append(sentence)
            trial = replace(trial, **_HARMLESS[place["place"]])
    if not found:
        try:
            compile_variables(use_case.name, (*good, variable), types)
        except DeclarationError as refused:
            found.append(str(refused))
    return found
