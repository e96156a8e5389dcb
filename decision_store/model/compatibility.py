"""Whether a new version of a schema may join the older ones of its subject."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType

from decision_store.model.avro_schemas import PRIMITIVES, AvroSchema

_PROMOTIONS = {
    "int": ("long", "float", "double"),
    "long": ("float", "double"),
    "float": ("double",),
    "string": ("bytes",),
    "bytes": ("string",),
}


class Level(StrEnum):
    """What must be able to read what; TRANSITIVE: with every older version, not only the newest."""

    NONE = "NONE"
    BACKWARD = "BACKWARD"
    BACKWARD_TRANSITIVE = "BACKWARD_TRANSITIVE"
    FORWARD = "FORWARD"
    FORWARD_TRANSITIVE = "FORWARD_TRANSITIVE"
    FULL = "FULL"
    FULL_TRANSITIVE = "FULL_TRANSITIVE"

    @property
    def is_transitive(self) -> bool:
        """Whether every older version counts."""
        return self.value.endswith("_TRANSITIVE")

    @property
    def new_reads_old(self) -> bool:
        """Whether a reader with the new version must understand data of the old."""
        return self.value.startswith(("BACKWARD", "FULL"))

    @property
    def old_reads_new(self) -> bool:
        """Whether a reader with the old version must understand data of the new."""
        return self.value.startswith(("FORWARD", "FULL"))


def incompatibility(level: Level, new: AvroSchema, versions: Sequence[tuple[int, AvroSchema]]) -> str | None:
    """Why a schema may not become the next version, or None.

    Args:
        level: the subject's.
        new: the candidate.
        versions: the subject's versions, oldest first.
    """
    for version, old in reversed(versions if level.is_transitive else versions[-1:]):
        if level.new_reads_old and (problem := unreadable(reader=new, writer=old)):
            return f"{level}: the new schema cannot read what version {version} wrote: {problem}"
        if level.old_reads_new and (problem := unreadable(reader=old, writer=new)):
            return f"{level}: version {version} cannot read what the new schema writes: {problem}"
    return None


def unreadable(reader: AvroSchema, writer: AvroSchema) -> str | None:
    """What a reader does not understand of a writer's data, or None."""
    checker = ReaderWriterCompatibilityChecker()  # type: ignore[no-untyped-call]
    result = checker.get_compatibility(reader.parsed, writer.parsed)
    if result.compatibility is SchemaCompatibilityType.incompatible:
        kinds = ", ".join(sorted({kind.value.replace("_", " ") for kind in result.incompatibilities}))
        places = ", ".join(sorted(result.locations - {"/"})) or "/"
        return f"{kinds}: {', '.join(sorted(result.messages))} (at {places})"
    return _LogicalTypes(reader, writer).changed(reader.canonical, writer.canonical, "/")


class _LogicalTypes:
    """Compares logical types, which the avro package does not: a decimal's digits would be read at another scale."""

    def __init__(self, reader: AvroSchema, writer: AvroSchema) -> None:
        self._reader = reader
        self._writer = writer
        self._compared: set[tuple[str, str]] = set()

    def changed(self, reader: Any, writer: Any, place: str) -> str | None:
        """The first changed logical type of two schemas that are compatible otherwise, or None."""
        reader, writer = _resolved(reader, self._reader), _resolved(writer, self._writer)
        if isinstance(reader, list) or isinstance(writer, list):
            return self._unions(_branches(reader), _branches(writer), place)
        if (here := _logical(reader)) != (there := _logical(writer)):
            return f"logical type changed: {there} is read as {here} (at {place})"
        if isinstance(reader, str) or isinstance(writer, str) or reader["type"] != writer["type"]:
            return None
        for inner in ("items", "values"):
            if inner in reader and (problem := self.changed(reader[inner], writer[inner], f"{place}{inner}/")):
                return problem
        if "fields" in reader and (pair := (reader["name"], writer["name"])) not in self._compared:
            self._compared.add(pair)
            return self._fields(reader, writer, place)
        return None

    def _fields(self, reader: Any, writer: Any, place: str) -> str | None:
        written = {field["name"]: field for field in writer["fields"]}
        for field in reader["fields"]:
            found = next(
                (written[name] for name in (field["name"], *field.get("aliases", ())) if name in written), None
            )
            if found and (problem := self.changed(field["type"], found["type"], f"{place}{field['name']}/")):
                return problem
        return None

    def _unions(self, readers: list[Any], writers: list[Any], place: str) -> str | None:
        for branch in writers:
            writer = _resolved(branch, self._writer)
            options = [_resolved(option, self._reader) for option in readers]
            same = [option for option in options if _same_branch(option, writer)]
            wider = [option for option in options if _kind(option) in _PROMOTIONS.get(_kind(writer), ())]
            for option in (same or wider)[:1]:
                if problem := self.changed(option, writer, place):
                    return problem
        return None


def _resolved(schema: Any, owner: AvroSchema) -> Any:
    if isinstance(schema, str) and schema not in PRIMITIVES:
        return owner.names[schema]
    return schema


def _branches(schema: Any) -> list[Any]:
    return schema if isinstance(schema, list) else [schema]


def _kind(schema: Any) -> str:
    return schema if isinstance(schema, str) else str(schema["type"])


def _same_branch(one: Any, other: Any) -> bool:
    if _kind(one) != _kind(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict) and "name" in one:
        names = {one["name"], *one.get("aliases", ())}
        return other["name"] in names or one["name"].rpartition(".")[2] == other["name"].rpartition(".")[2]
    return True


def _logical(schema: Any) -> str:
    if isinstance(schema, str) or "logicalType" not in schema:
        return "none"
    if schema["logicalType"] == "decimal":
        return f"decimal({schema.get('precision')}, {schema.get('scale', 0)})"
    return str(schema["logicalType"])
