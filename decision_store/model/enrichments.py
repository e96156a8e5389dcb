"""What a department adds to its decisions' events: enrichments and rules, and their compilation to the plan.

```python
ENRICHMENTS = [
    Enrichment("declines_24h", count(), where="outcome == 'DECLINED'", window=hours(24)),
    Enrichment("spent_here_7d", sum_("amount"), where="outcome == 'APPROVED'", same="merchant_id", window=days(7)),
]
RULES = [Rule("repeated_declines", when="declines_24h >= 3 && amount < 50.0")]
```

An enrichment is a value of the same customer's other decisions strictly before this one, as they are known when its
event passes; it stands in the event under `USE_CASE.NAME`. A rule that holds puts `USE_CASE.NAME` into the event's
flags.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from decision_store.model.aggregates import Aggregate
from decision_store.model.compilation import compile_aggregate
from decision_store.model.declarations import NAME, NAMES, DeclarationError, Declared
from decision_store.model.expressions import FieldType
from decision_store.model.plan import AggregateKind, PlanEnrichment, PlanRule

MOST_SAME = 5
_MILLISECOND = timedelta(milliseconds=1)
_ALWAYS_THERE: tuple[AggregateKind, ...] = ("count", "sum", "distinct")
_CEL_WORD = re.compile(
    "as|bool|break|bytes|const|continue|double|dyn|else|false|for|function|if|import|in|int|let|list|loop|map|namespace"
    "|null|null_type|package|return|string|true|type|uint|var|void|while"
)


@dataclass(frozen=True, slots=True)
class Enrichment:
    """A value of the customer's other decisions before this one.

    Other decisions of the same customer count, the newest revision of each that is known when this decision's event
    passes. Never this decision itself, in whatever revision, and never one of the same moment or later.

    Attributes:
        name: as the use case's rules say it; lower-case letters, digits and _.
        value: count(), sum_(...) or another aggregate of one value at most; not last_k. A distinct is always exact.
        where: CEL over a past decision; which count. None: all.
        same: a field, or several, in which a past decision must equal this one; null equals null.
        window: how far back, by event time and exactly: one that is a whole window older than this decision counts no
            longer. None: as far as decisions are remembered.
    """

    name: str
    value: Aggregate
    where: str | None = None
    same: str | Sequence[str] = ()
    window: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition that flags a decision's event.

    Attributes:
        name: of the flag; lower-case letters, digits and _.
        when: CEL over the decision's fields and its use case's enrichments. One that fails (such as a comparison with
            an enrichment that has no value) does not hold.
    """

    name: str
    when: str


def compile_enrichments(
    use_case: str, enrichments: Sequence[Enrichment], fields: Mapping[str, FieldType]
) -> tuple[PlanEnrichment, ...]:
    """The enrichments of one use case.

    Args:
        use_case: its name; in the event an enrichment is `USE_CASE.NAME`.
        enrichments: as declared.
        fields: what expressions may name.

    Raises:
        DeclarationError: naming use case, enrichment and place.
    """
    _check_use_case(use_case)
    planned: dict[str, PlanEnrichment] = {}
    for enrichment in enrichments:
        declared = Declared(use_case, "enrichment", enrichment.name, fields)
        _check_new_name(declared, planned)
        if enrichment.name in fields:
            declared.fail("name", "there is a field of this name, and a rule could not tell them apart; take another")
        if _CEL_WORD.fullmatch(enrichment.name):
            declared.fail("name", "is a word of CEL, so no rule could say it; take another")
        planned[enrichment.name] = _enrichment(declared, enrichment)
    return tuple(planned.values())


def compile_rules(
    use_case: str, rules: Sequence[Rule], fields: Mapping[str, FieldType], enrichments: Sequence[PlanEnrichment]
) -> tuple[PlanRule, ...]:
    """The rules of one use case.

    Args:
        use_case: its name; the flag of a rule is `USE_CASE.NAME`.
        rules: as declared.
        fields: what the conditions may name.
        enrichments: compiled, of this use case; the conditions may name them too.

    Raises:
        DeclarationError: naming use case, rule and place.
    """
    _check_use_case(use_case)
    names = {**fields, **enrichment_types(enrichments)}
    planned: dict[str, PlanRule] = {}
    for rule in rules:
        declared = Declared(use_case, "rule", rule.name, names)
        _check_new_name(declared, planned)
        declared.condition("when", rule.when)
        planned[rule.name] = PlanRule(use_case=use_case, name=rule.name, when=rule.when)
    return tuple(planned.values())


def enrichment_types(enrichments: Sequence[PlanEnrichment]) -> dict[str, FieldType]:
    """The types of enrichments by name; counts, sums and numbers of distinct values are never null."""
    return {
        enrichment.name: FieldType(enrichment.type, nullable=enrichment.aggregate not in _ALWAYS_THERE)
        for enrichment in enrichments
    }


def _enrichment(declared: Declared, enrichment: Enrichment) -> PlanEnrichment:
    if enrichment.where is not None:
        declared.condition("where", enrichment.where)
    value = compile_aggregate(declared, enrichment.value)
    if enrichment.value.kind == "last_k":
        declared.fail("value", "an enrichment is one value, and last_k gives a list; keep a variable for it")
    if len(value.arguments) > 1:
        kind = enrichment.value.kind
        declared.fail("value", f"an enrichment is one value; declare one for each, as in {kind}('outcome')")
    return PlanEnrichment(
        use_case=declared.use_case,
        name=enrichment.name,
        aggregate=enrichment.value.kind,
        arguments=value.arguments,
        where=enrichment.where,
        same=_same(declared, enrichment),
        window_ms=_window_ms(declared, enrichment.window),
        type=value.type,
    )


def _same(declared: Declared, enrichment: Enrichment) -> tuple[str, ...]:
    same = (enrichment.same,) if isinstance(enrichment.same, str) else enrichment.same
    if not isinstance(same, Sequence):
        declared.fail("same", f"is a field or a list of fields, not {same!r}")
    for name in same:
        field = declared.fields.get(name) if isinstance(name, str) else None
        if field is None:
            there = ", ".join(declared.fields)
            declared.fail("same", f"{name!r} is not a field; there are {there}. Derive one for an expression")
        if field.type == "double":
            declared.fail("same", f"{name} is a double, which hardly ever is the same; derive a band of it, as text")
    if len(set(same)) != len(same):
        declared.fail("same", "names a field twice")
    if len(same) > MOST_SAME:
        declared.fail("same", f"{MOST_SAME} fields are the most, not {len(same)}; derive one of several")
    return tuple(same)


def _window_ms(declared: Declared, window: timedelta | None) -> int | None:
    if window is None:
        return None
    if not isinstance(window, timedelta):
        declared.fail("window", f"is a span such as days(30) or minutes(10), not {window!r}")
    if window < _MILLISECOND:
        declared.fail("window", "is a millisecond at least")
    return window // _MILLISECOND


def _check_use_case(use_case: str) -> None:
    if not NAME.fullmatch(use_case):
        raise DeclarationError(f"use case {use_case}: {NAMES}")


def _check_new_name(declared: Declared, known: Mapping[str, object]) -> None:
    declared.check_name()
    if declared.name in known:
        declared.fail("name", f"another {declared.kind} of the use case has this name")
