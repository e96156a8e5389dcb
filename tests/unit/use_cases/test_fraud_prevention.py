"""What fraud prevention sees, without Flink: the plain-Python reference over a few decisions."""

from __future__ import annotations

from typing import Any

from decision_store.model.interpreter import variables_at
from decision_store.model.use_cases import shipped_variables_plan

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
