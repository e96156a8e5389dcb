"""What fraud prevention sees, without Flink: decisions in, variables out, and a clock to move."""

from __future__ import annotations

from decision_store.declare import days, hours, minutes
from decision_store.testing import Clock, Event, Timeline, Values, corrected, decision, flags_after, variables_after

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


def test_many_tiny_purchases_within_minutes_are_card_testing() -> None:
    tiny = [past(n, amount=1.0) for n in range(1, 4)]
    assert flags(decision(amount=1.5), *tiny) == ["fraud_prevention.card_testing"]
    assert flags(decision(amount=1.5), *tiny[:2]) == []
    assert flags(decision(amount=50.0), *tiny) == []


def test_a_tiny_purchase_after_many_merchants_is_card_testing() -> None:
    tour = [past(n * 10, merchant_id=f"m{n}") for n in range(1, 6)]
    assert flags(decision(amount=1.5), *tour) == ["fraud_prevention.card_testing"]
    assert flags(decision(amount=1.5), *tour[:4]) == []


def test_declines_repeat_sooner_at_one_merchant() -> None:
    here = [past(n, outcome="DECLINED") for n in (1, 2)]
    there = [past(n, outcome="DECLINED", merchant_id="m2") for n in (1, 2)]
    now = decision()
    assert flags(now, *here) == flags(now, here[0], *there) == ["fraud_prevention.repeated_declines"]
    assert flags(now, *there) == flags(now, past(24 * 60, outcome="DECLINED")) == []


def past(minutes_ago: float, **fields: str | float) -> Event:
    """A decision before `decision()`."""
    return decision(at=Clock().now - minutes(minutes_ago), **fields)  # type: ignore[arg-type]


def flags(now: Event, *past: Event) -> list[str]:
    """The rules that hold for a decision after others."""
    return [flag for flag in flags_after(past, now) if flag.startswith(f"{USE_CASE}.")]


def known(values: Values) -> dict[str, object]:
    """The variables of the customer."""
    names = ("decisions_30d", "declines_30d", "approved_amount_30d", "last_outcome", "decisions_10m")
    return {name: values[name] for name in names}
