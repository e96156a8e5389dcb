"""What the departments declare, compiled into one plan a job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from decision_store.model.compilation import compile_variables
from decision_store.model.declarations import DeclarationError
from decision_store.model.discovery import UseCase, declared_use_cases
from decision_store.model.enrichments import compile_enrichments, compile_rules
from decision_store.model.fields import FIELDS, all_fields, derived_fields, field_types, with_derived
from decision_store.model.plan import (
    DecisionEventsPlan,
    PlanEnrichment,
    PlanEntity,
    PlanField,
    PlanRule,
    RegisteredSchema,
    VariablesPlan,
)
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.model.steps import PlannedStep, compile_steps
from decision_store.resources import resource_dir

DAY_MS = 86_400_000
_ANY_REGISTRY = "http://localhost/registry"
_ANY_RETENTION_MS = 3_650 * DAY_MS  # how long decisions are remembered is checked when the job is submitted


def variables_plan(
    event_schema: RegisteredSchema,
    registry_url: str,
    retention_ms: int,
    folder: Path | None = None,
    only: str | None = None,
) -> VariablesPlan:
    """The plan of every declared variable.

    Args:
        event_schema: of the decision event, as registered.
        registry_url: where the JVM looks up the schemas of events written with another id.
        retention_ms: how long a decision's newest revision is remembered.
        folder: see `declared_use_cases`.
        only: a use case to which the plan is limited.

    Raises:
        DeclarationError: a declaration cannot work; file, use case, variable and place are named.
    """
    types = field_types(FIELDS, event_schema.avro)
    declared = declared_use_cases(folder)
    if only is not None and only not in declared:
        raise DeclarationError(f"There is no use case {only}: there are {', '.join(declared) or 'none'}.")
    derived = {}
    entities: list[PlanEntity] = []
    for name, one in declared.items():
        if only in (None, name):
            with _located(one):
                derived[name] = derived_fields(name, one.fields, types)
                of_use_case = compile_variables(name, one.variables, with_derived(types, derived[name]))
                refuse_long_windows(of_use_case, retention_ms)
            entities.extend(of_use_case)
    return VariablesPlan(
        registry_url=registry_url,
        event_schema=event_schema,
        retention_ms=retention_ms,
        fields=all_fields(derived),
        entities=tuple(entities),
    )


def refuse_long_windows(entities: Iterable[PlanEntity], retention_ms: int) -> None:
    """Refuses a window in which a decision could be corrected that is not remembered any more.

    Raises:
        DeclarationError: naming use case and variable.
    """
    for entity in entities:
        for variable in entity.variables:
            if variable.window_ms is not None and variable.window_ms + variable.hop_ms > retention_ms:
                raise DeclarationError(
                    f"use case {entity.use_case}, variable {variable.name}, window: a decision is remembered for"
                    f" {retention_ms / DAY_MS:g} days only, so window and hop must be shorter"
                )


@dataclass(frozen=True, slots=True)
class Enriching:
    """What the operator `enrich` adds to events, of all use cases.

    Attributes:
        fields: what the expressions see.
        enrichments: compiled.
        rules: compiled.
    """

    fields: tuple[PlanField, ...]
    enrichments: tuple[PlanEnrichment, ...]
    rules: tuple[PlanRule, ...]


def declared_enriching(event_schema: Mapping[str, Any], folder: Path | None = None) -> Enriching:
    """Every declared enrichment and rule, compiled.

    Args:
        event_schema: of the decision event that the expressions are about.
        folder: see `declared_use_cases`.

    Raises:
        DeclarationError: a declaration cannot work; file, use case, name and place are named.
    """
    types = field_types(FIELDS, event_schema)
    derived = {}
    enrichments: list[PlanEnrichment] = []
    rules: list[PlanRule] = []
    for name, one in declared_use_cases(folder).items():
        with _located(one):
            derived[name] = derived_fields(name, one.fields, types)
            known = with_derived(types, derived[name])
            of_use_case = compile_enrichments(name, one.enrichments, known)
            rules.extend(compile_rules(name, one.rules, known, of_use_case))
        enrichments.extend(of_use_case)
    return Enriching(all_fields(derived), tuple(enrichments), tuple(rules))


def declared_steps(plan: DecisionEventsPlan, folder: Path | None = None) -> tuple[PlannedStep, ...]:
    """Every declared step and keyed function, checked, in the order they run: by use case, then as listed.

    Args:
        plan: of the job they run in.
        folder: see `declared_use_cases`.

    Raises:
        DeclarationError: a declaration cannot work; file, use case, name and place are named.
    """
    types = field_types(FIELDS, plan.event_schema.avro)
    steps: list[PlannedStep] = []
    for name, one in declared_use_cases(folder).items():
        with _located(one):
            known = with_derived(types, derived_fields(name, one.fields, types))
            taken = [enrichment.name for enrichment in plan.enrichments if enrichment.use_case == name]
            steps.extend(compile_steps(name, one.steps, known, taken))
    return tuple(steps)


@cache
def shipped_variables_plan() -> VariablesPlan:
    """The plan of the use cases in this installation's own folder; registry and schema id are placeholders."""
    return variables_plan(_shipped_event(), _ANY_REGISTRY, _ANY_RETENTION_MS, resource_dir("use_cases"))


@cache
def declared_variables_plan(only: str | None = None) -> VariablesPlan:
    """The plan of all use cases, or one, for those who need the definitions only (ledger, API, tests); read once."""
    return variables_plan(_shipped_event(), _ANY_REGISTRY, _ANY_RETENTION_MS, only=only)


@cache
def shipped_decision_events_plan() -> DecisionEventsPlan:
    """The plan of events of this installation's own use cases: what concerns no expression is a placeholder."""
    enriching = declared_enriching(shipped_schemas()[EVENT_SUBJECT], resource_dir("use_cases"))
    return DecisionEventsPlan(
        registry_url=_ANY_REGISTRY,
        part_schemas=(),
        event_schema=_shipped_event(),
        incomplete_after_ms=_ANY_RETENTION_MS,
        retention_ms=_ANY_RETENTION_MS,
        history_window_ms=30 * DAY_MS,
        fields=enriching.fields,
        enrichments=enriching.enrichments,
        rules=enriching.rules,
    )


def _shipped_event() -> RegisteredSchema:
    return RegisteredSchema(subject=EVENT_SUBJECT, version=1, id=1, avro=shipped_schemas()[EVENT_SUBJECT])


@contextmanager
def _located(use_case: UseCase) -> Iterator[None]:
    try:
        yield
    except DeclarationError as refused:
        raise DeclarationError(use_case.located(str(refused)), refused.refused) from None
