"""What a variable counts that was declared, or changed, while the job ran; and the strategies that try it out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decision_store.declare import Variable, count, last, named, sum_
from decision_store.model.interpreter import variables_at
from decision_store.testing import corrected, decision, strategies
from decision_store.testing.engine import EngineStep
from decision_store.testing.reference import Items, Reference, identity, says_nothing, variables_since
from decision_store.testing.strategies import plan_of_use_cases
from decision_store.testing.variables import plan_of

C1 = ("customer_id=c-1", "shop")


def plan(**of_customer: Any) -> Any:
    return plan_of_use_cases(
        {"shop": [Variable(name, key="customer_id", value=value) for name, value in of_customer.items()]}
    )


def test_a_variable_that_is_added_counts_what_arrives_from_then_on() -> None:
    first, second = decision(amount=1.0), decision(amount=2.0)
    before, after = plan(n=count()), plan(n=count(), total=sum_("amount"))
    found = variables_since(after, [first], [second], now_ms=first["event_time"], before=before)
    assert found == {C1: {"n": 2, "total": 2.0}}


def test_of_a_decision_the_newest_revision_must_have_arrived_since() -> None:
    first = decision(amount=1.0)
    reference = Reference(plan(n=count()))
    assert reference.take([first, first]) == [first]
    reference.declare(plan(n=count(), total=sum_("amount")))
    assert reference.take([first]) == []
    assert reference.items(0) == {C1: {"n": 1}}
    assert len(reference.take([corrected(first, amount=4.0), first])) == 1
    assert reference.items(0) == {C1: {"n": 1, "total": 4.0}}


def test_another_version_begins_from_nothing_and_none_comes_back() -> None:
    def of_version(version: int) -> Any:
        return plan_of_use_cases({"shop": [Variable("n", key="customer_id", value=count(), version=version)]})

    reference = Reference(of_version(1))
    reference.take([decision()])
    reference.declare(of_version(2))
    assert reference.items(0) == {}
    reference.take([decision()])
    assert reference.items(0) == {C1: {"n": 1}}
    with pytest.raises(ValueError, match=r"n was removed as version 1 and comes back as version 1: .* Set version=2"):
        reference.declare(of_version(1))


def test_a_variable_is_another_when_what_it_derives_means_something_else() -> None:
    assert identity_of("amount_band") != identity_of("'S'")
    assert identity_of("amount_band", where=None) == identity_of("'S'", where=None)


def identity_of(expression: str, where: str | None = "band == 'S'") -> str:
    made = plan_of([Variable("n", key="customer_id", value=count())])
    entity = made.entities[0]
    variable = entity.variables[0].model_copy(update={"where": where})
    field = made.fields[-1].model_copy(update={"name": "band", "expression": expression})
    return identity(made.model_copy(update={"fields": (*made.fields, field)}), entity, variable)


def test_an_item_that_says_nothing_has_zeros_only() -> None:
    made = plan(n=count(), total=sum_("amount"), newest=last(named("double", "amount * 2.0")))
    (entity,) = made.entities
    assert says_nothing({"n": 0, "total": 0.0}, made, entity)
    assert says_nothing({}, made, entity)
    assert not says_nothing({"n": 1}, made, entity)
    assert not says_nothing({"newest": 0.0}, made, entity)


@settings(max_examples=60, deadline=None)
@given(strategies.plans(), strategies.histories())
def test_without_a_change_it_is_the_interpreter(plan: Any, history: list[EngineStep]) -> None:
    reference = Reference(plan)
    events = []
    for step in history:
        reference.take(step.events)
        events.extend(step.events)
    expected: Items = variables_at(plan, events, history[-1].at)
    assert reference.items(history[-1].at) == expected


@settings(max_examples=30, deadline=None)
@given(strategies.decisions(customer_id="c-9", amount=st.floats(0, 5)))
def test_decisions_are_as_asked_for(event: dict[str, Any]) -> None:
    assert event["customer_id"] == "c-9"
    assert 0 <= event["request"]["amount"] <= 5


def test_a_history_has_late_future_repeated_and_corrected_decisions() -> None:
    seen = set()

    @settings(max_examples=500, deadline=None, database=None, derandomize=True)
    @given(strategies.histories(max_steps=10, max_events=4))
    def look(history: list[EngineStep]) -> None:
        assert [step.at for step in history] == sorted(step.at for step in history)
        known: dict[str, int] = {}
        for step in history:
            for event in step.events:
                late = step.at - event["event_time"]
                seen.add("future" if late < 0 else "late" if late > 60_000 else "now")
                newest = known.get(event["decision_id"], 0)
                revision = event["revision"]
                seen.add("again" if newest == revision else "older" if revision < newest else "newer")
                known[event["decision_id"]] = max(newest, revision)

    look()
    assert seen == {"future", "late", "now", "again", "older", "newer"}


def test_a_plan_that_cannot_be_computed_is_never_made() -> None:
    kinds = set()

    @settings(max_examples=500, deadline=None, database=None, derandomize=True)
    @given(strategies.plans())
    def look(plan: Any) -> None:
        kinds.update((one.aggregate, one.window_ms is not None) for entity in plan.entities for one in entity.variables)

    look()
    assert len(kinds) == 9 * 2
