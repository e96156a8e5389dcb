"""The schemas this release ships: one .avsc a subject."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from decision_store.model.validation import PayloadSchema
from decision_store.resources import resource_dir

EVENT_SUBJECT = "decision-events-value"  # Confluent's TopicNameStrategy
_EVENT_FILE = "decision-event"


@cache
def shipped_schemas() -> dict[str, dict[str, Any]]:
    """Parsed .avsc by registry subject."""
    schemas = {}
    for path in sorted(resource_dir("schemas").glob("*.avsc")):
        subject = EVENT_SUBJECT if path.stem == _EVENT_FILE else path.stem
        schemas[subject] = json.loads(path.read_text(encoding="utf-8"))
    return schemas


@cache
def payload_schema(subject: str) -> PayloadSchema:
    """The shipped schema of a part's payload.

    Raises:
        KeyError: no such subject is shipped.
    """
    return PayloadSchema(shipped_schemas()[subject])
