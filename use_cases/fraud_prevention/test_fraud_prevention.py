"""What fraud prevention sees, without Flink: decisions in, variables out, and a clock to move."""

from __future__ import annotations

from decision_store.declare import days, hours, minutes
from decision_store.testing import Clock, Timeline, Values, corrected, decision, variables_after

USE_CASE = "fraud_prevention"


def test_a_customer_with_a_past() -> None:
    clock = Clock()
    past = [
        decision(outcome="DECLINED", at=clock.now - days(40)),
        decision(outcome="DECLINED", at=clock.now - days(29)),
        decision(outcome="APPROVED", at=clock.now - days(2), amount=10.25),
        decision(outcome="APPROVED", at=clock.now - minutes(5), amount=99.5),
    ]
    values = variables_after(past, use_case=USE_CASE, at=clock)
    assert known(values) == {
        "decisions_30d": 3,
        "declines_30d": 1,
        "approved_amount_30d": 109.75,
        "last_outcome": "APPROVED",
        "decisions_10m": 1,
    }


def test_a_burst_is_over_after_ten_minutes() -> None:
    timeline = Timeline(use_case=USE_CASE)
    for _ in range(5):
        timeline.decide(amount=1.0)
    assert timeline["decisions_10m"] == 5
    timeline.clock.advance(minutes(11))
    assert timeline["decisions_10m"] == 0
    assert timeline["decisions_30d"] == 5


def test_a_decline_that_is_corrected_counts_no_longer() -> None:
    declined = decision(outcome="DECLINED", amount=30.0)
    assert known(variables_after([declined], use_case=USE_CASE))["declines_30d"] == 1
    values = known(variables_after([declined, corrected(declined, outcome="APPROVED")], use_case=USE_CASE))
    assert (values["declines_30d"], values["approved_amount_30d"]) == (0, 30.0)


def test_similar_purchases_are_of_one_merchant_and_band_within_a_day() -> None:
    timeline = Timeline(use_case=USE_CASE)
    declined = timeline.decide(outcome="DECLINED", merchant_id="m1", amount=49.99)
    timeline.decide(outcome="APPROVED", merchant_id="m1", amount=50.0)
    timeline.decide(outcome="APPROVED", merchant_id="m2", amount=49.99)
    similar = timeline.of(merchant_id="m1", amount_band="S")
    assert similar["similar_decision__outcome"] == "DECLINED"
    assert similar["similar_decision__decision_id"] == declined["decision_id"]
    assert similar["similar_decision__event_time"] == declined["event_time"]
    timeline.clock.advance(hours(25))
    assert timeline.of(merchant_id="m1", amount_band="S")["similar_decision__outcome"] is None


def known(values: Values) -> dict[str, object]:
    """The variables of the customer."""
    names = ("decisions_30d", "declines_30d", "approved_amount_30d", "last_outcome", "decisions_10m")
    return {name: values[name] for name in names}
