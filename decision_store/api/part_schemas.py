"""Which schema a part's payload is validated against: the registry's, and without one the shipped version 1."""

from __future__ import annotations

import time

from decision_store.api.schema_table import SchemaTable
from decision_store.model.avro_schemas import AvroSchema, InvalidSchemaError, parse_schema
from decision_store.model.part_schemas import check_part_schema
from decision_store.model.parts import Part
from decision_store.model.schemas import shipped_texts
from decision_store.model.validation import InvalidPayloadError, PayloadSchema

NEWEST_FOR_S = 1.0  # what another process registered is used this much later at most; saves a read on most writes


class UnknownSchemaError(ValueError):
    """There is no such schema, or it cannot be a part's; the message says which."""


class PartSchemas:
    """Schemas of parts by reference (`check-credit:2`); a version is immutable, so it is read once.

    Args:
        table: the registry's.
    """

    def __init__(self, table: SchemaTable) -> None:
        self._table = table
        self._by_reference: dict[str, PayloadSchema] = {}
        self._newest: dict[str, tuple[float, int]] = {}

    def newest(self, subject: str) -> str:
        """The reference of the subject's newest version.

        Raises:
            UnknownSchemaError: there is none.
        """
        read_at, version = self._newest.get(subject, (-NEWEST_FOR_S, 0))
        if time.monotonic() - read_at >= NEWEST_FOR_S:
            read_at, version = time.monotonic(), self._table.newest_version(subject)
            if version:
                self._newest[subject] = (read_at, version)
        if not version and subject in shipped_texts():
            version = 1
        if not version:
            raise UnknownSchemaError(f"there is no schema {subject}:1: register one for {subject}")
        return f"{subject}:{version}"

    def payload_schema(self, reference: str) -> PayloadSchema:
        """The schema of a reference.

        Args:
            reference: `subject:version`.

        Raises:
            UnknownSchemaError: there is none, or decisions cannot be assembled from its parts.
        """
        if reference not in self._by_reference:
            subject, _, version = reference.rpartition(":")
            schema = self._read(subject, int(version))
            try:
                check_part_schema(subject, schema)
            except InvalidSchemaError as unfit:
                raise UnknownSchemaError(f"schema {reference} is not fit for parts: {unfit}") from None
            self._by_reference[reference] = PayloadSchema(schema.canonical)
        return self._by_reference[reference]

    def is_valid(self, part: Part) -> bool:
        """Whether a part's payload conforms to the schema it names."""
        try:
            self.payload_schema(part.schema).parse(part.payload)
        except (UnknownSchemaError, InvalidPayloadError):
            return False
        return True

    def registered(self, subject: str) -> None:
        """Tells that a version of a subject was registered here, so that it is used at once."""
        self._newest.pop(subject, None)

    def _read(self, subject: str, version: int) -> AvroSchema:
        found = self._table.version(subject, version)
        if found is not None:
            return self._table.schema_of(found)
        if version == 1 and subject in shipped_texts() and not self._table.newest_version(subject):
            return parse_schema(shipped_texts()[subject])
        raise UnknownSchemaError(f"there is no schema {subject}:{version}")


def register_shipped(table: SchemaTable) -> None:
    """Registers the schemas this release ships, so that version 1 exists; what is registered already is left alone.

    Raises:
        IncompatibleSchemaError: a subject was taken by schemas that the shipped one does not agree with.
        BusyError: many others do the same at this moment.
    """
    for subject, text in shipped_texts().items():
        table.register(subject, parse_schema(text))
