"""What callers of the registry send, and what they are refused with, by Confluent's codes."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from decision_store.api.schema_table import SchemaTable, Version
from decision_store.model.avro_schemas import AvroSchema, InvalidSchemaError, parse_schema
from decision_store.model.compatibility import Level
from decision_store.model.part_schemas import check_part_schema
from decision_store.model.parts import InvalidPartError, check_identifier

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
    metadata: Any = Field(default=None, description="not supported")
    rule_set: Any = Field(default=None, alias="ruleSet", description="not supported")


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
    if body.metadata or body.rule_set:
        raise RegistryError(422, 42201, "metadata and ruleSet: not supported; they would be lost")
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
