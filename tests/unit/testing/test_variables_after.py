"""A department's view: decisions in, values out, with a clock to move."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import fastavro
import pytest

from decision_store.declare import Variable, count, days, derived, hours, last, last_k, seconds, sum_
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.testing import (
    Clock,
    Timeline,
    UnknownVariableError,
    WhichOneError,
    corrected,
    decision,
    variables_after,
)

DECLARED = [
    Variable("declines", key="customer_id", value=count(), where="outcome == 'DECLINED'", window=days(30)),
    Variable("spend", key="customer_id", value=sum_("amount")),
    Variable("at_merchant", key=("customer_id", "merchant_id"), value=last("outcome")),
]


def test_declared_use_cases_are_counted_for_the_one_customer_of_the_events() -> None:
    clock = Clock("2026-01-01T00:00Z")
    events = [decision(outcome="DECLINED", at=clock.now)]
    clock.advance(days(3))
    events.append(decision(outcome="DECLINED", at=clock.now))
    assert variables_after(events)["declines_30d"] == 2
    assert variables_after(events, use_case="fraud_prevention")["last_outcome"] == "DECLINED"
    clock.advance(days(28))
    assert variables_after(events, at=clock)["declines_30d"] == 1


def test_two_customers_need_a_name() -> None:
    events = [decision("c-1", "DECLINED"), decision("c-2"), decision("c-2", merchant_id="m-2", outcome="DECLINED")]
    values = variables_after(events, DECLARED)
    with pytest.raises(WhichOneError, match=r"2 entities have declines.*\.of\(customer_id='c-1'\)"):
        values["declines"]
    assert values.of(customer_id="c-1")["declines"] == 1
    assert values.of(customer_id="c-1") == {"declines": 1, "spend": 20.0, "at_merchant": "DECLINED"}
    assert variables_after(events, DECLARED, entity={"customer_id": "c-2"})["spend"] == 40.0
    with pytest.raises(WhichOneError, match=r"2 entities have at_merchant"):
        values.of(customer_id="c-2")["at_merchant"]
    assert values.of(customer_id="c-2", merchant_id="m-2")["at_merchant"] == "DECLINED"
    assert "customer_id='c-2', merchant_id='m-2': {'at_merchant': 'DECLINED'}" in repr(values)


def test_what_has_no_value_is_none_and_what_is_not_declared_is_an_error() -> None:
    values = variables_after([decision()], [Variable("newest", key="customer_id", value=last("reason"))])
    assert values["newest"] is None
    assert dict(values) == {}
    assert variables_after([], DECLARED)["spend"] is None
    assert variables_after([decision()], DECLARED).of(customer_id="c-9")["spend"] is None
    with pytest.raises(UnknownVariableError, match="No variable newst is declared: did you mean newest"):
        values["newst"]
    with pytest.raises(UnknownVariableError, match=r"No variable has the key shop: there are \(customer_id\)"):
        values.of(shop="x")
    with pytest.raises(UnknownVariableError, match="There is no use case shop here, but tested"):
        values.of("shop")


def test_one_name_in_two_keys_needs_a_key() -> None:
    twice = [Variable("n", key="customer_id", value=count()), Variable("n", key="merchant_id", value=count())]
    values = variables_after([decision("c-1"), decision("c-1", merchant_id="m-2")], twice)
    with pytest.raises(WhichOneError, match=r"tested by \(customer_id\) and tested by \(merchant_id\)"):
        values["n"]
    assert values.of(customer_id="c-1")["n"] == 2
    assert values.of("tested", merchant_id="m-2")["n"] == 1


def test_keys_are_compared_as_they_are_declared() -> None:
    odd = [Variable("n", key=("customer_id", "event_time"), value=count())]
    values = variables_after([decision("a=b|c %", at=5)], odd)
    assert values.of(customer_id="a=b|c %", event_time=5)["n"] == 1
    assert values.of(customer_id="a=b|c %", event_time=6)["n"] is None


def test_a_use_case_has_fields_of_its_own_and_lists() -> None:
    large = [derived("is_large", "amount >= 500.0")]
    declared = [Variable("recent", key="customer_id", value=last_k(2, "amount"), where="is_large == true")]
    events = [decision(amount=amount, at=at) for at, amount in enumerate([600.0, 1.0, 700.0, 800.0])]
    assert variables_after(events, declared, fields=large)["recent"] == [800.0, 700.0]
    timeline = Timeline(declared, fields=large)
    timeline.take(*events[:2])
    assert timeline["recent"] == [600.0]


def test_a_timeline_is_asked_at_any_moment() -> None:
    timeline = Timeline(DECLARED)
    first = timeline.decide(outcome="DECLINED", amount=10.0)
    timeline.clock.advance(hours(1))
    timeline.take(corrected(first, outcome="APPROVED", amount=12.5), first)
    timeline.clock.advance(hours(1))
    timeline.decide(outcome="DECLINED", at=timeline.clock.now - days(29))
    assert (timeline["declines"], timeline["spend"]) == (1, 32.5)
    assert timeline.at(timeline.start) == {"declines": 1, "spend": 10.0, "at_merchant": "DECLINED"}
    timeline.clock.advance(days(1) + hours(1))
    assert timeline["declines"] == 0
    assert timeline.of(customer_id="c-1", merchant_id="m-1")["at_merchant"] == "APPROVED"


def test_a_decision_fits_the_schema_and_says_what_does_not() -> None:
    event = decision(currency="SEK", at="2026-02-01T12:00+01:00", **{"request.product": "loan"})
    assert event["event_time"] == event["outcome"]["decided_at"] == 1769943600000
    assert event["request"] == {"merchant_id": "m-1", "amount": 20.0, "currency": "SEK", "product": "loan"}
    assert decision()["decision_id"] != decision()["decision_id"]
    fastavro.schemaless_writer(io.BytesIO(), fastavro.parse_schema(shipped_schemas()[EVENT_SUBJECT]), event)
    with pytest.raises(ValueError, match="no field merchant: did you mean merchant_id"):
        decision(merchant="m-2")
    with pytest.raises(ValueError, match="amount_band is derived"):
        decision(amount_band="S")
    with pytest.raises(ValueError, match=r"decision-event.avsc: .*amount"):
        decision(amount="a lot")  # type: ignore[arg-type]
    again = corrected(event, currency="NOK", revision=7)
    assert (again["revision"], again["request"]["currency"], event["request"]["currency"]) == (7, "NOK", "SEK")


def test_a_clock_moves_forward_only() -> None:
    clock = Clock(datetime(2026, 1, 1, tzinfo=UTC))
    clock.advance(seconds(1.5))
    clock.advance_to("2026-01-02T00:00Z")
    assert (clock.now_ms, clock.now) == (1767312000000, datetime(2026, 1, 2, tzinfo=UTC))
    with pytest.raises(ValueError, match="does not run backwards"):
        clock.advance(-timedelta(seconds=1))
    with pytest.raises(ValueError, match="does not run backwards"):
        clock.advance_to("2026-01-01T00:00Z")
    with pytest.raises(ValueError, match="has no time zone"):
        Clock("2026-01-01T00:00")
    with pytest.raises(ValueError, match="'soon' is no moment"):
        Clock("soon")
