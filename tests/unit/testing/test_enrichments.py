"""What a decision's event tells of others, as a department tests it."""

from __future__ import annotations

import fastavro
import pytest

from decision_store.declare import DeclarationError, count, days, derived, last
from decision_store.model.enrichments import Enrichment, Rule
from decision_store.testing import decision, enrichments_after, event_with_history, flags_after
from decision_store.testing.variables import event_schema

PAST = [
    decision(outcome="DECLINED", at=1_000, merchant_id="m-1"),
    decision(outcome="DECLINED", at=2_000, merchant_id="m-2"),
    decision("c-2", "DECLINED", at=2_000),
]
NOW = decision(at=3_000, amount=9.0)
DECLARED = [
    Enrichment("declines", count(), where="outcome == 'DECLINED'", window=days(1)),
    Enrichment("before_here", last("outcome"), same="merchant_id"),
]
RULES = [Rule("again", when="declines >= 2 && amount < 10.0"), Rule("never", when="is_huge == true")]
FIELDS = [derived("is_huge", "amount > 1e6")]


def test_own_declarations() -> None:
    assert enrichments_after(PAST, NOW, DECLARED) == {"tested.declines": 2, "tested.before_here": "DECLINED"}
    assert flags_after(PAST, NOW, DECLARED, RULES, "shop", FIELDS) == ["shop.again"]
    assert flags_after(PAST[:1], NOW, DECLARED, RULES, fields=FIELDS) == []
    assert flags_after([], decision(amount=1e9), None, RULES[1:], fields=FIELDS) == ["tested.never"]
    with pytest.raises(DeclarationError, match="is_huge"):
        flags_after(PAST, NOW, DECLARED, RULES)


def test_the_use_cases_of_the_installation() -> None:
    tiny = [decision(at=NOW["event_time"] - n, amount=1.0) for n in range(1, 4)]
    assert flags_after(tiny, decision(at=3_000, amount=1.5)) == ["fraud_prevention.card_testing"]
    assert all(name.startswith("fraud_prevention.") for name in enrichments_after(PAST, NOW))


def test_the_event_as_it_is_in_kafka() -> None:
    event = event_with_history(PAST, NOW, DECLARED, RULES, "shop", FIELDS)
    assert event["history"]["declines_30d"] == 2
    assert event["enrichments"]["shop.declines"] == {"string": None, "long": 2, "double": None, "boolean": None}
    assert event["enrichments"]["shop.before_here"]["string"] == "DECLINED"
    assert event["flags"] == ["shop.again"]
    fastavro.validate(event, event_schema().avro)
