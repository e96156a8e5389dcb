"""What the departments declare: every `use_cases/NAME/variables.py`, compiled into one plan."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from decision_store.model.compilation import compile_variables
from decision_store.model.declarations import DeclarationError
from decision_store.model.fields import FIELDS, DerivedField, all_fields, derived_fields, field_types, with_derived
from decision_store.model.plan import RegisteredSchema, VariablesPlan
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.model.variables import Variable
from decision_store.resources import resource_dir

DAY_MS = 86_400_000
_ANY_RETENTION_MS = 3_650 * DAY_MS  # how long decisions are remembered is checked when the job is submitted


@dataclass(frozen=True, slots=True)
class UseCase:
    """Attributes: the lists `VARIABLES` and `FIELDS` of its variables.py."""

    variables: tuple[Variable, ...]
    fields: tuple[DerivedField, ...]


def declared_use_cases(folder: Path | None = None) -> dict[str, UseCase]:
    """What each use case declares, by its name.

    Args:
        folder: holds one folder a use case; None: the installation's `use_cases`.

    Raises:
        DeclarationError: a file cannot be run, or has no VARIABLES; it is named.
    """
    folder = folder or resource_dir("use_cases")
    return {path.parent.name: _use_case_in(path) for path in sorted(folder.glob("*/variables.py"))}


def variables_plan(
    event_schema: RegisteredSchema, registry_url: str, retention_ms: int, folder: Path | None = None
) -> VariablesPlan:
    """The plan of every declared variable.

    Args:
        event_schema: of the decision event, as registered.
        registry_url: where the JVM looks up the schemas of events written with another id.
        retention_ms: how long a decision's newest revision is remembered.
        folder: see `declared_use_cases`.

    Raises:
        DeclarationError: a declaration cannot work; use case, variable and place are named.
    """
    types = field_types(FIELDS, event_schema.avro)
    declared = declared_use_cases(folder)
    derived = {use_case: derived_fields(use_case, one.fields, types) for use_case, one in declared.items()}
    entities = []
    for use_case, one in declared.items():
        for entity in compile_variables(use_case, one.variables, with_derived(types, derived[use_case])):
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
        fields=all_fields(derived),
        entities=tuple(entities),
    )


@cache
def shipped_variables_plan() -> VariablesPlan:
    """The plan for those who need the definitions only (ledger, API): registry and schema id are placeholders."""
    schema = RegisteredSchema(subject=EVENT_SUBJECT, version=1, id=1, avro=shipped_schemas()[EVENT_SUBJECT])
    return variables_plan(schema, "http://localhost/registry", _ANY_RETENTION_MS)


def _use_case_in(path: Path) -> UseCase:
    use_case = path.parent.name
    spec = importlib.util.spec_from_file_location(f"use_cases.{use_case}.variables", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as broken:
        raise DeclarationError(f"use case {use_case}: {path.name} cannot be run: {broken!r}") from broken
    variables = getattr(module, "VARIABLES", None)
    if not isinstance(variables, list | tuple) or not all(isinstance(one, Variable) for one in variables):
        raise DeclarationError(f"use case {use_case}: {path.name} needs VARIABLES, a list of Variable")
    fields = getattr(module, "FIELDS", ())
    if not isinstance(fields, list | tuple) or not all(isinstance(one, DerivedField) for one in fields):
        raise DeclarationError(f"use case {use_case}: FIELDS in {path.name} is a list of derived(...)")
    return UseCase(tuple(variables), tuple(fields))
