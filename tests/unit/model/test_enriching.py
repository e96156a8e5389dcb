"""Enrichments and flags depend on what is known before a decision, and on nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decision_store.model.aggregates import avg, count, distinct, first, last, max_, min_, sum_
from decision_store.model.declarations import DeclarationError
from decision_store.model.enriching import enrichments_of, flags_of, history_of
from decision_store.model.enrichments import Enrichment, Rule, compile_enrichments, compile_rules
from decision_store.model.fields import FIELDS, field_types
from decision_store.model.plan import DecisionEventsPlan, RegisteredSchema
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.model.use_cases import declared_enriching
from decision_store.model.variables import seconds

SCHEMA = shipped_schemas()[EVENT_SUBJECT]
TYPES = field_types(FIELDS, SCHEMA)
NOW = 100_000
Event = dict[str, Any]


def plan(*enrichments: Enrichment, rules: tuple[Rule, ...] = ()) -> DecisionEventsPlan:
    compiled = compile_enrichments("shop", enrichments, TYPES)
    return DecisionEventsPlan(
        registry_url="http://127.0.0.1:9",
        part_schemas=(),
        event_schema=RegisteredSchema(subject=EVENT_SUBJECT, version=2, id=1, avro=SCHEMA),
        incomplete_after_ms=1,
        retention_ms=1,
        history_window_ms=10_000,
        fields=FIELDS,
        enrichments=compiled,
        rules=compile_rules("shop", rules, TYPES, compiled),
    )


def event(decision: str = "d", time: int = NOW, amount: float = 10.0, outcome: str = "APPROVED", **more: Any) -> Event:
    request = {"merchant_id": more.get("merchant", "m1"), "amount": amount, "currency": "EUR"}
    verdict = {"outcome": outcome, "policy": "p@1", "reason": None, "similar_decision_id": None, "decided_at": time}
    return {
        "decision_id": decision,
        "revision": more.get("revision", 1),
        "customer_id": more.get("customer", "c1"),
        "event_time": time,
        "request": {**request, "product": more.get("product")},
        "outcome": verdict,
    }


def value(enrichment: Enrichment, known: list[Event], of: Event | None = None) -> Any:
    return enrichments_of(plan(enrichment), known, of or event())[f"shop.{enrichment.name}"]


PAST = [event("a", 90_000, 5.0), event("b", 95_000, 7.5, "DECLINED"), event("c", 95_000, 7.5, merchant="m2")]


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (count(), 3),
        (sum_("amount"), 20.0),
        (min_("amount"), 5.0),
        (max_("event_time"), 95_000),
        (avg("amount"), 20.0 / 3),
        (first("decision_id"), "a"),
        (last("decision_id"), "c"),
        (last("product"), None),
        (distinct("amount", exact=1), 2),
    ],
)
def test_every_aggregate(declared: Any, expected: Any) -> None:
    assert value(Enrichment("e", declared), PAST) == expected


def test_nothing_before_is_zero_or_no_value() -> None:
    declared = (Enrichment("n", count()), Enrichment("s", sum_("amount")), Enrichment("o", last("outcome")))
    assert enrichments_of(plan(*declared), [], event()) == {"shop.n": 0, "shop.s": 0.0, "shop.o": None}


def test_the_window_is_exact_and_open_at_both_ends() -> None:
    ten = Enrichment("e", count(), window=seconds(10))
    for time, counts in ((90_000, 0), (90_001, 1), (99_999, 1), (100_000, 0), (100_001, 0)):
        assert value(ten, [event("a", time)]) == counts


def test_neither_itself_nor_another_customer_nor_an_older_revision_counts() -> None:
    known = [
        event("d", 95_000),
        event("other", 95_000, customer="c2"),
        event("a", 95_000, outcome="APPROVED", revision=2),
        event("a", 95_000, outcome="DECLINED", revision=3),
    ]
    assert value(Enrichment("e", count(), where="outcome == 'APPROVED'"), known) == 0
    assert value(Enrichment("e", count()), known) == 1


def test_what_must_be_the_same_is_and_null_equals_null() -> None:
    known = [*PAST, event("x", 96_000, product="x"), event("small", 97_000, 199.0)]
    assert value(Enrichment("e", count(), same="merchant_id"), known) == 4
    assert value(Enrichment("e", count(), same=("merchant_id", "product")), known) == 3
    assert value(Enrichment("e", count(), same="product"), known, event(product="x")) == 1
    assert value(Enrichment("e", count(), same="amount_band"), known, event(amount=60.0)) == 1


def test_a_decision_on_which_an_argument_fails_does_not_count() -> None:
    known = [event("a", 90_000, product="x"), event("b", 91_000)]
    assert value(Enrichment("e", last("decision_id")), known) == "b"
    assert value(Enrichment("e", distinct("product + '!'")), known) == 1


def test_flags_are_the_rules_that_hold_sorted() -> None:
    rules = (
        Rule("z", "n >= 3 && amount < 50.0"),
        Rule("a", "highest == null || highest > amount"),
        Rule("never", "highest > 1.0"),
    )
    declared = plan(
        Enrichment("n", count()),
        Enrichment(
            "highest",
            max_(
                "amount",
            ),
            window=seconds(1),
        ),
        rules=rules,
    )
    enrichments = enrichments_of(declared, PAST, event())
    assert flags_of(declared, event(), enrichments) == ["shop.a", "shop.z"]
    assert flags_of(declared, event(amount=50.0), enrichments) == ["shop.a"]


EVENTS = st.builds(
    event,
    decision=st.sampled_from("abcdef"),
    time=st.sampled_from([80_000, 89_999, 90_000, 90_001, 95_000, 99_999, 100_000, 100_001]),
    amount=st.sampled_from([0.1, 0.2, 0.3, 1e16, 50.0]),
    outcome=st.sampled_from(["APPROVED", "DECLINED"]),
    merchant=st.sampled_from(["m1", "m2"]),
    customer=st.sampled_from(["c1", "c1", "c2"]),
    revision=st.integers(1, 3),
)
ALL = plan(
    Enrichment("n", count(), window=seconds(10)),
    Enrichment("spent", sum_("amount"), where="outcome == 'APPROVED'", same="merchant_id"),
    Enrichment("latest", last("decision_id"), window=seconds(5)),
    rules=(Rule("r", "n > 1 && latest != 'a'"),),
)


def one_content_an_identity(events: list[Event]) -> list[Event]:
    """The same revision of a decision is the same event, and a decision has one customer."""
    first_of: dict[Any, Event] = {}
    customers: dict[str, str] = {}
    made = [{**one, "customer_id": customers.setdefault(one["decision_id"], one["customer_id"])} for one in events]
    return [first_of.setdefault((one["decision_id"], one["revision"]), one) for one in made]


KNOWN = st.lists(EVENTS, min_size=1, max_size=12).map(one_content_an_identity)


@settings(deadline=None)
@given(KNOWN.flatmap(lambda known: st.tuples(st.just(known), st.permutations(known * 2))))
def test_order_and_repetition_of_what_is_known_do_not_matter(both: tuple[list[Event], list[Event]]) -> None:
    known, shuffled = both
    of = event("d")
    assert enrichments_of(ALL, shuffled, of) == enrichments_of(ALL, known, of)
    assert history_of(ALL, shuffled, of) == history_of(ALL, known, of)


@settings(deadline=None)
@given(KNOWN, EVENTS)
def test_the_future_itself_and_others_change_nothing(known: list[Event], more: Event) -> None:
    of = event("d")
    later = {**more, "decision_id": "later", "event_time": NOW + more["event_time"] % 3}
    itself = {**more, "decision_id": "d", "customer_id": "c1"}
    stranger = {**more, "decision_id": "stranger", "customer_id": "c9"}
    assert enrichments_of(ALL, [*known, later, itself, stranger], of) == enrichments_of(ALL, known, of)


@settings(deadline=None)
@given(KNOWN)
def test_history_is_what_enrichments_of_the_same_meaning_are(known: list[Event]) -> None:
    ten = seconds(10)
    declared = plan(
        Enrichment("decisions", count(), window=ten),
        Enrichment("declines", count(), where="outcome == 'DECLINED'", window=ten),
        Enrichment("approved", sum_("amount"), where="outcome == 'APPROVED'", window=ten),
        Enrichment("previous", last("outcome"), window=ten),
        Enrichment("previous_time", max_("event_time"), window=ten),
    )
    found = {name.removeprefix("shop."): one for name, one in enrichments_of(declared, known, event("d")).items()}
    time = found["previous_time"]
    assert history_of(declared, known, event("d")) == {
        "decisions_30d": found["decisions"],
        "declines_30d": found["declines"],
        "approved_amount_30d": found["approved"],
        "previous_outcome": found["previous"],
        "previous_outcome_age_ms": None if time is None else NOW - time,
    }


def test_every_use_case_of_the_folder_is_in_the_plan(tmp_path: Path) -> None:
    for name in ("b_case", "a_case"):
        folder = tmp_path / name
        folder.mkdir()
        text = "from decision_store.declare import *\nENRICHMENTS = [Enrichment('n', count())]"
        (folder / "enrichments.py").write_text(text)
        (folder / "rules.py").write_text("from decision_store.declare import *\nRULES = [Rule('r', 'n > 2')]")
    found = declared_enriching(SCHEMA, tmp_path)
    assert [(one.use_case, one.name) for one in (*found.enrichments, *found.rules)] == [
        ("a_case", "n"),
        ("b_case", "n"),
        ("a_case", "r"),
        ("b_case", "r"),
    ]
    (tmp_path / "a_case" / "rules.py").write_text("RULES = [1]")
    with pytest.raises(DeclarationError, match=r"use case a_case: rules.py needs RULES, a list of Rule"):
        declared_enriching(SCHEMA, tmp_path)
