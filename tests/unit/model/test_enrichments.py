"""A mistake in an enrichment or a rule is an error when it is compiled, naming use case, name and place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from decision_store.model.aggregates import avg, count, distinct, last, last_k, max_, named, sum_
from decision_store.model.declarations import DeclarationError
from decision_store.model.enrichments import Enrichment, Rule, compile_enrichments, compile_rules, enrichment_types
from decision_store.model.fields import FIELDS, field_types
from decision_store.model.plan import PlanArgument, PlanEnrichment
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.model.variables import days, hours

TYPES = field_types(FIELDS, shipped_schemas()[EVENT_SUBJECT])


def test_an_enrichment_in_the_plan() -> None:
    declared = Enrichment("spent", sum_("amount"), where="outcome == 'APPROVED'", same="merchant_id", window=days(1))
    assert compile_enrichments("shop", [declared], TYPES) == (
        PlanEnrichment(
            use_case="shop",
            name="spent",
            aggregate="sum",
            arguments=(PlanArgument(name="value", expression="amount", type="double"),),
            where="outcome == 'APPROVED'",
            same=("merchant_id",),
            window_ms=86_400_000,
            type="double",
        ),
    )


def test_the_type_of_an_enrichment_is_what_its_aggregate_gives() -> None:
    declared = [
        Enrichment("a", count()),
        Enrichment("b", distinct("amount")),
        Enrichment("c", avg("event_time")),
        Enrichment("d", max_("event_time")),
        Enrichment("e", last(named("is_large", "amount > 100.0")), same=["currency", "amount_band"]),
    ]
    types = enrichment_types(compile_enrichments("shop", declared, TYPES))
    assert {name: (one.type, one.nullable) for name, one in types.items()} == {
        "a": ("long", False),
        "b": ("long", False),
        "c": ("double", True),
        "d": ("long", True),
        "e": ("boolean", True),
    }


@pytest.mark.parametrize(
    ("enrichment", "problem"),
    [
        (Enrichment("E", count()), "name: a name has lower-case letters"),
        (Enrichment("amount", count()), "name: there is a field of this name"),
        (Enrichment("in", count()), "name: is a word of CEL"),
        (Enrichment("e", last("outcome", "amount")), "value: an enrichment is one value; declare one for each"),
        (Enrichment("e", last_k(3, "outcome")), "value: an enrichment is one value, and last_k gives a list"),
        (Enrichment("e", sum_("outcome")), "value: sum_ takes a number, and this is a string"),
        (Enrichment("e", count(), where="amount"), "where: a condition is a boolean, and this is a double"),
        (Enrichment("e", count(), where="amont > 1.0"), "where: there is no field 'amont'"),
        (Enrichment("e", count(), same="merchant"), "same: 'merchant' is not a field; there are decision_id"),
        (Enrichment("e", count(), same="amount"), "same: amount is a double"),
        (Enrichment("e", count(), same=("outcome", "outcome")), "same: names a field twice"),
        (Enrichment("e", count(), same=3), "same: is a field or a list of fields, not 3"),  # type: ignore[arg-type]
        (Enrichment("e", count(), window=timedelta(0)), "window: is a millisecond at least"),
        (Enrichment("e", count(), window=30), "window: is a span such as days(30)"),  # type: ignore[arg-type]
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_in_an_enrichment_is_named_with_its_place(enrichment: Enrichment, problem: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        compile_enrichments("shop", [enrichment], TYPES)
    assert str(refused.value).startswith(f"use case shop, enrichment {enrichment.name}, {problem}")


def rules(*declared: Rule, use_case: str = "shop") -> Sequence[str]:
    enrichments = [Enrichment("declines", count(), window=hours(24)), Enrichment("highest", max_("amount"))]
    planned = compile_enrichments(use_case, enrichments, TYPES)
    return [rule.when for rule in compile_rules(use_case, declared, TYPES, planned)]


def test_a_rule_sees_the_fields_and_the_enrichments_of_its_use_case() -> None:
    when = "declines >= 3 && amount < 50.0 && (highest == null || highest < 10.0)"
    assert rules(Rule("burst", when)) == [when]


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        (Rule("R", "true"), "name: a name has lower-case letters"),
        (Rule("r", "declines"), "when: a condition is a boolean, and this is a long"),
        (Rule("r", "declines >= 3.0"), "when: >= needs one type on both sides"),
        (Rule("r", "declined >= 3"), "when: there is no field 'declined'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_in_a_rule_is_named_with_its_place(rule: Rule, problem: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        rules(rule)
    assert str(refused.value).startswith(f"use case shop, rule {rule.name}, {problem}")


def test_no_name_is_taken_twice() -> None:
    with pytest.raises(DeclarationError, match="rule r, name: another rule of the use case has this name"):
        rules(Rule("r", "true"), Rule("r", "false"))
    with pytest.raises(DeclarationError, match="enrichment e, name: another enrichment of the use case has this name"):
        compile_enrichments("shop", [Enrichment("e", count())] * 2, TYPES)
    with pytest.raises(DeclarationError, match="use case My Shop: a name has lower-case letters"):
        rules(Rule("r", "true"), use_case="My Shop")
