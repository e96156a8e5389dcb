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
from decision_store.model.entities import entity_key
from decision_store.model.estimates import TYPICAL_DECISIONS_A_DAY, ItemEstimate, Prices, item_of, state_of
from decision_store.model.plan import PlanEntity, PlanField, PlanVariable, ValueType
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.model.wording import aggregate_text, fields_named, key_text, span_text

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


def explain(
    name: str, use_cases: Sequence[CheckedUseCase], retention_ms: int, prices: Prices, api_url: str
) -> list[Explanation]:
    """Explains everything of a name.

    Args:
        name: `NAME` or `USE_CASE.NAME`; an attribute of a variable with several values will do, too.
        use_cases: as checked.
        retention_ms: how long decisions are remembered.
        prices: of DynamoDB.
        api_url: where the API answers.

    Raises:
        UnknownNameError: there is nothing of this name.
    """
    use_case, _, wanted = name.rpartition(".")
    found = [
        explain_variable(one, entity, variable, retention_ms, prices, api_url)
        for one in use_cases
        if use_case in ("", one.use_case.name)
        for entity, variable in one.variables()
        if wanted == variable.name or wanted in attributes(variable)
    ]
    if not found:
        raise UnknownNameError(_unknown(name, use_cases))
    return found


def explain_variable(
    checked: CheckedUseCase,
    entity: PlanEntity,
    variable: PlanVariable,
    retention_ms: int,
    prices: Prices,
    api_url: str,
) -> Explanation:
    """Explains one variable; the arguments are those of `explain`."""
    state = state_of(variable, retention_ms)
    sample_key = entity_key([(part.name, _sample_part(part.name)) for part in entity.key])
    use_case = checked.use_case
    details = [
        ("declared", use_case.place_of("variable", variable.name) or use_case.origin),
        ("value", aggregate_text(variable)),
        ("key", key_text(entity.key)),
        ("condition", variable.where or "none: every decision counts"),
        ("window", _window_text(variable)),
        ("fields", _fields_text(fields_named(entity.key, variable, checked.fields, checked.types))),
        ("item", f"entity {sample_key}, use_case {use_case.name}: {_sample_attributes(variable)}"),
        ("version", f"{variable.version}: raise it when anything above changes; another version counts from nothing"),
        (
            "state",
            f"about {state.typical:,} bytes a key ({TYPICAL_DECISIONS_A_DAY:g} decision a day), {state.worst:,} with a"
            f" decision in every hop ({state.hops:,} hops of {state.bytes_a_hop} bytes)"
            + (f"; each further decision {state.bytes_a_decision} bytes" if state.bytes_a_decision else ""),
        ),
        ("writes", _writes_text(entity, item_of(entity, prices))),
        ("read at", _read_text(entity, sample_key, api_url)),
        ("in the answer", ", ".join(f"use_cases.{use_case.name}.{name}" for name in attributes(variable))),
    ]
    return Explanation(f"{use_case.name}.{variable.name}", _sentence(entity, variable), tuple(details))


def _sentence(entity: PlanEntity, variable: PlanVariable) -> str:
    which = (
        "the decisions" if variable.window_ms is None else f"the decisions of the last {span_text(variable.window_ms)}"
    )
    if variable.where is not None:
        which += f" for which {variable.where}"
    keys = " and ".join(part.name for part in entity.key)
    return (
        f"For each {keys}: {_aggregate_words(variable, which)}. Of each decision its newest revision counts; a"
        " correction first takes back what the older one added, however late it comes."
    )


def _aggregate_words(variable: PlanVariable, which: str) -> str:
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
        "last_k": f"{values} of the {variable.limit} newest of {which}, as lists, the newest first{nothing}",
        "distinct": f"how many different values of {values} there are in {which}; exact up to {variable.limit}, then"
        " estimated within about 2 %",
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


def _fields_text(fields: Iterable[PlanField]) -> str:
    return "\n".join(_field_text(field) for field in fields)


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
    known = {one.name: f"{checked.use_case.name}.{one.name}" for checked in use_cases for _, one in checked.variables()}
    close = difflib.get_close_matches(name, known.values() if "." in name else known, n=3)
    hint = (
        f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(sorted(known.values())) or 'none'}."
    )
    return f"There is no variable {name}: {hint} (`decisions check` tells of those that could not be compiled.)"
