"""What the departments declare in `use_cases/NAME/`: variables, enrichments and rules, compiled into one plan a job."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from decision_store.model.compilation import compile_variables
from decision_store.model.declarations import DeclarationError
from decision_store.model.enrichments import Enrichment, Rule, compile_enrichments, compile_rules
from decision_store.model.fields import FIELDS, field_types
from decision_store.model.plan import (
    DecisionEventsPlan,
    PlanEnrichment,
    PlanField,
    PlanRule,
    RegisteredSchema,
    VariablesPlan,
)
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.model.variables import Variable
from decision_store.resources import resource_dir

DAY_MS = 86_400_000
_Declared = TypeVar("_Declared")
_ANY_REGISTRY = "http://localhost/registry"
_ANY_RETENTION_MS = 3_650 * DAY_MS  # how long decisions are remembered is checked when the job is submitted


def declared_variables(folder: Path | None = None) -> dict[str, tuple[Variable, ...]]:
    """The `VARIABLES` of each use case, by its name.

    Args:
        folder: holds one folder a use case; None: the installation's `use_cases`.

    Raises:
        DeclarationError: a file cannot be run, or has no VARIABLES; it is named.
    """
    folder = folder or resource_dir("use_cases")
    return {
        path.parent.name: _declared_in(path, "VARIABLES", Variable) for path in sorted(folder.glob("*/variables.py"))
    }


def variables_plan(
    event_schema: RegisteredSchema, registry_url: str, retention_ms: int, folder: Path | None = None
) -> VariablesPlan:
    """The plan of every declared variable.

    Args:
        event_schema: of the decision event, as registered.
        registry_url: where the JVM looks up the schemas of events written with another id.
        retention_ms: how long a decision's newest revision is remembered.
        folder: see `declared_variables`.

    Raises:
        DeclarationError: a declaration cannot work; use case, variable and place are named.
    """
    fields = field_types(FIELDS, event_schema.avro)
    entities = []
    for use_case, variables in declared_variables(folder).items():
        for entity in compile_variables(use_case, variables, fields):
            for variable in entity.variables:
                if variable.window_ms is not None and variable.window_ms + variable.hop_ms > retention_ms:
                    raise DeclarationError(
                        f"use case {use_case}, variable {variable.name}, window: a decision is remembered for"
                        f" {retention_ms / DAY_MS:g} days only, so window and hop must be shorter"
                    )
            entities.append(entity)
    return VariablesPlan(
        registry_url=registry_url,
        event_schema=event_schema,
        retention_ms=retention_ms,
        fields=FIELDS,
        entities=tuple(entities),
    )


@cache
def shipped_variables_plan() -> VariablesPlan:
    """The plan for those who need the definitions only (ledger, API): registry and schema id are placeholders."""
    return variables_plan(_shipped_event(), _ANY_REGISTRY, _ANY_RETENTION_MS)


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
        folder: see `declared_variables`.

    Raises:
        DeclarationError: a declaration cannot work; use case, name and place are named.
    """
    folder = folder or resource_dir("use_cases")
    fields = field_types(FIELDS, event_schema)
    enrichments: dict[str, tuple[PlanEnrichment, ...]] = {}
    for path in sorted(folder.glob("*/enrichments.py")):
        name = path.parent.name
        enrichments[name] = compile_enrichments(name, _declared_in(path, "ENRICHMENTS", Enrichment), fields)
    rules: list[PlanRule] = []
    for path in sorted(folder.glob("*/rules.py")):
        name = path.parent.name
        rules += compile_rules(name, _declared_in(path, "RULES", Rule), fields, enrichments.get(name, ()))
    return Enriching(FIELDS, tuple(one for of_one in enrichments.values() for one in of_one), tuple(rules))


@cache
def shipped_decision_events_plan() -> DecisionEventsPlan:
    """The plan of events for those who need the definitions only: what concerns no expression is a placeholder."""
    enriching = declared_enriching(shipped_schemas()[EVENT_SUBJECT])
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


def _declared_in(path: Path, name: str, kind: type[_Declared]) -> tuple[_Declared, ...]:
    use_case = path.parent.name
    spec = importlib.util.spec_from_file_location(f"use_cases.{use_case}.{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as broken:
        raise DeclarationError(f"use case {use_case}: {path.name} cannot be run: {broken!r}") from broken
    declared = getattr(module, name, None)
    if not isinstance(declared, list | tuple) or not all(isinstance(one, kind) for one in declared):
        raise DeclarationError(f"use case {use_case}: {path.name} needs {name}, a list of {kind.__name__}")
    return tuple(declared)
