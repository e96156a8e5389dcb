"""What the event of a decision tells of other decisions, without Flink: enrichments, flags and history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from decision_store.model.enriching import enrichments_of, flags_of, history_of
from decision_store.model.enrichments import Enrichment, Rule, compile_enrichments, compile_rules
from decision_store.model.expressions import Value
from decision_store.model.fields import FIELDS, DerivedField, derived_fields, field_types, with_derived
from decision_store.model.plan import DecisionEventsPlan
from decision_store.model.use_cases import declared_enriching
from decision_store.testing.decisions import Event
from decision_store.testing.variables import event_schema

_DAY_MS = 86_400_000


def enrichments_after(
    events: Iterable[Event],
    event: Event,
    enrichments: Sequence[Enrichment] | None = None,
    use_case: str = "tested",
    fields: Sequence[DerivedField] = (),
) -> dict[str, Value | None]:
    """The enrichments of a decision's event, by `USE_CASE.NAME`; None is no value.

    Args:
        events: known when it passes, of any customer, in any order; those at its own moment or later do not count.
        event: of `decision`.
        enrichments: what is declared; None: what the folders in `use_cases/` declare.
        use_case: the name of given `enrichments`.
        fields: what they derive.

    Raises:
        DeclarationError: a declaration cannot work.

    Example:
        >>> enrichments_after([decision(outcome="DECLINED", at=1_000)], decision(at=2_000))
        {'fraud_prevention.declines_24h': 1, ...}
    """
    return enrichments_of(_plan(enrichments, (), use_case, fields), events, event)


def flags_after(
    events: Iterable[Event],
    event: Event,
    enrichments: Sequence[Enrichment] | None = None,
    rules: Sequence[Rule] | None = None,
    use_case: str = "tested",
    fields: Sequence[DerivedField] = (),
) -> list[str]:
    """The rules that hold for a decision after others, as `USE_CASE.NAME`, sorted.

    Args:
        events: as of `enrichments_after`.
        event: likewise.
        enrichments: likewise.
        rules: what is declared; None: none, or with `enrichments` None too, what `use_cases/` declares.
        use_case: the name of what is given.
        fields: what it derives.

    Raises:
        DeclarationError: a declaration cannot work.
    """
    flags: list[str] = event_with_history(events, event, enrichments, rules, use_case, fields)["flags"]
    return flags


def event_with_history(
    events: Iterable[Event],
    event: Event,
    enrichments: Sequence[Enrichment] | None = None,
    rules: Sequence[Rule] | None = None,
    use_case: str = "tested",
    fields: Sequence[DerivedField] = (),
) -> Event:
    """The event as it is in Kafka: with `history`, `enrichments` and `flags`; the arguments are those of `flags_after`.

    Steps are not run; see `run_step`.
    """
    plan = _plan(enrichments, rules, use_case, fields)
    known = list(events)
    values = enrichments_of(plan, known, event)
    return {
        **event,
        "history": history_of(plan, known, event),
        "enrichments": {name: _cell(value) for name, value in values.items()},
        "flags": flags_of(plan, event, values),
    }


def _plan(
    enrichments: Sequence[Enrichment] | None,
    rules: Sequence[Rule] | None,
    use_case: str,
    fields: Sequence[DerivedField],
) -> DecisionEventsPlan:
    schema = event_schema()
    if enrichments is None and not rules:
        declared = declared_enriching(schema.avro)
        all_fields, planned, planned_rules = declared.fields, declared.enrichments, declared.rules
    else:
        types = field_types(FIELDS, schema.avro)
        derived = derived_fields(use_case, fields, types)
        all_fields, known = FIELDS + derived, with_derived(types, derived)
        planned = compile_enrichments(use_case, enrichments or (), known)
        planned_rules = compile_rules(use_case, rules or (), known, planned)
    return DecisionEventsPlan(
        registry_url="http://localhost/registry",
        part_schemas=(),
        event_schema=schema,
        incomplete_after_ms=_DAY_MS,
        retention_ms=3_650 * _DAY_MS,
        history_window_ms=30 * _DAY_MS,
        fields=all_fields,
        enrichments=planned,
        rules=planned_rules,
    )


def _cell(value: Value | None) -> Mapping[str, Value | None]:
    """A value as the event's schema has it: the field of its type is set."""
    kinds: tuple[tuple[str, type], ...] = (("string", str), ("long", int), ("double", float), ("boolean", bool))
    return {name: value if type(value) is kind else None for name, kind in kinds}
