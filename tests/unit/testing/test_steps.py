"""A team's own Python, tested without Flink, and what its declaration refuses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from decision_store.declare import DeclarationError, days, seconds
from decision_store.model.expressions import Value
from decision_store.model.fields import FIELDS, field_types
from decision_store.model.steps import KeyedFunction, StepClock, StepError, compile_steps, step
from decision_store.testing import KeyedRun, decision, run_keyed, run_step
from decision_store.testing.variables import event_schema

TYPES = field_types(FIELDS, event_schema().avro)


@step(reads=("amount", "amount_band", "product"), adds={"risk_band": "string", "share": "double"})
def risk_band(amount: float, amount_band: str, product: str | None) -> dict[str, Any]:
    return {"risk_band": f"{amount_band}/{product}", "share": 1 if amount > 100 else None}


class DeclinesInARow(KeyedFunction):
    key = ("customer_id", "merchant_id")
    reads = ("outcome",)
    state: Mapping[str, Any] = {"declines": "long", "since": "long"}
    adds: Mapping[str, Any] = {"declines_in_a_row": "long", "since": "long"}
    keep = days(2)

    def process(self, row: Any, state: Any, clock: StepClock) -> Mapping[str, Value | None]:
        if row.outcome == "DECLINED":
            state.declines = (state.declines or 0) + 1
            state.since = state.since or clock.now_ms
        else:
            state.declines = state.since = None
        return {"declines_in_a_row": state.declines or 0, "since": state.since}


def test_a_step_is_called_with_the_fields_it_reads_and_is_still_the_function() -> None:
    events = [decision(amount=20.0), decision(amount=2000.0, product="loan")]
    assert run_step(risk_band, events) == [{"risk_band": "S/None"}, {"risk_band": "XL/loan", "share": 1.0}]
    assert risk_band(1.0, "S", product=None) == {"risk_band": "S/None", "share": None}


@pytest.mark.parametrize(
    ("returned", "sentence"),
    [
        ({"b": "x"}, "tested.odd returned 'b', which is not declared: there is a"),
        ({"a": 1.5}, "tested.odd returned a as float, and it is declared a long"),
        ({"a": True}, "as bool"),
        ({"a": 2**63}, "as int"),
        ("text", "tested.odd returned a str: return a dict of a"),
    ],
)
def test_what_a_step_does_not_declare_is_an_error(returned: Any, sentence: str) -> None:
    @step(reads=(), adds={"a": "long"})
    def odd() -> Any:
        return returned

    with pytest.raises(StepError, match=sentence):
        run_step(odd, [decision()])


def test_numbers_that_are_none_are_no_double() -> None:
    @step(reads=(), adds={"a": "double"})
    def odd() -> Any:
        return {"a": float("nan")}

    with pytest.raises(StepError, match="declared a double"):
        run_step(odd, [decision()])


def test_a_keyed_function_remembers_by_key_and_forgets_in_time() -> None:
    declined = [decision(outcome="DECLINED"), decision(merchant_id="m-2"), decision(outcome="DECLINED")]
    assert [added["declines_in_a_row"] for added in run_keyed(DeclinesInARow(), declined)] == [1, 0, 2]

    run = KeyedRun(DeclinesInARow())
    start = run.clock.now_ms
    run.take(declined[0])
    run.clock.advance(days(2) - timedelta(milliseconds=1))
    assert run.take(declined[0]) == {"declines_in_a_row": 2, "since": start}
    run.clock.advance(days(2))
    assert run.state_of("c-1", "m-1") == {}
    assert run.take(declined[0]) == {"declines_in_a_row": 1, "since": run.clock.now_ms}


def test_a_failure_leaves_the_state_as_it_was() -> None:
    class Odd(DeclinesInARow):
        def process(self, row: Any, state: Any, clock: StepClock) -> Mapping[str, Value | None]:
            state.declines = (state.declines or 0) + 1
            if row.merchant_id == "m-9":
                state.declinse = 1
            return {}

    run = KeyedRun(Odd())
    event = decision(merchant_id="m-9")
    with pytest.raises(StepError, match=r"tested\.odd remembers 'declinse', which is not declared"):
        run.take(event)
    assert run.state_of("c-1", "m-9") == {}


class NoKey(DeclinesInARow):
    key = ()


class Forgetful(DeclinesInARow):
    keep = seconds(0)


class UnknownState(DeclinesInARow):
    state = {"n": "bytes"}  # noqa: RUF012


class Nothing(KeyedFunction):
    def process(self, row: Any, state: Any, clock: StepClock) -> None:
        return None


def made(name: str = "odd", reads: tuple[str, ...] = (), **adds: Any) -> Any:
    def function() -> None:
        return None

    function.__name__ = name
    return step(reads, adds)(function)


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([made(reads=("amuont",), a="long")], "use case shop, step odd: reads amuont, and a decision has decision_id"),
        ([made()], "adds nothing"),
        ([made(a="int")], "adds: a is a 'int', and there are string, long, double, boolean"),
        ([made(**{"A-b": "long"})], "'A-b' is not a name"),
        ([made(name="Odd", a="long")], "step Odd: a name has lower-case letters"),
        ([made(a="long"), made(b="long")], "another step has this name"),
        ([made(a="long"), made("other", a="long")], "step other: adds a, which another step or an enrichment adds"),
        ([made(taken="long")], "adds taken, which another step or an enrichment adds"),
        ([len], "STEPS holds a builtin_function_or_method"),
        ([NoKey()], "step no_key: a key needs at least one field"),
        ([Forgetful()], "keep is a millisecond at least"),
        ([UnknownState()], "state: n is a 'bytes'"),
        ([Nothing()], "step nothing: the class has no key and no state and no adds"),
    ],
)
def test_a_declaration_that_cannot_work_is_refused(steps: list[Any], sentence: str) -> None:
    with pytest.raises(DeclarationError, match=sentence):
        compile_steps("shop", steps, TYPES, taken=("taken",))


def test_what_was_remembered_by_an_older_release() -> None:
    run = KeyedRun(DeclinesInARow())
    run._states["c-1", "m-1"] = (run.clock.now_ms, {"declines": 4, "gone": "x"})
    assert run.take(decision(outcome="DECLINED"))["declines_in_a_row"] == 5
    run._states["c-1", "m-1"] = (run.clock.now_ms, {"declines": "four"})
    with pytest.raises(StepError, match="finds declines as str, and it is declared a long"):
        run.take(decision())
