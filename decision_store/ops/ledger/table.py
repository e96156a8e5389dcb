"""The decision table: the source of truth, and what it makes one expect elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer

from decision_store.model.assembly import Incomplete, assemble
from decision_store.model.parts import Part
from decision_store.model.schemas import shipped_version
from decision_store.model.validation import PayloadSchema
from decision_store.ops.ledger.records import Event, ItemKey

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = Mapping[str, Any]
SchemaOf = Callable[[str], PayloadSchema]
"""Gives the schema of a reference (`check-credit:2`); raises KeyError when there is none."""


@dataclass(frozen=True, slots=True)
class TableState:
    """The table, read as the jobs must read it.

    Attributes:
        parts: the valid parts of each decision.
        invalid: why an item is none; such items must be dead letters.
        schema_of: the payloads' schemas.
        newest: the newest event of each complete decision, without what it says of others.
        waiting: decisions that are not complete.
    """

    parts: Mapping[str, tuple[Part, ...]]
    invalid: Mapping[ItemKey, str]
    schema_of: SchemaOf
    newest: Mapping[str, Event] = field(init=False)
    waiting: Mapping[str, Incomplete] = field(init=False)

    def __post_init__(self) -> None:
        made = {decision_id: assemble(parts, self.schema_of) for decision_id, parts in self.parts.items()}
        waiting = {decision_id: one for decision_id, one in made.items() if isinstance(one, Incomplete)}
        newest = {decision_id: one for decision_id, one in made.items() if not isinstance(one, Incomplete)}
        object.__setattr__(self, "newest", newest)
        object.__setattr__(self, "waiting", waiting)

    def has_item(self, key: ItemKey) -> bool:
        """Whether the table holds the item, valid or not."""
        of_decision = self.parts.get(key.decision_id, ())
        return key in self.invalid or any(part.sort_key == key.part_revision for part in of_decision)


def interpret(
    items: Iterable[Item], dead_lettered: Set[ItemKey] = frozenset(), schema_of: SchemaOf = shipped_version
) -> TableState:
    """The table's state from its items (plain Python values, numbers int or Decimal).

    A decision belongs to the customer of the part that the job saw first; the table does not tell which that was.
    Where parts of several customers meet, the one whose parts were not dead-lettered is taken.

    Args:
        items: all items.
        dead_lettered: items found on the dead-letter topic; looked at only where customers meet.
        schema_of: the payloads' schemas; what is shipped when left out.
    """
    valid: dict[str, list[Part]] = defaultdict(list)
    invalid: dict[ItemKey, str] = {}
    for item in items:
        part, problem = _read(item, schema_of)
        if part is not None:
            valid[part.decision_id].append(part)
        else:
            invalid[ItemKey(str(item["decision_id"]), str(item["part_revision"]))] = problem
    parts: dict[str, tuple[Part, ...]] = {}
    for decision_id, of_decision in valid.items():
        owner = _owner(of_decision, dead_lettered)
        parts[decision_id] = tuple(part for part in of_decision if part.customer_id == owner)
        for part in of_decision:
            if part.customer_id != owner:
                invalid[_key(part)] = "customer_id: the decision belongs to another customer"
    return TableState(parts, invalid, schema_of)


def read_items(client: DynamoDBClient, table: str) -> list[dict[str, Any]]:
    """Every item of a table, consistent with all acknowledged writes."""
    deserializer = TypeDeserializer()
    pages = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return [
        {name: deserializer.deserialize(value) for name, value in item.items()}
        for page in pages
        for item in page["Items"]
    ]


def _read(item: Item, schema_of: SchemaOf) -> tuple[Part | None, str]:
    try:
        part = Part.from_item(item)
        schema_of(part.schema).parse(part.payload)
    except KeyError:
        return None, f"schema: there is no schema {item['schema']}"
    except (ValueError, TypeError) as problem:  # TypeError: an attribute of a type no part has, such as a binary
        return None, str(problem)
    return part, ""


def _owner(parts: list[Part], dead_lettered: Set[ItemKey]) -> str:
    customers = sorted({part.customer_id for part in parts})
    if len(customers) == 1:
        return customers[0]
    accepted = {part.customer_id for part in parts if _key(part) not in dead_lettered}
    candidates = [part for part in parts if part.customer_id in accepted] or parts
    return min(candidates, key=lambda part: (part.event_time, part.sort_key)).customer_id


def _key(part: Part) -> ItemKey:
    return ItemKey(part.decision_id, part.sort_key)
