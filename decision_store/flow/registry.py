"""What the schema registry knows, for plans."""

from __future__ import annotations

import json

from confluent_kafka.schema_registry import SchemaRegistryClient

from decision_store.model.plan import RegisteredSchema
from decision_store.model.schemas import EVENT_SUBJECT
from decision_store.settings import Settings


def registered_event_schema(settings: Settings) -> RegisteredSchema:
    """The newest registered schema of decision events, with its id."""
    latest = SchemaRegistryClient({"url": settings.schema_registry_url}).get_latest_version(EVENT_SUBJECT)
    return RegisteredSchema(
        subject=EVENT_SUBJECT,
        version=latest.version,
        id=latest.schema_id,
        avro=json.loads(latest.schema.schema_str),
    )
