"""Explains what is declared, in words: how it is computed, from which fields, what it costs, where it is read."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from decision_store.errors import ActionableError
from decision_store.model.attributes import attributes
from decision_store.model.checks import CheckedUseCase
from decision_store.model.enrichments import enrichment_types
from decision_store.model.entities import entity_key
from decision_store.model.estimates import (
    TYPICAL_DECISIONS_A_DAY,
    ItemEstimate,
    Prices,
    StateEstimate,
    item_of,
    state_of,
)
from decision_store.model.expressions import FieldType, compile_expression
from decision_store.model.plan import PlanEnrichment, PlanEntity, PlanField, PlanRule, PlanVariable, ValueType
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.model.wording import aggregate_text, expressions_of, fields_named, key_text, span_text

_SAMPLES: dict[ValueType, str] = {"string": '"…"', "long": "3", "double": "129.5", "boolean": "true"}
_FIELD_SAMPLES = {
    "decision_id": '"d-1"',
    "customer_id": '"c-1"',
    "merchant_id": '"m-17"',
    "event_time": "1700000000000",
    "outcome": '"APPROVED"',
    "currency": '"EUR"',
    "policy": '"checkout@7"',
    "amount_band": '"M"',
}
_OF_ARGUMENTS = ("first", "last", "last_k")


class UnknownNameError(ActionableError):
    """Nothing of this name is declared; the message says what was probably meant."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Attributes: what is explained, in one sentence how it is computed, and the rest as label and text."""

    title: str
    sentence: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an explanation depends on beside the declaration.

    Attributes:
        retention_ms: how long decisions are remembered.
        prices: of DynamoDB.
        api_url: where the API answers.
    """

    retention_ms: int
    prices: Prices
    api_url: str


def explain(name: str, use_cases: Sequence[CheckedUseCase], where: Circumstances) -> list[Explanation]:
    """Explains everything of a name: variables, enrichments and rules.

    Args:
        name: `NAME` or `USE_CASE.NAME`; an attribute of a variable with several values will do, too.
        use_cases: as checked.
        where: what else it depends on.

    Raises:
        UnknownNameError: there is nothing of this name.
    """
    use_case, _, wanted = name.rpartition(".")
    found = []
    for one in use_cases:
        if use_case in ("", one.use_case.name):
            found += [
                explain_variable(one, entity, variable, where)
                for entity, variable in one.variables()
                if wanted == variable.name or wanted in attributes(variable)
            ]
            found += [
                explain_enrichment(one, enrichment) for enrichment in one.enrichments if wanted == enrichment.name
            ]
            found += [explain_rule(one, rule) for rule in one.rules if wanted == rule.name]
    if not found:
        raise UnknownNameError(_unknown(name, use_cases))
    return found


def explain_variable(
    checked: CheckedUseCase, entity: PlanEntity, variable: PlanVariable, where: Circumstances
) -> Explanation:
    """Explains one variable."""
    sample_key = entity_key([(part.name, _sample_part(part.name)) for part in entity.key])
    use_case = checked.use_case.name
    details = (
        ("declared", _declared(checked, "variable", variable.name)),
        ("value", aggregate_text(variable)),
        ("key", key_text(entity.key)),
        ("condition", variable.where or "none: every decision counts"),
        ("window", _window_text(variable)),
        ("fields", _fields_text(checked, expressions_of(variable, entity.key))),
        ("item", f"entity {sample_key}, use_case {use_case}: {_sample_attributes(variable)}"),
        ("version", f"{variable.version}: raise it when anything above changes; another version counts from nothing"),
        ("state", _state_text(state_of(variable, where.retention_ms))),
        ("writes", _writes_text(entity, item_of(entity, where.prices))),
        ("read at", _read_text(entity, sample_key, where.api_url)),
        ("in the answer", ", ".join(f"use_cases.{use_case}.{name}" for name in attributes(variable))),
    )
    keys = " and ".join(part.name for part in entity.key)
    which = _which_decisions("the decisions", variable)
    sentence = (
        f"For each {keys}: {_aggregate_words(variable, which)}. Of each decision its newest revision counts; a"
        " correction first takes back what the older one added, however late it comes."
    )
    return Explanation(f"{use_case}.{variable.name}", sentence, details)


def explain_enrichment(checked: CheckedUseCase, enrichment: PlanEnrichment) -> Explanation:
    """Explains one enrichment."""
    title = f"{checked.use_case.name}.{enrichment.name}"
    which = _which_decisions("the customer's other decisions", enrichment)
    same = f" with the same {' and '.join(enrichment.same)}" if enrichment.same else ""
    window = "as far as decisions are remembered" if enrichment.window_ms is None else span_text(enrichment.window_ms)
    details = (
        ("declared", _declared(checked, "enrichment", enrichment.name)),
        ("value", aggregate_text(enrichment)),
        ("condition", enrichment.where or "none: every one counts"),
        ("same", ", ".join(enrichment.same) or "nothing needs to be the same"),
        ("window", f"{window}, back from the decision's own event time, exactly"),
        ("fields", _fields_text(checked, [*expressions_of(enrichment), *enrichment.same])),
        ("in the event", f'enrichments["{title}"]: {enrichment.type}'),
        ("named in", ", ".join(rule.name for rule in _rules_naming(checked, enrichment)) or "no rule"),
    )
    sentence = (
        f"For each decision, as of its event time: {_aggregate_words(enrichment, which + same)}. Only what was known"
        " when the decision's event passed and lies strictly before it; never the decision itself."
    )
    return Explanation(title, sentence, details)


def explain_rule(checked: CheckedUseCase, rule: PlanRule) -> Explanation:
    """Explains one rule."""
    title = f"{checked.use_case.name}.{rule.name}"
    named = [one for one in checked.enrichments if rule in _rules_naming(checked, one)]
    details = (
        ("declared", _declared(checked, "rule", rule.name)),
        ("condition", rule.when),
        ("enrichments", "\n".join(f"{one.name} ({one.type}): {aggregate_text(one)}" for one in named) or "none"),
        ("fields", _fields_text(checked, [rule.when])),
        ("in the event", f'flags has "{title}"'),
    )
    sentence = f"The event of a decision is flagged if {rule.when}. A condition that fails on a decision does not hold."
    return Explanation(title, sentence, details)


def _declared(checked: CheckedUseCase, kind: str, name: str) -> str:
    return checked.use_case.place_of(kind, name) or checked.use_case.origin


def _rules_naming(checked: CheckedUseCase, enrichment: PlanEnrichment) -> list[PlanRule]:
    types = _types(checked)
    return [one for one in checked.rules if enrichment.name in compile_expression(one.when, types).names]


def _types(checked: CheckedUseCase) -> dict[str, FieldType]:
    return {**checked.types, **enrichment_types(checked.enrichments)}


def _which_decisions(begin: str, declared: PlanVariable | PlanEnrichment) -> str:
    within = "" if declared.window_ms is None else f" of the last {span_text(declared.window_ms)}"
    condition = "" if declared.where is None else f" for which {declared.where}"
    return begin + within + condition


def _state_text(state: StateEstimate) -> str:
    typical = f"about {state.typical:,} bytes a key with {TYPICAL_DECISIONS_A_DAY:g} decision a day"
    more = f", {state.bytes_a_decision} for each further decision" if state.bytes_a_decision else ""
    if state.worst is None:
        span = "" if state.kept_ms is None else f", of the last {span_text(state.kept_ms)} at most"
        return f"{typical}{more}: without a window decisions are kept while they may become the value{span}"
    full = f"a decision in each of {state.hops:,} hops" if state.hops is not None else "any number of decisions"
    return f"{typical}, {state.worst:,} with {full}{more if state.hops is not None else ''}"


def _aggregate_words(variable: PlanVariable | PlanEnrichment, which: str) -> str:
    limit = variable.limit if isinstance(variable, PlanVariable) else None
    bound = f"; exact up to {limit}, then estimated within about 2 %" if limit is not None else ""
    values = ", ".join(argument.expression for argument in variable.arguments)
    nothing = "; no value when there are none"
    return {
        "count": f"how many there are of {which}; 0 when there are none",
        "sum": f"the sum of {values} over {which}; 0 when there are none",
        "min": f"the least {values} of {which}{nothing}",
        "max": f"the greatest {values} of {which}{nothing}",
        "avg": f"the mean of {values} over {which}{nothing}",
        "first": f"{values} of the oldest of {which}{nothing}",
        "last": f"{values} of the newest of {which}{nothing}",
        "last_k": f"{values} of the {limit} newest of {which}, as lists, the newest first{nothing}",
        "distinct": f"how many different values of {values} there are in {which}{bound}",
    }[variable.aggregate]


def _window_text(variable: PlanVariable) -> str:
    if variable.window_ms is None:
        return "none: a decision counts for ever"
    hop, longest = span_text(variable.hop_ms), span_text(variable.window_ms + variable.hop_ms)
    return (
        f"{span_text(variable.window_ms)}, moving in hops of {hop}: a decision counts for at least"
        f" {span_text(variable.window_ms)} after its event time and for at most {longest}"
    )


def _writes_text(entity: PlanEntity, item: ItemEstimate) -> str:
    others = len(entity.variables) - 1
    shared = f", shared with {others} other variable{'s' if others > 1 else ''} of this key" if others else ""
    return (
        f"one item of about {item.bytes:,} bytes{shared}; {item.write_units} write unit"
        f"{'s' if item.write_units > 1 else ''} a write; for a million decisions at most"
        f" {item.writes_at_once + item.writes_on_expiry:,} writes, ${item.write_dollars:.2f}"
    )


def _fields_text(checked: CheckedUseCase, sources: Iterable[str]) -> str:
    return "\n".join(_field_text(field) for field in fields_named(sources, checked.fields, _types(checked)))


def _field_text(field: PlanField) -> str:
    if field.path is None:
        return f"{field.name} ({field.type}) = {field.expression}"
    doc = _doc_at(field.path, shipped_schemas()[EVENT_SUBJECT])
    return f"{field.name} ({field.type}): {field.path} of the decision event" + (f"; {doc}" if doc else "")


def _doc_at(path: str, schema: Mapping[str, Any]) -> str | None:
    """The documentation of the field at a path of an Avro record."""
    current: Any = schema
    doc = None
    for step in path.split("."):
        branches = current if isinstance(current, list) else [current]
        records = [one for one in branches if isinstance(one, dict) and one.get("type") == "record"]
        found = [field for record in records for field in record["fields"] if field["name"] == step]
        if not found:
            return None
        current, doc = found[0]["type"], found[0].get("doc")
    return doc


def _sample_part(name: str) -> str:
    return _FIELD_SAMPLES.get(name, "x").strip('"')


def _sample_attributes(variable: PlanVariable) -> str:
    samples = []
    kept = [argument.expression for argument in variable.arguments] if variable.aggregate in _OF_ARGUMENTS else []
    for index, (name, attribute) in enumerate(attributes(variable).items()):
        sample = _FIELD_SAMPLES.get(kept[index], _SAMPLES[attribute.type]) if kept else _SAMPLES[attribute.type]
        samples.append(f"{name} = [{sample}, …]" if attribute.is_list else f"{name} = {sample}")
    return ", ".join(samples)


def _read_text(entity: PlanEntity, sample_key: str, api_url: str) -> str:
    if [(part.name, part.expression) for part in entity.key] == [("customer_id", "customer_id")]:
        return f"{api_url}/customers/c-1/variables"
    return f"{api_url}/variables?entity={quote(sample_key, safe='')}"


def _unknown(name: str, use_cases: Sequence[CheckedUseCase]) -> str:
    known = {
        one: f"{checked.use_case.name}.{one}"
        for checked in use_cases
        for one in (
            *(variable.name for _, variable in checked.variables()),
            *(enrichment.name for enrichment in checked.enrichments),
            *(rule.name for rule in checked.rules),
        )
    }
    close = difflib.get_close_matches(name, known.values() if "." in name else known, n=3)
    hint = (
        f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(sorted(known.values())) or 'none'}."
    )
    return f"Nothing is called {name}: {hint} (`decisions check` tells of what could not be compiled.)"
