"""The schema registry, in the words of Confluent's REST API, so that its clients work unchanged.

Avro only, without references. Nothing is ever deleted: a record written under a schema must stay readable.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response

from decision_store.api.registry_requests import (
    ConfigBody,
    RegistryError,
    RegistryProblem,
    SchemaBody,
    check_subject,
    find_schema,
    find_version,
    level_from,
    refuse_slash,
    schema_from,
    versions_of,
)
from decision_store.api.schema_table import DEFAULT_LEVEL, IncompatibleSchemaError, SchemaTable, Version
from decision_store.model.compatibility import incompatibility

_Item = TypeVar("_Item")
PREFIX = "/registry"
_EVERY_SUBJECT = ":*:"  # Confluent's prefix for all contexts
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    404: {"model": RegistryProblem, "description": "40401 subject, 40402 version, 40403 schema not found"},
    409: {"model": RegistryProblem, "description": "the subject's compatibility level refuses the schema, and why"},
    422: {"model": RegistryProblem, "description": "42201 invalid schema, 42202 version, 42203 level, 42208 subject"},
    503: {"model": RegistryProblem, "description": "DynamoDB does not answer; nothing was registered, try again"},
}
router = APIRouter(prefix=PREFIX, tags=["schema registry"], dependencies=[Depends(refuse_slash)], responses=_PROBLEMS)


def table_of(request: Request) -> SchemaTable:
    """The table this process keeps schemas in."""
    table = request.app.state.schemas
    assert isinstance(table, SchemaTable)
    return table


Table = Annotated[SchemaTable, Depends(table_of)]
Offset = Annotated[int, Query(ge=0)]
Limit = Annotated[int, Query(description="negative: all")]


@router.post("/subjects/{subject}/versions")
def register(subject: str, body: SchemaBody, table: Table, request: Request) -> dict[str, Any]:
    """Registers a schema as the subject's next version; a schema the subject has already is answered with its id."""
    schema = schema_from(subject, body)
    try:
        version = table.register(subject, schema)
    except IncompatibleSchemaError as refused:
        raise RegistryError(409, 409, str(refused)) from None
    request.app.state.part_schemas.registered(subject)
    return described(version, table)


@router.post("/subjects/{subject}")
def look_up(subject: str, body: SchemaBody, table: Table) -> dict[str, Any]:
    """Which version of the subject a schema is."""
    schema = schema_from(subject, body)
    version = table.find(subject, schema)
    if version is None:
        versions_of(table, subject)
        raise RegistryError(404, 40403, f"Schema not found: it is no version of subject {subject}.")
    return described(version, table)


@router.get("/subjects")
def list_subjects(
    table: Table,
    subject_prefix: Annotated[str, Query(alias="subjectPrefix")] = _EVERY_SUBJECT,
    offset: Offset = 0,
    limit: Limit = -1,
) -> list[str]:
    """All subjects, sorted."""
    prefix = "" if subject_prefix == _EVERY_SUBJECT else subject_prefix
    return page([name for name in table.subjects() if name.startswith(prefix)], offset, limit)


@router.get("/subjects/{subject}/versions")
def list_versions(subject: str, table: Table, offset: Offset = 0, limit: Limit = -1) -> list[int]:
    """The versions of a subject."""
    return page([one.version for one in versions_of(table, subject)], offset, limit)


@router.get("/subjects/{subject}/versions/{version}")
def read_version(subject: str, version: str, table: Table) -> dict[str, Any]:
    """A version of a subject: its number or `latest`."""
    return described(find_version(table, subject, version), table)


@router.get("/subjects/{subject}/versions/{version}/schema")
def read_version_text(subject: str, version: str, table: Table) -> Response:
    """The schema of a version, as its text alone."""
    found = find_version(table, subject, version)
    return Response(table.schema_of(found).text, media_type="application/json")


@router.get("/schemas/types")
def list_types() -> list[str]:
    """The kinds of schemas this registry takes."""
    return ["AVRO"]


@router.get("/schemas/ids/{schema_id}")
def read_schema(schema_id: int, table: Table) -> dict[str, Any]:
    """A schema by the id that stands in every record written under it."""
    return {"schema": find_schema(table, schema_id).text}


@router.get("/schemas/ids/{schema_id}/schema")
def read_schema_text(schema_id: int, table: Table) -> Response:
    """A schema by its id, as its text alone."""
    return Response(find_schema(table, schema_id).text, media_type="application/json")


@router.get("/schemas/ids/{schema_id}/versions")
def list_uses(
    schema_id: int, table: Table, subject: str | None = None, offset: Offset = 0, limit: Limit = -1
) -> list[dict[str, Any]]:
    """Every version, of any subject, that has the schema."""
    find_schema(table, schema_id)
    uses = [one for one in table.uses(schema_id) if subject in (None, one.subject)]
    return page([{"subject": one.subject, "version": one.version} for one in uses], offset, limit)


@router.get("/schemas/ids/{schema_id}/subjects")
def list_subjects_of_schema(schema_id: int, table: Table) -> list[str]:
    """The subjects that have the schema."""
    find_schema(table, schema_id)
    return sorted({one.subject for one in table.uses(schema_id)})


@router.get("/config")
def read_config(table: Table) -> dict[str, str]:
    """The level of subjects that have none of their own."""
    return {"compatibilityLevel": table.level(None) or DEFAULT_LEVEL}


@router.put("/config")
def write_config(body: ConfigBody, table: Table) -> dict[str, str]:
    """Sets the level of subjects that have none of their own."""
    table.set_level(None, level := level_from(body.compatibility))
    return {"compatibility": level}


@router.get("/config/{subject}")
def read_config_of_subject(
    subject: str, table: Table, default_to_global: Annotated[bool, Query(alias="defaultToGlobal")] = False
) -> dict[str, str]:
    """The subject's own level; with `defaultToGlobal` the level that holds for it."""
    level = table.effective_level(subject) if default_to_global else table.level(subject)
    if level is None:
        raise RegistryError(404, 40408, f"Subject '{subject}' has no compatibility level of its own.")
    return {"compatibilityLevel": level}


@router.put("/config/{subject}")
def write_config_of_subject(subject: str, body: ConfigBody, table: Table) -> dict[str, str]:
    """Sets the subject's own level."""
    check_subject(subject)
    table.set_level(subject, level := level_from(body.compatibility))
    return {"compatibility": level}


@router.post("/compatibility/subjects/{subject}/versions/{version}")
def check_with_version(
    subject: str, version: str, body: SchemaBody, table: Table, verbose: bool = False
) -> dict[str, Any]:
    """Whether a schema agrees with one version under the subject's level; `verbose` says why not."""
    schema = schema_from(subject, body)
    found = find_version(table, subject, version)
    others = [(found.version, table.schema_of(found))]
    return verdict(incompatibility(table.effective_level(subject), schema, others), verbose)


@router.post("/compatibility/subjects/{subject}/versions")
def check_with_all(subject: str, body: SchemaBody, table: Table, verbose: bool = False) -> dict[str, Any]:
    """Whether a schema could be registered now; `verbose` says why not."""
    schema = schema_from(subject, body)
    others = [(one.version, table.schema_of(one)) for one in table.versions(subject)]
    return verdict(incompatibility(table.effective_level(subject), schema, others), verbose)


@router.get("/mode")
def read_mode() -> dict[str, str]:
    """Confluent's clients and pages ask for it; this registry is always open for registrations."""
    return {"mode": "READWRITE"}


@router.delete("/subjects/{subject}")
@router.delete("/subjects/{subject}/versions/{version}")
@router.delete("/config")
@router.delete("/config/{subject}")
def refuse_deletion() -> None:
    """Nothing is deleted."""
    raise RegistryError(
        422,
        42205,
        "Nothing is deleted here: records written under a schema must stay readable; register a new version.",
    )


def described(version: Version, table: SchemaTable) -> dict[str, Any]:
    """A version with its schema, as Confluent's clients read it."""
    text = table.schema_of(version).text
    return {"subject": version.subject, "version": version.version, "id": version.schema_id, "schema": text}


def verdict(problem: str | None, verbose: bool) -> dict[str, Any]:
    """The answer to a compatibility check."""
    answer: dict[str, Any] = {"is_compatible": problem is None}
    return answer | {"messages": [problem] if problem else []} if verbose else answer


def page(items: list[_Item], offset: int, limit: int) -> list[_Item]:
    """A page of a list."""
    return items[offset:] if limit < 0 else items[offset : offset + limit]
