"""Decision events on Kafka: Confluent's wire format, with the writer's schema from the registry."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from functools import cache
from typing import Any

import fastavro

from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.ops.ledger.records import Event, Message
from decision_store.ops.ledger.registry import Registry
from decision_store.ops.ledger.topics import RawMessage

_HEADER = struct.Struct(">bI")  # magic byte 0, schema id


class EventDecoder:
    """Decodes events, whatever version they were written with, to the shipped schema; times as epoch milliseconds.

    Args:
        registry: knows the writers' schemas by id.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._parsed: dict[int, Any] = {}

    def decode(self, value: bytes | None) -> tuple[Event | None, str]:
        """The event, or None and a clause that says why there is none."""
        if value is None:
            return None, "has no value"
        if len(value) < _HEADER.size:
            return None, "is too short for a schema id"
        magic, schema_id = _HEADER.unpack_from(value)
        if magic != 0:
            return None, f"begins with byte {magic} where the magic byte 0 is expected"
        if schema_id not in self._parsed:
            schema = self._registry.by_id(schema_id)
            if schema is None:
                return None, f"has schema id {schema_id}, which the registry does not know"
            self._parsed[schema_id] = fastavro.parse_schema(without_logical_types(schema))
        body = io.BytesIO(value[_HEADER.size :])
        try:
            event = fastavro.schemaless_reader(body, self._parsed[schema_id], _reader_schema())
        except Exception as problem:  # fastavro lets through whatever garbage makes Python raise
            return None, f"is no decision event of schema id {schema_id} ({type(problem).__name__})"
        if left := len(body.read()):
            return None, f"has {left} bytes after its event"
        assert isinstance(event, dict)
        return event, ""

    def message(self, raw: RawMessage) -> Message:
        """The message with its event."""
        event, problem = self.decode(raw.value)
        return Message(raw.partition, raw.offset, raw.key, event, problem)


@cache
def _reader_schema() -> Any:
    return fastavro.parse_schema(without_logical_types(shipped_schemas()[EVENT_SUBJECT]))


def without_logical_types(schema: Any) -> Any:
    """The schema with timestamps as plain longs: Python's datetime does not hold every long."""
    if isinstance(schema, Mapping):
        return {name: without_logical_types(value) for name, value in schema.items() if name != "logicalType"}
    if isinstance(schema, list):
        return [without_logical_types(one) for one in schema]
    return schema
