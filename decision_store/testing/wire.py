"""Decision events as they are in Kafka."""

from __future__ import annotations

import io
import struct
from typing import Any

import fastavro

from decision_store.model.plan import RegisteredSchema
from decision_store.testing.decisions import Event


def encoded(event: Event, schema: RegisteredSchema) -> bytes:
    """The value of an event's Kafka record: Avro in Confluent's wire format."""
    out = io.BytesIO()
    out.write(struct.pack(">bI", 0, schema.id))
    fastavro.schemaless_writer(out, _parsed(schema), event)
    return out.getvalue()


def _parsed(schema: RegisteredSchema) -> Any:
    """Parsed once for as long as the schema lives: a dict has no hash, so by its identity."""
    known = _PARSED.get(id(schema))
    if known is None or known[0] is not schema:
        known = _PARSED[id(schema)] = schema, fastavro.parse_schema(schema.avro)
    return known[1]


_PARSED: dict[int, tuple[RegisteredSchema, Any]] = {}
