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
def shipped_texts() -> dict[str, str]:
    """The .avsc as text by registry subject."""
    paths = sorted(resource_dir("schemas").glob("*.avsc"))
    return {EVENT_SUBJECT if path.stem == _EVENT_FILE else path.stem: path.read_text("utf-8") for path in paths}


@cache
def shipped_schemas() -> dict[str, dict[str, Any]]:
    """Parsed .avsc by registry subject."""
    return {subject: json.loads(text) for subject, text in shipped_texts().items()}


@cache
def payload_schema(subject: str) -> PayloadSchema:
    """The shipped schema of a part's payload.

    Raises:
        KeyError: no such subject is shipped.
    """
    return PayloadSchema(shipped_schemas()[subject])


def shipped_version(reference: str) -> PayloadSchema:
    """The shipped schema of a reference, `check-credit:1`.

    Raises:
        KeyError: no such schema is shipped; this release ships version 1 of each.
    """
    subject, _, version = reference.rpartition(":")
    if version != "1":
        raise KeyError(reference)
    return payload_schema(subject)
