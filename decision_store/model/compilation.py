"""The compilation of declared variables to the plan; whatever cannot work is refused here, with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from decision_store.model.aggregates import (
    MOST_EXACT,
    MOST_KEPT,
    MOST_KEPT_VALUES,
    Aggregate,
    Named,
)
from decision_store.model.attributes import LARGEST_ITEM, attributes, largest_item
from decision_store.model.declarations import NAME, NAMES, DeclarationError, Declared, whole
from decision_store.model.expressions import FieldType
from decision_store.model.plan import PlanArgument, PlanEntity, PlanKey, PlanVariable, ValueType
from decision_store.model.variables import Variable

RESERVED = frozenset({"entity", "use_case", "version", "as_of"})
LONGEST_HOP = timedelta(hours=1)
MOST_HOPS = 10_000  # a window that is full of decisions has one small piece of state a hop
_NO_WINDOW_HOP_MS = 86_400_000  # has no meaning for the value
_MILLISECOND = timedelta(milliseconds=1)
_LONGEST_VERSION = 2**31 - 1
_OF_A_NUMBER = ("sum", "min", "max", "avg")
_OF_A_DECISION = ("first", "last", "last_k")


def compile_variables(
    use_case: str, variables: Sequence[Variable], fields: Mapping[str, FieldType]
) -> tuple[PlanEntity, ...]:
    """The entities of one use case: its variables by key.

    Args:
        use_case: its name, the sort key of its items.
        variables: as declared.
        fields: what expressions may name.

    Raises:
        DeclarationError: naming use case, variable and place.
    """
    if not NAME.fullmatch(use_case):
        raise DeclarationError(f"use case {use_case}: {NAMES}")
    keys: dict[tuple[PlanKey, ...], list[PlanVariable]] = {}
    used: dict[tuple[PlanKey, ...], set[str]] = {}
    by_names: dict[tuple[str, ...], tuple[PlanKey, ...]] = {}
    for variable in variables:
        declared = Declared(use_case, "variable", variable.name, fields)
        key = _key(declared, variable)
        if by_names.setdefault(tuple(part.name for part in key), key) != key:
            declared.fail("key", "another variable has these names with other expressions; give one a new name")
        planned = _variable(declared, variable)
        for attribute in attributes(planned):
            if attribute in used.setdefault(key, set(RESERVED)):
                taken = "reserved" if attribute in RESERVED else "declared twice for this key"
                declared.fail("name", f"the attribute {attribute} is {taken}")
            used[key].add(attribute)
        of_key = keys.setdefault(key, [])
        of_key.append(planned)
        _check_size(declared, of_key)
    return tuple(
        PlanEntity(
            name="-".join((use_case, *(part.name for part in key))), use_case=use_case, key=key, variables=tuple(of_key)
        )
        for key, of_key in keys.items()
    )


@dataclass(frozen=True, slots=True)
class CompiledAggregate:
    """Attributes: arguments, limit and type as in the plan."""

    arguments: tuple[PlanArgument, ...]
    limit: int | None
    type: ValueType


def compile_aggregate(declared: Declared, value: Aggregate) -> CompiledAggregate:
    """An aggregate over the fields.

    Args:
        declared: whose `value` it is.
        value: as declared.

    Raises:
        DeclarationError: it cannot be computed.
    """
    if not isinstance(value, Aggregate):
        hint = f"; write {value.__name__}(...)" if callable(value) and hasattr(value, "__name__") else ""
        declared.fail("value", f'is an aggregate such as count() or sum_("amount"), not {value!r}{hint}')
    limit = _limit(declared, value)
    says = value.kind + "_" * (value.kind in ("sum", "min", "max"))
    arguments = []
    for part in value.arguments:
        if value.kind not in _OF_A_DECISION and isinstance(part, str):
            part = Named("value", part)  # it has one attribute: its argument needs no name
        part = _named(declared, "value", part)
        kind = declared.compile("value", part.expression).result.type
        if value.kind in _OF_A_NUMBER and kind not in ("long", "double"):
            declared.fail("value", whole(f"{says} takes a number, and this is a {kind}", part.expression))
        arguments.append(PlanArgument(name=part.name, expression=part.expression, type=kind))
    if len({argument.name for argument in arguments}) != len(arguments):
        declared.fail("value", "two arguments have the same name")
    if value.kind in _OF_A_DECISION and not arguments:
        example = "last_k(5, 'outcome')" if value.kind == "last_k" else f"{says}('outcome')"
        declared.fail("value", f"{says} needs what to keep of a decision, as in {example}")
    if value.kind in ("count", "distinct"):
        return CompiledAggregate(tuple(arguments), limit, "long")
    return CompiledAggregate(tuple(arguments), limit, "double" if value.kind == "avg" else arguments[0].type)


def window_and_hop(declared: Declared, window: timedelta | None, hop: timedelta | None) -> tuple[int | None, int]:
    """A window and the steps by which it moves, in ms; a step that has no meaning without a window.

    Raises:
        DeclarationError: they do not go together.
    """
    for place, span in (("window", window), ("hop", hop)):
        if not isinstance(span, timedelta | None):
            declared.fail(place, f"is a span such as days(30) or minutes(10), not {span!r}")
    if window is None:
        if hop is not None:
            declared.fail("hop", "without a window there is nothing to move; leave it out")
        return None, _NO_WINDOW_HOP_MS
    if window < timedelta(seconds=1):
        declared.fail("window", "is a second at least")
    hop = min(window / 60, LONGEST_HOP) if hop is None else hop
    if not _MILLISECOND <= hop <= window:
        declared.fail("hop", f"is from a millisecond to the window of {window}, not {hop}")
    if window / hop > MOST_HOPS:
        steps = f"a window of {_span(window)} moves by {_span(hop)} in {window / hop:,.0f} steps, and {MOST_HOPS:,}"
        declared.fail("hop", f"{steps} is the most; choose hop={_span(_shortest_hop(window))} or longer")
    return window // _MILLISECOND, hop // _MILLISECOND


def _key(declared: Declared, variable: Variable) -> tuple[PlanKey, ...]:
    parts = (variable.key,) if isinstance(variable.key, str | Named) else variable.key
    if not isinstance(parts, Sequence):
        declared.fail("key", f"is a field, named(...), or a list of them, not {parts!r}")
    if not parts:
        declared.fail("key", "a key needs at least one part")
    key = []
    for part in (_named(declared, "key", part) for part in parts):
        kind = declared.compile("key", part.expression).result.type
        if kind == "double":
            what = f"{part.name} is a double, and a key is a string, long or boolean"
            declared.fail("key", whole(what, part.expression))
        key.append(PlanKey(name=part.name, expression=part.expression))
    if len({part.name for part in key}) != len(key):
        declared.fail("key", "two parts have the same name")
    return tuple(key)


def _variable(declared: Declared, variable: Variable) -> PlanVariable:
    declared.check_name()
    if variable.where is not None:
        declared.condition("where", variable.where)
    if not _is_whole(variable.version, 1, _LONGEST_VERSION):
        declared.fail("version", f"is a whole number from 1, raised by one at each change, not {variable.version!r}")
    value = compile_aggregate(declared, variable.value)
    window_ms, hop_ms = window_and_hop(declared, variable.window, variable.hop)
    return PlanVariable(
        name=variable.name,
        version=variable.version,
        aggregate=variable.value.kind,
        arguments=value.arguments,
        limit=value.limit,
        where=variable.where,
        window_ms=window_ms,
        hop_ms=hop_ms,
        type=value.type,
    )


def _limit(declared: Declared, value: Aggregate) -> int | None:
    if value.kind == "last_k":
        if not _is_whole(value.limit, 1, MOST_KEPT):
            what = f"last_k says first how many decisions are kept, 1 to {MOST_KEPT}, not {value.limit!r}"
            declared.fail("value", f"{what}; as in last_k(5, 'outcome')")
        assert value.limit is not None
        if value.limit * len(value.arguments) > MOST_KEPT_VALUES:
            kept = f"{value.limit} decisions with {len(value.arguments)} values each"
            fewer = MOST_KEPT_VALUES // len(value.arguments) or "fewer values of"
            what = f"last_k keeps {MOST_KEPT_VALUES} values at most, not {kept}; keep {fewer} decisions"
            declared.fail("value", what)
        return value.limit
    if value.kind == "distinct":
        if not _is_whole(value.limit, 1, MOST_EXACT):
            declared.fail("value", f"distinct is exact up to a bound of 1 to {MOST_EXACT:,}, not {value.limit!r}")
        return value.limit
    return None


def _is_whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _named(declared: Declared, place: str, part: Any) -> Named:
    if not isinstance(part, str | Named):
        declared.fail(place, f"is a field, an expression or named(...), not {part!r}")
    name = part if isinstance(part, str) else part.name
    if not (isinstance(name, str) and NAME.fullmatch(name)):
        declared.fail(place, f"{name!r} is not a name: write named('a_name', ...)")
    return Named(part, part) if isinstance(part, str) else part


def _check_size(declared: Declared, variables: Sequence[PlanVariable]) -> None:
    size = largest_item(declared.use_case, variables)
    if size > LARGEST_ITEM:
        own = largest_item(declared.use_case, variables[-1:]) - largest_item(declared.use_case, ())
        declared.fail(
            "value",
            f"with it the item of this key could have {size:,} bytes, {own:,} of them for this variable, and DynamoDB"
            f" stores {LARGEST_ITEM:,}; keep fewer decisions or texts (one may have 8,192 bytes), or another key",
        )


def _shortest_hop(window: timedelta) -> timedelta:
    """The shortest hop of whole seconds, minutes, hours or days that the window can move by."""
    for unit, most in ((timedelta(seconds=1), 60), (timedelta(minutes=1), 60), (timedelta(hours=1), 24)):
        number = -(-window // (MOST_HOPS * unit))
        if number <= most:
            return number * unit
    return -(-window // (MOST_HOPS * timedelta(days=1))) * timedelta(days=1)


def _span(span: timedelta) -> str:
    """A span as it is declared: hours(2)."""
    for name in ("days", "hours", "minutes"):
        number = span / timedelta(**{name: 1})
        if number >= 1 and number == int(number):
            return f"{name}({int(number)})"
    return f"seconds({span.total_seconds():g})"
