"""The schema registry, in the words of Confluent's REST API, so that its clients work unchanged.

Avro only, without references. Nothing is ever deleted: a record written under a schema must stay readable.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from decision_store.api.schema_table import DEFAULT_LEVEL, IncompatibleSchemaError, SchemaTable, Version
from decision_store.model.avro_schemas import AvroSchema, InvalidSchemaError, parse_schema
from decision_store.model.compatibility import Level, incompatibility
from decision_store.model.part_schemas import check_part_schema
from decision_store.model.parts import InvalidPartError, check_identifier

_Item = TypeVar("_Item")
PREFIX = "/registry"
_EVERY_SUBJECT = ":*:"  # Confluent's prefix for all contexts
_CREDIT_2 = (
    '{"type": "record", "name": "CreditCheck", "namespace": "io.decisionstore.parts", "fields": [{"name": "status", '
    '"type": {"type": "enum", "name": "CreditCheckStatus", "symbols": ["PASSED", "FAILED", "REFERRED"]}}, '
    '{"name": "score", "type": ["null", "double"], "default": null}, '
    '{"name": "limit", "type": ["null", "double"], "default": null}]}'
)


class RegistryError(Exception):
    """What Confluent's clients know by its code.

    Args:
        status: of HTTP.
        code: Confluent's `error_code`.
        message: one sentence.
    """

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class SchemaBody(BaseModel):
    """A schema to register or to look for."""

    model_config = ConfigDict(json_schema_extra={"example": {"schema": _CREDIT_2}})

    schema_: str = Field(alias="schema", description="the .avsc as text")
    schema_type: str = Field(default="AVRO", alias="schemaType")
    references: list[Any] | None = None


class ConfigBody(BaseModel):
    """A compatibility level."""

    model_config = ConfigDict(json_schema_extra={"example": {"compatibility": "FULL_TRANSITIVE"}})

    compatibility: str


class RegistryProblem(BaseModel):
    """Why the registry refused."""

    error_code: int = Field(examples=[40401])
    message: str


def refuse_slash(request: Request) -> None:
    """Refuses a subject with a slash: decoded, `a%2Fversions` would be another path, and register another subject."""
    if b"%2f" in request.scope.get("raw_path", b"").lower():
        raise RegistryError(422, 42208, "subject: a slash is not allowed in a subject's name")


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


def schema_from(subject: str, body: SchemaBody) -> AvroSchema:
    """The schema in a body, fit for its subject.

    Raises:
        RegistryError: 42201 saying what is wrong.
    """
    check_subject(subject)
    if body.schema_type != "AVRO":
        raise RegistryError(422, 42201, f"schemaType: this registry keeps AVRO, not {body.schema_type}")
    if body.references:
        raise RegistryError(422, 42201, "references: not supported; write the named types into the schema")
    try:
        schema = parse_schema(body.schema_)
        check_part_schema(subject, schema)
    except InvalidSchemaError as broken:
        raise RegistryError(422, 42201, f"Invalid schema: {broken}") from None
    return schema


def check_subject(subject: str) -> None:
    """Refuses a subject no record could be kept under.

    Raises:
        RegistryError: 42208.
    """
    try:
        # A record's key is a prefix, the subject and a version, in DynamoDB's 1,024 bytes.
        check_identifier("subject", subject)
        if len(subject.encode()) > 900:
            raise InvalidPartError("subject: expected at most 900 bytes")
    except InvalidPartError as broken:
        raise RegistryError(422, 42208, str(broken)) from None


def versions_of(table: SchemaTable, subject: str) -> list[Version]:
    """The versions of a subject.

    Raises:
        RegistryError: 40401, there is no such subject.
    """
    if not (versions := table.versions(subject)):
        raise RegistryError(404, 40401, f"Subject '{subject}' not found.")
    return versions


def find_version(table: SchemaTable, subject: str, version: str) -> Version:
    """A version by number or `latest`.

    Raises:
        RegistryError: 40401, 40402, or 42202 for what is no version.
    """
    number = 0
    if version not in ("latest", "-1"):
        if not (version.isascii() and version.isdigit() and 0 < int(version) < 2**31):
            raise RegistryError(422, 42202, f"version: expected a number above 0 or latest, got '{version}'")
        number = int(version)
    number = number or table.newest_version(subject)
    found = table.version(subject, number) if 0 < number <= 999_999 else None
    if found is None:
        versions_of(table, subject)
        raise RegistryError(404, 40402, f"Version {version} of subject '{subject}' not found.")
    return found


def find_schema(table: SchemaTable, schema_id: int) -> AvroSchema:
    """A schema by id.

    Raises:
        RegistryError: 40403.
    """
    if (schema := table.schema(schema_id)) is None:
        raise RegistryError(404, 40403, f"Schema {schema_id} not found.")
    return schema


def level_from(name: str) -> Level:
    """A level by its name.

    Raises:
        RegistryError: 42203.
    """
    try:
        return Level(name.upper())
    except ValueError:
        raise RegistryError(422, 42203, f"compatibility: expected one of {', '.join(Level)}, got '{name}'") from None


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
