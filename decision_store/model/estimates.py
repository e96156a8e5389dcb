"""What a variable costs: bytes of state a key, and what DynamoDB bills for its items.

These are estimates before anything runs, of the layout that the JVM writes (`operators.aggregate`,
`operators.variables.EntityState`); each assumption is a constant here. `tests/vectors/state_bytes.json` holds the JVM
to them; what RocksDB makes of these bytes (its own keys, compression, older versions) is not in them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from decision_store.model.attributes import attributes
from decision_store.model.plan import AggregateKind, PlanArgument, PlanEntity, PlanVariable, ValueType

DAY_MS = 86_400_000
EVENTS = 1_000_000
"""Costs are told for so many decision events."""

TYPICAL_DECISIONS_A_DAY = 1.0
"""Of one key: what "typical" means. A customer who is decided about daily is a busy one."""

TEXT_BYTES = 12
"""Of a text: an outcome, a merchant, a policy, the value of a key. Texts of up to 2,048 characters are kept."""

ENTITY_BYTES = 28
"""Of an entity beside its key and its variables: kind, version, clock, timer, fingerprint."""

_COUNTED: tuple[AggregateKind, ...] = ("count", "sum", "avg")
_VARIABLE_BYTES = 6  # its id and a length
_COUNT_BYTES = 2
_HOP_BYTES = 2  # its distance from the one before, and how many decisions
_FIRST_HOP_BYTES = 4
_SUM_BYTES: dict[ValueType, int] = {"long": 6, "double": 9}  # exact; of cents as a double
_ID_BYTES = 37  # of a decision, a UUID
_NUMBER_ENTRY_BYTES = 12  # of min and max: a number, its hop, how often
_RANK_BYTES = 8
_ARRIVAL_BYTES = 3  # without a window: the day when it came
_SETTLING_MS = 3 * DAY_MS  # beyond the retention, before a decision counts as one that is corrected no more
# Those of a ranking that are no candidates any more lie apart in blocks: of a hop, and of so many at the most, which
# are about three quarters full.
_KEPT_TOGETHER = 15
_BLOCK_ENTRIES = 6
_BLOCK_BYTES = 8  # of its own key, and of the hop it is counted in
APART_BYTES = 40
"""Of the entity's key, which stands before each block."""
_HASH_BYTES = 9
_SKETCH_BYTES, _SKETCH_SLICES = 1_100, 31
_ARGUMENT_BYTES: dict[ValueType, int] = {"string": 2 + TEXT_BYTES, "long": 6, "double": 9, "boolean": 1}

_UNIT_BYTES = 1_024
_READ_UNIT_BYTES = 4_096
_ITEM_VALUE_BYTES: dict[ValueType, int] = {"string": TEXT_BYTES, "long": 8, "double": 10, "boolean": 1}
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
        hops: of the window, at most; None without a window.
        typical: with `TYPICAL_DECISIONS_A_DAY`, of as many days as decisions are remembered.
        worst: a decision in every hop; None if it depends on how many decisions come within `kept_ms`.
        bytes_a_decision: what each further decision in a hop adds; 0 if a hop's size does not depend on their number.
        kept_ms: without a window, how far back decisions are kept that may yet become the value, at most: those that
            can be corrected and what stands behind them, looked through once a retention. None if none are kept so.
    """

    hops: int | None
    typical: int
    worst: int | None
    bytes_a_decision: int
    kept_ms: int | None = None


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
        retention_ms: how long decisions are remembered.
    """
    decisions = max(1, math.ceil(TYPICAL_DECISIONS_A_DAY * (variable.window_ms or retention_ms) / DAY_MS))
    is_kept = variable.aggregate not in (*_COUNTED, "distinct")
    a_decision = 0
    if is_kept:
        a_decision = _entry_bytes(variable) + math.ceil((APART_BYTES + _BLOCK_BYTES) / _BLOCK_ENTRIES)
    elif variable.aggregate == "distinct":
        a_decision = variable_bytes(variable, 2) - variable_bytes(variable, 1)
    if variable.window_ms is None:
        typical = variable_bytes(variable, decisions)
        if is_kept:
            return StateEstimate(None, typical, None, a_decision, 2 * (retention_ms + _SETTLING_MS))
        return StateEstimate(None, typical, variable_bytes(variable, EVENTS), a_decision)
    hops = math.ceil(variable.window_ms / variable.hop_ms) + 1
    typical = variable_bytes(variable, min(hops, decisions))
    return StateEstimate(hops, typical, variable_bytes(variable, hops), a_decision)


def variable_bytes(variable: PlanVariable, decisions: int) -> int:
    """The state of a variable for a key with so many decisions, each in a hop of its own and with another value."""
    if variable.aggregate in _COUNTED:
        return _counted_bytes(variable, decisions)
    if variable.aggregate == "distinct":
        return _distinct_bytes(variable, decisions)
    return _kept_bytes(variable, decisions)


def entity_bytes(entity: PlanEntity) -> int:
    """The state of one key beside that of its variables."""
    return ENTITY_BYTES + len(entity.use_case) + 1 + _key_bytes(entity)


def remembered_bytes(entities: Iterable[PlanEntity]) -> int:
    """What the variables job remembers of one decision, so that a correction can take it back."""
    size = _ID_BYTES + 2
    for entity in entities:
        size += len(entity.use_case) + 1 + _key_bytes(entity) + 12
        for variable in entity.variables:
            size += _VARIABLE_BYTES + (8 if variable.aggregate == "distinct" else _arguments_bytes(variable.arguments))
    return size


def item_of(entity: PlanEntity, prices: Prices) -> ItemEstimate:
    """The cost of one use case's item under one key.

    Every decision is taken to change a value, and every variable to be matched: an upper bound, since a write happens
    only if a value changed.
    """
    names = len("entity") + len("use_case") + len(entity.use_case) + len("version") + len("as_of")
    size = names + _key_bytes(entity) + 2 * _ITEM_VALUE_BYTES["long"]
    size += sum(_attribute_bytes(variable) for variable in entity.variables)
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


def _counted_bytes(variable: PlanVariable, filled: int) -> int:
    """Of count, sum and avg: a total, and as much for each hop."""
    sum_bytes = _SUM_BYTES[variable.arguments[0].type] if variable.arguments else 0
    total = _VARIABLE_BYTES + _COUNT_BYTES + sum_bytes
    if variable.window_ms is None:
        return total
    return total + _FIRST_HOP_BYTES + (filled * (_HOP_BYTES + sum_bytes) if filled > 1 else 0)


def _kept_bytes(variable: PlanVariable, decisions: int) -> int:
    """Of min, max, first, last and last_k: decisions, since a correction may take back what was the best."""
    apart = max(0, decisions - _KEPT_TOGETHER - (variable.limit or 1))
    blocks = apart if variable.window_ms is not None else math.ceil(apart / _BLOCK_ENTRIES)
    kept = decisions * _entry_bytes(variable) + blocks * (APART_BYTES + _BLOCK_BYTES)
    return _VARIABLE_BYTES + _COUNT_BYTES + kept


def _entry_bytes(variable: PlanVariable) -> int:
    """Of a decision that is kept, or of equal numbers of one hop."""
    arrival = _ARRIVAL_BYTES if variable.window_ms is None else 0
    if variable.aggregate in ("min", "max"):
        return _NUMBER_ENTRY_BYTES + arrival
    return _RANK_BYTES + _ID_BYTES + 1 + _arguments_bytes(variable.arguments) + arrival


def _distinct_bytes(variable: PlanVariable, decisions: int) -> int:
    """Of distinct, if each decision has another value: exact up to its bound, then sketches."""
    if variable.limit is None or decisions <= variable.limit:
        return _VARIABLE_BYTES + _COUNT_BYTES + decisions * (_HASH_BYTES + _FIRST_HOP_BYTES)
    slices = 1 if variable.window_ms is None else min(_SKETCH_SLICES, math.ceil(variable.window_ms / variable.hop_ms))
    return _VARIABLE_BYTES + (1 + slices) * _SKETCH_BYTES


def _arguments_bytes(arguments: Iterable[PlanArgument]) -> int:
    return sum(_ARGUMENT_BYTES[argument.type] for argument in arguments)


def _key_bytes(entity: PlanEntity) -> int:
    return sum(len(part.name) + 1 + TEXT_BYTES for part in entity.key) + len(entity.key) - 1


def _attribute_bytes(variable: PlanVariable) -> int:
    size = 0
    for name, attribute in attributes(variable).items():
        value = _ITEM_VALUE_BYTES[attribute.type]
        kept = variable.limit if attribute.is_list and variable.limit is not None else None
        size += len(name) + (value if kept is None else _LIST_BYTES + kept * (value + 1))
    return size
