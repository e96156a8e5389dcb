"""The reference: newest revisions, windows by hops, and a result that depends on the set of events alone."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from decision_store.declare import Variable, count, last, named, seconds, sum_
from decision_store.model.compilation import compile_variables
from decision_store.model.expressions import Value
from decision_store.model.fields import FIELDS, field_types
from decision_store.model.interpreter import variables_at
from decision_store.model.plan import RegisteredSchema, VariablesPlan
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from tests.unit.model.every_aggregate import every_aggregate

SCHEMA = RegisteredSchema(subject=EVENT_SUBJECT, version=1, id=1, avro=shipped_schemas()[EVENT_SUBJECT])


def plan(*variables: Variable) -> VariablesPlan:
    return VariablesPlan(
        registry_url="",
        event_schema=SCHEMA,
        retention_ms=1,
        fields=FIELDS,
        entities=compile_variables("shop", variables, field_types(FIELDS, SCHEMA.avro)),
    )


def event(decision_id: str = "d1", revision: int = 1, time: int = 0, **changes: Any) -> dict[str, Any]:
    values = {"customer_id": "c1", "merchant_id": "m", "amount": 10.0, "outcome": "APPROVED", "reason": None} | changes
    return {
        "decision_id": decision_id,
        "revision": revision,
        "customer_id": values["customer_id"],
        "event_time": time,
        "request": {"merchant_id": values["merchant_id"], "amount": values["amount"], "currency": "EUR"},
        "outcome": {"outcome": values["outcome"], "policy": "p", "reason": values["reason"]},
    }


def one(variable: Variable, *events: dict[str, Any], now: int = 0) -> dict[str, Value]:
    result = variables_at(plan(variable), events, now)
    assert list(result) == [("customer_id=c1", "shop")]
    return result["customer_id=c1", "shop"]


def test_a_decision_counts_until_its_hop_has_left_the_window() -> None:
    burst = Variable("v", key="customer_id", value=count(), window=seconds(60), hop=seconds(10))
    for time in (20_000, 25_000, 29_999):  # one hop: they leave together, at 30 s + 60 s
        assert one(burst, event(time=time), now=89_999) == {"v": 1}
        assert one(burst, event(time=time), now=90_000) == {"v": 0}
    assert one(burst, event(time=10**15), now=0) == {"v": 1}


def test_the_newest_revision_counts_and_moves_between_entities() -> None:
    total = plan(Variable("v", key="customer_id", value=sum_("amount")))
    first, corrected = event(), event(revision=3, customer_id="c2", amount=3.5)
    late = event(revision=2, customer_id="c3")
    for events in ([first, corrected, late], [late, corrected, first, corrected]):
        assert variables_at(total, events, 0) == {("customer_id=c2", "shop"): {"v": 3.5}}


def test_last_is_by_time_and_then_by_decision() -> None:
    newest = Variable("v", key="customer_id", value=last("decision_id"))
    assert one(newest, event("b", time=5), event("z", time=4), event("a", time=5)) == {"v": "b"}


def test_a_null_of_the_newest_decision_is_no_value_and_a_failure_does_not_count() -> None:
    newest = Variable("v", key="customer_id", value=last("reason", "decision_id"))
    assert one(newest, event("a", time=1, reason="r"), event("b", time=2)) == {"v__decision_id": "b"}
    newest = Variable("v", key="customer_id", value=last(named("text", "reason + '!'")))
    assert one(newest, event("a", time=1, reason="r"), event("b", time=2)) == {"v": "r!"}
    assert one(newest, event("b", time=2)) == {}


def test_a_text_that_could_make_an_item_too_large_is_no_value() -> None:
    newest = Variable("v", key="customer_id", value=last("reason"))
    assert one(newest, event(reason="å" * 2_048)) == {"v": "å" * 2_048}
    assert one(newest, event(reason="å" * 2_049)) == {}


def test_a_decision_without_a_key_has_no_entity() -> None:
    by_reason = plan(Variable("v", key="reason", value=count()))
    assert variables_at(by_reason, [event()], 0) == {}
    assert list(variables_at(by_reason, [event(reason="a b|c")], 0)) == [("reason=a%20b%7Cc", "shop")]
    assert variables_at(by_reason, [event(reason="x" * 2_042)], 0) == {}  # 2,049 bytes with `reason=`


def test_a_sum_is_exact_before_it_is_rounded_and_fits_dynamodb() -> None:
    total = Variable("v", key="customer_id", value=sum_("amount"))
    amounts = [1e16, 1.0, -1e16, 0.1, 1e100, -1e100]
    random.Random(1).shuffle(amounts)
    assert one(total, *(event(f"d{n}", amount=amount) for n, amount in enumerate(amounts))) == {"v": 1.1}
    assert one(total, event(amount=1e300)) == {"v": 9.9e125}
    assert one(total, event(amount=-1e-200)) == {"v": 0.0}


events = st.builds(
    event,
    decision_id=st.sampled_from("abcd"),
    revision=st.integers(1, 5),
    time=st.integers(0, 200_000),
    customer_id=st.sampled_from(["c1", "c2"]),
    amount=st.floats(-1e6, 1e6),
    outcome=st.sampled_from(["APPROVED", "DECLINED"]),
    reason=st.sampled_from([None, "late", ""]),
)
histories = st.lists(events, unique_by=lambda e: (e["decision_id"], e["revision"]), max_size=12)
EVERYTHING = every_aggregate()


@given(histories, st.randoms(), st.integers(0, 300_000))
def test_order_and_repetition_change_nothing(some: list[dict[str, Any]], order: random.Random, now: int) -> None:
    shuffled = some + some[: len(some) // 2]
    order.shuffle(shuffled)
    assert variables_at(EVERYTHING, shuffled, now) == variables_at(EVERYTHING, some, now)


@given(histories, st.integers(0, 300_000))
def test_a_correction_is_as_if_there_had_been_the_newest_revision_only(some: list[dict[str, Any]], now: int) -> None:
    newest = {one["decision_id"]: one for one in sorted(some, key=lambda one: one["revision"])}
    assert variables_at(EVERYTHING, some, now) == variables_at(EVERYTHING, newest.values(), now)


def windowed(window_ms: int | None, hop_ms: int) -> VariablesPlan:
    """Every variable with this window."""
    entities = []
    for entity in EVERYTHING.entities:
        changed = [one.model_copy(update={"window_ms": window_ms, "hop_ms": hop_ms}) for one in entity.variables]
        entities.append(entity.model_copy(update={"variables": tuple(changed)}))
    return EVERYTHING.model_copy(update={"entities": tuple(entities)})


WINDOW, HOP = 60_000, 7_000
WINDOWED, FOR_EVER = windowed(WINDOW, HOP), windowed(None, HOP)
NOTHING = {
    (entity.use_case, tuple(part.name for part in entity.key)): {
        variable.name: 0 for variable in entity.variables if variable.aggregate in ("count", "sum", "distinct")
    }
    for entity in EVERYTHING.entities
}


@given(histories, st.integers(0, 300_000))
def test_a_window_is_as_if_there_had_been_the_decisions_in_it_only(some: list[dict[str, Any]], now: int) -> None:
    newest = {one["decision_id"]: one for one in sorted(some, key=lambda one: one["revision"])}
    left = [one for one in newest.values() if (one["event_time"] // HOP + 1) * HOP + WINDOW > now]
    run_out = variables_at(WINDOWED, some, 10**9)
    assert variables_at(WINDOWED, some, now) == run_out | variables_at(FOR_EVER, left, now)


@given(histories)
def test_when_windows_have_run_out_numbers_are_zero_and_nothing_else_is_there(some: list[dict[str, Any]]) -> None:
    for (entity, use_case), item in variables_at(WINDOWED, some, 10**9).items():
        assert item == NOTHING[use_case, tuple(part.partition("=")[0] for part in entity.split("|"))]
