"""What a variable costs: bytes of state a key, and what DynamoDB bills for its items.

These are estimates before anything runs; each assumption is a constant here. `make bench-keyed` measures the bytes of
state, DynamoDB bills the rest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from decision_store.model.attributes import attributes
from decision_store.model.plan import AggregateKind, PlanEntity, PlanVariable, ValueType

DAY_MS = 86_400_000
EVENTS = 1_000_000
"""Costs are told for so many decision events."""

TYPICAL_DECISIONS_A_DAY = 1.0
"""Of one key: what "typical" means. A customer who is decided about daily is a busy one."""

ENTITY_BYTES = 32
"""Of an entity's state beside its variables: version, as-of, the next timer, lengths."""

VARIABLE_BYTES = 8
"""Of each variable beside what it keeps: its id and a length."""

TEXT_BYTES = 12
"""Of a text: an outcome, a merchant, a policy. Texts of up to 2,048 characters are kept."""

_ID_BYTES = 38
_TIME_BYTES = 8
_VALUE_BYTES: dict[ValueType, int] = {"string": TEXT_BYTES, "long": 8, "double": 8, "boolean": 1}
# What a hop with decisions holds, by aggregate, beside its number (3 bytes).
_HOP_BYTES: dict[AggregateKind, int] = {"count": 2, "sum": 18, "avg": 20}

_UNIT_BYTES = 1_024
_READ_UNIT_BYTES = 4_096
_NUMBER_BYTES: dict[ValueType, int] = {"string": TEXT_BYTES, "long": 8, "double": 10, "boolean": 1}
_LIST_BYTES = 3


@dataclass(frozen=True, slots=True)
class Prices:
    """DynamoDB's on-demand prices, in dollars a million requests.

    The defaults are the list prices of a standard table in us-east-1 in November 2026; other regions cost up to about
    twice as much: https://aws.amazon.com/dynamodb/pricing/on-demand/ has them. Provisioned capacity costs a fraction
    where traffic is steady.
    """

    write: float = 0.625
    read: float = 0.125


@dataclass(frozen=True, slots=True)
class StateEstimate:
    """Bytes of state of one variable for one key.

    Attributes:
        hops: of the window, at most; 1 without a window.
        bytes_a_hop: what a hop holds that one decision fell into.
        typical: with `TYPICAL_DECISIONS_A_DAY`.
        worst: a decision in every hop.
        bytes_a_decision: what each further decision in a hop adds; 0 if a hop's size does not depend on their number.
    """

    hops: int
    bytes_a_hop: int
    typical: int
    worst: int
    bytes_a_decision: int


@dataclass(frozen=True, slots=True)
class ItemEstimate:
    """What the item of one use case and key costs in the variables table, for a million decision events.

    Attributes:
        bytes: of the item, with typical texts.
        write_units: of one write: a request a started KB, also when the condition refuses it.
        writes_at_once: as decisions come: one each, if each changes a value.
        writes_on_expiry: at most, as hops leave their windows; fewer where a hop holds several decisions.
        write_dollars: of all of them.
        read_units: of one read.
        read_dollars: of a million consistent reads of this item, as a policy makes one before each decision.
    """

    bytes: int
    write_units: int
    writes_at_once: int
    writes_on_expiry: int
    write_dollars: float
    read_units: int
    read_dollars: float


def state_of(variable: PlanVariable, retention_ms: int) -> StateEstimate:
    """The state of one variable for one key.

    Args:
        variable: as compiled.
        retention_ms: how long decisions are remembered; a variable without a window is told for so long.
    """
    a_decision = _bytes_a_decision(variable)
    a_hop = 3 + _HOP_BYTES.get(variable.aggregate, a_decision)
    if variable.window_ms is None:
        hops = math.ceil(retention_ms / variable.hop_ms) if a_decision else 1
    else:
        hops = math.ceil(variable.window_ms / variable.hop_ms) + 1
    decisions = TYPICAL_DECISIONS_A_DAY * (variable.window_ms or retention_ms) / DAY_MS
    filled = min(hops, max(1, math.ceil(decisions)))
    return StateEstimate(
        hops=hops,
        bytes_a_hop=a_hop,
        typical=VARIABLE_BYTES + filled * a_hop,
        worst=VARIABLE_BYTES + hops * a_hop,
        bytes_a_decision=a_decision,
    )


def item_of(entity: PlanEntity, prices: Prices) -> ItemEstimate:
    """The cost of one use case's item under one key.

    Every decision is taken to change a value, and every variable to be matched: an upper bound, since a write happens
    only if a value changed.
    """
    size = _key_bytes(entity) + sum(_attribute_bytes(variable) for variable in entity.variables)
    write_units = math.ceil(size / _UNIT_BYTES)
    read_units = math.ceil(size / _READ_UNIT_BYTES)
    # Hops of one size that run out at one moment are one write; those of different windows are not.
    spans = {(one.window_ms, one.hop_ms) for one in entity.variables if one.window_ms is not None}
    on_expiry = len(spans) * EVENTS
    return ItemEstimate(
        bytes=size,
        write_units=write_units,
        writes_at_once=EVENTS,
        writes_on_expiry=on_expiry,
        write_dollars=(EVENTS + on_expiry) * write_units * prices.write / 1_000_000,
        read_units=read_units,
        read_dollars=EVENTS * read_units * prices.read / 1_000_000,
    )


def remembered_bytes(entities: Sequence[PlanEntity]) -> int:
    """What the variables job remembers of one decision, so that a correction can take it back."""
    contributions = 0
    for entity in entities:
        arguments = [argument for variable in entity.variables for argument in variable.arguments]
        key = sum(len(part.name) + 1 + TEXT_BYTES for part in entity.key)
        values = sum(_VALUE_BYTES[argument.type] for argument in arguments)
        contributions += len(entity.use_case) + key + _TIME_BYTES + 4 * len(entity.variables) + values
    return _ID_BYTES + _TIME_BYTES + contributions


def _bytes_a_decision(variable: PlanVariable) -> int:
    """Of aggregates that keep decisions one by one, so that a correction can take back what was the least, or last."""
    values = sum(_VALUE_BYTES[argument.type] for argument in variable.arguments)
    if variable.aggregate in ("first", "last", "last_k"):
        return _ID_BYTES + _TIME_BYTES + values
    if variable.aggregate in ("min", "max", "distinct"):
        return values + 1
    return 0


def _key_bytes(entity: PlanEntity) -> int:
    key = sum(len(part.name) + 1 + TEXT_BYTES for part in entity.key) + len(entity.key) - 1
    return len("entity") + key + len("use_case") + len(entity.use_case) + len("version") + 10 + len("as_of") + 8


def _attribute_bytes(variable: PlanVariable) -> int:
    size = 0
    for name, attribute in attributes(variable).items():
        value = _NUMBER_BYTES[attribute.type]
        kept = variable.limit if attribute.is_list and variable.limit is not None else None
        size += len(name) + (value if kept is None else _LIST_BYTES + kept * (value + 1))
    return size
