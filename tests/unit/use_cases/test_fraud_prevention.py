"""What fraud prevention sees, without Flink: the plain-Python reference over a few decisions."""

from __future__ import annotations

from typing import Any

from decision_store.model.enriching import enrichments_of, flags_of
from decision_store.model.interpreter import variables_at
from decision_store.model.use_cases import shipped_decision_events_plan, shipped_variables_plan

DAY = 86_400_000
MINUTE = 60_000
NOW = 20_000 * DAY


def decision(decision_id: str, outcome: str, age_ms: int, amount: float = 20.0, merchant: str = "m1") -> dict[str, Any]:
    return {
        "decision_id": decision_id,
        "revision": 2,
        "customer_id": "c1",
        "event_time": NOW - age_ms,
        "request": {"merchant_id": merchant, "amount": amount, "currency": "EUR", "product": None},
        "outcome": {"outcome": outcome, "policy": "p@1", "reason": None},
    }


def item(entity: str, *decisions: dict[str, Any]) -> dict[str, Any]:
    return dict(variables_at(shipped_variables_plan(), decisions, NOW)[entity, "fraud_prevention"])


def test_a_customer_with_a_past() -> None:
    assert item(
        "customer_id=c1",
        decision("d1", "DECLINED", 40 * DAY),
        decision("d2", "DECLINED", 29 * DAY),
        decision("d3", "APPROVED", 2 * DAY, amount=10.25),
        decision("d4", "APPROVED", 5 * MINUTE, amount=99.5),
    ) == {
        "decisions_30d": 3,
        "declines_30d": 1,
        "approved_amount_30d": 109.75,
        "last_outcome": "APPROVED",
        "decisions_10m": 1,
    }


def test_similar_purchases_are_of_one_merchant_and_band_within_a_day() -> None:
    similar = "customer_id=c1|merchant_id=m1|amount_band=S"
    others = [decision("d2", "APPROVED", MINUTE, amount=50.0), decision("d3", "APPROVED", MINUTE, merchant="m2")]
    assert item(similar, decision("d1", "DECLINED", 3 * MINUTE, amount=49.99), *others) == {
        "similar_decision__outcome": "DECLINED",
        "similar_decision__decision_id": "d1",
        "similar_decision__event_time": NOW - 3 * MINUTE,
    }
    assert item(similar, decision("d1", "DECLINED", 2 * DAY), *others) == {}


def flags(now: dict[str, Any], *past: dict[str, Any]) -> list[str]:
    plan = shipped_decision_events_plan()
    return flags_of(plan, now, enrichments_of(plan, past, now))


def test_many_tiny_purchases_within_minutes_are_card_testing() -> None:
    tiny = [decision(f"d{n}", "APPROVED", n * MINUTE, amount=1.0) for n in range(1, 4)]
    assert flags(decision("now", "APPROVED", 0, amount=1.5), *tiny) == ["fraud_prevention.card_testing"]
    assert flags(decision("now", "APPROVED", 0, amount=1.5), *tiny[:2]) == []
    assert flags(decision("now", "APPROVED", 0, amount=50.0), *tiny) == []


def test_a_tiny_purchase_after_many_merchants_is_card_testing() -> None:
    tour = [decision(f"d{n}", "APPROVED", n * 10 * MINUTE, merchant=f"m{n}") for n in range(1, 6)]
    assert flags(decision("now", "APPROVED", 0, amount=1.5), *tour) == ["fraud_prevention.card_testing"]
    assert flags(decision("now", "APPROVED", 0, amount=1.5), *tour[:4]) == []


def test_declines_repeat_sooner_at_one_merchant() -> None:
    here = [decision(f"d{n}", "DECLINED", n * MINUTE) for n in (1, 2)]
    there = [decision(f"e{n}", "DECLINED", n * MINUTE, merchant="m2") for n in (1, 2)]
    now = decision("now", "APPROVED", 0)
    assert flags(now, *here) == flags(now, here[0], *there) == ["fraud_prevention.repeated_declines"]
    assert flags(now, *there) == flags(now, decision("d1", "DECLINED", DAY)) == []
