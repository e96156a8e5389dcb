"""The side topics: dead letters and incomplete decisions, both JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from decision_store.ops.ledger.records import DeadLetter, ItemKey
from decision_store.ops.ledger.topics import RawMessage


def dead_letter(raw: RawMessage) -> DeadLetter:
    """The dead letter in a message; one that cannot be read is about no item."""
    letter = _object(raw.value)
    kind, stage = letter.get("event_kind"), letter.get("stage")
    return DeadLetter(
        position=raw.position,
        item=item_key(letter.get("original")),
        event_kind=kind if isinstance(kind, str) else "",
        stage=stage if isinstance(stage, str) else "",
    )


def item_key(original: Any) -> ItemKey | None:
    """The key in `original`: the item's attributes as plain JSON, or the raw stream record in DynamoDB's JSON."""
    if isinstance(original, str):
        original = _object(original.encode())
    if not isinstance(original, Mapping):
        return None
    places = (original, original.get("dynamodb"))
    within = [place.get(name) for place in places if isinstance(place, Mapping) for name in ("NewImage", "Keys")]
    for attributes in (original, *within):
        if isinstance(attributes, Mapping):
            key = [_text(attributes.get(name)) for name in ItemKey._fields]
            if key[0] is not None and key[1] is not None:
                return ItemKey(key[0], key[1])
    return None


def incomplete_decisions(messages: Iterable[RawMessage]) -> set[str]:
    """The decisions that were told of."""
    found = (_object(message.value).get("decision_id") for message in messages)
    return {decision_id for decision_id in found if isinstance(decision_id, str)}


def _object(text: bytes | None) -> dict[str, Any]:
    try:
        value = json.loads(text or b"")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    if isinstance(value, Mapping):  # DynamoDB's JSON: {"S": "d-1"}
        value = value.get("S")
    return value if isinstance(value, str) else None
