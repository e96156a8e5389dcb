"""Checks everything that is declared, and finds all that is wrong at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from decision_store.model.compilation import compile_variables
from decision_store.model.declarations import DeclarationError
from decision_store.model.discovery import UseCase, declared_use_cases
from decision_store.model.enrichments import compile_enrichments, compile_rules
from decision_store.model.estimates import ItemEstimate, Prices, StateEstimate, item_of, state_of
from decision_store.model.expressions import FieldType
from decision_store.model.fields import FIELDS, all_fields, derived_fields, field_types, with_derived
from decision_store.model.lock import ACCEPT, FILE, Changes, Lock, changes, locked, read_lock, write_lock
from decision_store.model.mistakes import (
    HARMLESS_IN_ENRICHMENT,
    HARMLESS_IN_RULE,
    HARMLESS_IN_VARIABLE,
    without_mistakes,
)
from decision_store.model.plan import PlanEnrichment, PlanEntity, PlanField, PlanRule, PlanVariable
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.model.steps import compile_steps
from decision_store.model.use_cases import refuse_long_windows
from decision_store.model.variables import Variable


@dataclass(frozen=True, slots=True)
class CheckedUseCase:
    """A use case of which everything could be compiled that is not in the report's problems.

    Attributes:
        use_case: as found.
        entities: its variables by key, compiled.
        enrichments: compiled.
        rules: compiled.
        fields: what its expressions may name.
        types: of these fields.
        lock: of these declarations, and of what was removed before.
        changes: what is different from the lock that was accepted; nothing for an installed package without a lock.
    """

    use_case: UseCase
    entities: tuple[PlanEntity, ...]
    enrichments: tuple[PlanEnrichment, ...]
    rules: tuple[PlanRule, ...]
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
    use_cases = declared_use_cases(folder, lambda broken: problems.append(str(broken)))
    types = field_types(FIELDS, shipped_schemas()[EVENT_SUBJECT])
    each = [_checked(one, types, retention_ms, problems) for one in use_cases.values()]
    checked = tuple(one for one in each if one is not None)
    try:
        all_fields({one.use_case.name: one.fields[len(FIELDS) :] for one in checked})
    except DeclarationError as refused:
        problems.append(str(refused))
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
    use_case: UseCase, types: Mapping[str, FieldType], retention_ms: int, problems: list[str]
) -> CheckedUseCase | None:
    name = use_case.name

    def told(sentence: str) -> None:
        problems.append(use_case.located(sentence))

    def compiled(variables: Sequence[Variable]) -> tuple[PlanEntity, ...]:
        entities = compile_variables(name, variables, known)
        refuse_long_windows(entities, retention_ms)
        return entities

    try:
        compile_variables(name, (), types)
    except DeclarationError as refused:  # its name; it would be told for each declaration
        told(str(refused))
        return None
    derived = without_mistakes(use_case.fields, lambda some: derived_fields(name, some, types), told)
    known = with_derived(types, derived)
    entities = without_mistakes(use_case.variables, compiled, told, HARMLESS_IN_VARIABLE)
    enrichments = without_mistakes(
        use_case.enrichments, lambda some: compile_enrichments(name, some, known), told, HARMLESS_IN_ENRICHMENT
    )
    rules = without_mistakes(
        use_case.rules, lambda some: compile_rules(name, some, known, enrichments), told, HARMLESS_IN_RULE
    )
    taken = [one.name for one in enrichments]
    without_mistakes(use_case.steps, lambda some: compile_steps(name, some, known, taken), told)
    fields = (*FIELDS, *derived)
    lock = locked(entities, fields, known)
    before = _accepted(use_case, problems)
    differences = _changes(use_case, before, lock, problems)
    return CheckedUseCase(use_case, entities, enrichments, rules, fields, known, lock.after(before), differences)


def _accepted(use_case: UseCase, problems: list[str]) -> Lock | None:
    try:
        return read_lock(use_case.folder) if use_case.folder is not None else None
    except DeclarationError as broken:
        problems.append(str(broken))
        return None


def _changes(use_case: UseCase, before: Lock | None, lock: Lock, problems: list[str]) -> Changes:
    if use_case.folder is None or (use_case.installed and before is None):
        return Changes()
    found = changes(before, lock)
    for change in found.refused:
        place = use_case.place_of("variable", change.variable)
        problems.append(f"{place or use_case.origin}: use case {use_case.name}: {change.sentence}")
    # A variable that could not be compiled is not gone.
    refused = {str(one.name) for one in use_case.variables} - {one.name for one in lock.variables}
    return Changes(found.refused, tuple(one for one in found.told if one.variable not in refused))
