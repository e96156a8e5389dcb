"""What the events of decisions tell of other decisions; the plain reference of the JVM operator `enrich`.

Everything here is a function of the events known when a decision's event passes. The JVM keeps them for a bounded time
and number (see `operators.enrich`); within these bounds both say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from decision_store.model.aggregation import Counted, aggregated, storable
from decision_store.model.enrichments import enrichment_types
from decision_store.model.expressions import NoValueError, Value, compile_expression
from decision_store.model.interpreter import FieldReader, Fields
from decision_store.model.plan import DecisionEventsPlan, PlanEnrichment

Event = Mapping[str, Any]


def enrichments_of(plan: DecisionEventsPlan, known: Iterable[Event], event: Event) -> dict[str, Value | None]:
    """The enrichments of a decision's event.

    Args:
        plan: what is declared.
        known: events known when it passes, any revisions of any customer's decisions, in any order; the newest revision
            of each decision counts. This event and other revisions of its decision may be among them.
        event: in the shape of `decision_store.model.assembly.assemble`.

    Returns:
        Every enrichment by `USE_CASE.NAME`; None is no value.
    """
    reader = FieldReader(plan)
    others = [reader.read(other) for other in _others(known, event)]
    fields = reader.read(event)
    return {f"{one.use_case}.{one.name}": _value(one, reader, others, fields) for one in plan.enrichments}


def flags_of(plan: DecisionEventsPlan, event: Event, enrichments: Mapping[str, Value | None]) -> list[str]:
    """The rules that hold for a decision, as `USE_CASE.NAME`, sorted.

    Args:
        plan: what is declared.
        event: the decision's.
        enrichments: the event's, by `enrichments_of`.
    """
    reader = FieldReader(plan)
    fields = reader.read(event)
    flags = []
    for rule in plan.rules:
        own = [one for one in plan.enrichments if one.use_case == rule.use_case]
        condition = compile_expression(rule.when, reader.types | enrichment_types(own))
        if condition.matches(fields | {one.name: enrichments[f"{one.use_case}.{one.name}"] for one in own}):
            flags.append(f"{rule.use_case}.{rule.name}")
    return sorted(flags)


def history_of(plan: DecisionEventsPlan, known: Iterable[Event], event: Event) -> dict[str, Value | None]:
    """The `history` of a decision's event; arguments as of `enrichments_of`."""
    time, window = event["event_time"], plan.history_window_ms
    before = [other for other in _others(known, event) if _is_before(other["event_time"], time, window)]
    approved = [_of(other, other["request"]["amount"]) for other in before if _outcome(other) == "APPROVED"]
    total = aggregated("sum", "double", None, approved)
    assert total is not None
    previous = max((_of(other, _outcome(other)) for other in before), key=lambda one: one.order, default=None)
    amount = total[0]
    assert isinstance(amount, float)
    return {
        "decisions_30d": len(before),
        "declines_30d": sum(_outcome(other) == "DECLINED" for other in before),
        "approved_amount_30d": amount,
        "previous_outcome": previous.arguments[0] if previous else None,
        "previous_outcome_age_ms": time - previous.event_time if previous else None,
    }


def _others(known: Iterable[Event], event: Event) -> list[Event]:
    """The newest revision of each other decision of the customer."""
    newest: dict[str, Event] = {}
    for other in known:
        if other["customer_id"] == event["customer_id"] and other["decision_id"] != event["decision_id"]:
            before = newest.setdefault(other["decision_id"], other)
            if other["revision"] > before["revision"]:
                newest[other["decision_id"]] = other
    return list(newest.values())


def _is_before(other: int, time: int, window_ms: int | None) -> bool:
    return other < time and (window_ms is None or other > time - window_ms)


def _value(declared: PlanEnrichment, reader: FieldReader, others: Iterable[Fields], fields: Fields) -> Value | None:
    where = compile_expression(declared.where, reader.types) if declared.where is not None else None
    arguments = [compile_expression(argument.expression, reader.types) for argument in declared.arguments]
    counted = []
    for other in others:
        if not _is_before(_long(other, "event_time"), _long(fields, "event_time"), declared.window_ms):
            continue
        if any(other[name] != fields[name] for name in declared.same) or (where and not where.matches(other)):
            continue
        try:
            values = tuple(storable(argument.value(other)) for argument in arguments)
        except NoValueError:
            continue
        counted.append(Counted(_long(other, "event_time"), str(other["decision_id"]), values))
    found = aggregated(declared.aggregate, declared.type, None, counted)
    if found is None:
        return None
    (value,) = found
    assert not isinstance(value, list)
    return value


def _long(fields: Fields, name: str) -> int:
    value = fields[name]
    assert isinstance(value, int)
    return value


def _of(event: Event, value: Value) -> Counted:
    return Counted(event["event_time"], event["decision_id"], (storable(value),))


def _outcome(event: Event) -> str:
    outcome: str = event["outcome"]["outcome"]
    return outcome
