"""What a plan takes from the schema registry when it is made."""

from __future__ import annotations

import json
import warnings

import httpx

with warnings.catch_warnings(record=True):  # the client's OAuth library warns of its own imports
    from confluent_kafka.schema_registry import RegisteredSchema as RegistryAnswer
    from confluent_kafka.schema_registry import SchemaRegistryClient
    from confluent_kafka.schema_registry.error import SchemaRegistryError

from decision_store.errors import ActionableError
from decision_store.model.part_schemas import kind_of
from decision_store.model.plan import RegisteredSchema
from decision_store.model.schemas import EVENT_SUBJECT
from decision_store.settings import Settings

# The client lets its HTTP library's errors through; ValueError: what answers is no registry.
_FAILURES = (SchemaRegistryError, httpx.HTTPError, OSError, ValueError)


class RegistryError(ActionableError):
    """The registry does not answer, or lacks what a job needs; the message says what to do."""


def registered_event_schema(settings: Settings) -> RegisteredSchema:
    """The newest version of the decision event's schema.

    Raises:
        RegistryError: the registry cannot be reached, or the subject is not registered.
    """
    try:
        return _registered(_client(settings).get_latest_version(EVENT_SUBJECT))
    except _FAILURES as problem:
        raise _unusable(settings, EVENT_SUBJECT, problem) from problem


def registered_part_schemas(settings: Settings) -> tuple[RegisteredSchema, ...]:
    """Every version of every schema of a part's payload.

    Raises:
        RegistryError: the registry cannot be reached.
    """
    client = _client(settings)
    try:
        subjects = sorted(subject for subject in client.get_subjects() if kind_of(subject) is not None)
        return tuple(
            _registered(client.get_version(subject, version))
            for subject in subjects
            for version in client.get_versions(subject)
        )
    except _FAILURES as problem:
        raise _unusable(settings, "the parts' schemas", problem) from problem


def _client(settings: Settings) -> SchemaRegistryClient:
    return SchemaRegistryClient({"url": settings.schema_registry_url, "timeout": 10, "max.retries": 1})


def _registered(answer: RegistryAnswer) -> RegisteredSchema:
    avro = json.loads(answer.schema.schema_str)
    return RegisteredSchema(subject=answer.subject, version=answer.version, id=answer.schema_id, avro=avro)


def _unusable(settings: Settings, wanted: str, problem: Exception) -> RegistryError:
    return RegistryError(
        f"The schema registry at {settings.schema_registry_url} did not give {wanted} ({problem}): check "
        f"SCHEMA_REGISTRY_URL, and that the schemas are registered (the API does so when it starts)."
    )
