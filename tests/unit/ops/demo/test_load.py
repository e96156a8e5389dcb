"""The demo's script: the same for the same seed, each kind of trouble in its share, and as valid as it claims."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from decision_store.model.assembly import Incomplete, assemble
from decision_store.model.parts import Part, PartKind, subject_of
from decision_store.model.schemas import shipped_schemas
from decision_store.model.validation import InvalidPayloadError, PayloadSchema
from decision_store.ops.demo.load import Action, Correction, Refusal, Script, Step, Stray, scripts, steps
from decision_store.ops.demo.policy import Knowledge, Similar, Verdict, checks_wanted, decide
from decision_store.ops.ledger.table import interpret

NOW = 1_700_000_000_000
RUN = scripts("r", 3_000, 300, 1)


def verdict_of(script: Script, knowledge: Knowledge = Knowledge()) -> Verdict:  # noqa: B008  # frozen
    checks = checks_wanted(script.amount, knowledge)
    return decide(knowledge, {name: script.result_of(name) for name in checks})


def writes_of(script: Script) -> list[Step]:
    return steps(script, verdict_of(script), NOW)


def parts_in(step: Step) -> list[dict[str, Any]]:
    """The parts that a step writes, each as the body of POST /parts."""
    if step.action is Action.PART:
        return [step.body]
    return [{**step.body, **part} for part in step.body["parts"]]


def stored(body: Mapping[str, Any]) -> Part:
    """The part that the API stores for a body; raises for what it refuses."""
    kind, name = PartKind(body["part"]), body.get("name")
    subject = subject_of(kind, name)
    text = json.dumps(body["payload"])
    PayloadSchema(shipped_schemas()[subject]).parse(text)
    return Part(
        body["decision_id"],
        kind,
        name,
        body["revision"],
        body["customer_id"],
        body["event_time"],
        f"{subject}:1",
        text,
    )


def test_the_same_seed_gives_the_same_script_and_another_seed_another() -> None:
    assert scripts("r", 3_000, 300, 1) == RUN
    assert scripts("r", 3_000, 300, 2) != RUN
    assert writes_of(RUN[0]) == writes_of(RUN[0])


def test_another_run_gives_the_same_script_under_other_ids() -> None:
    other = scripts("other", 3_000, 300, 1)
    assert [replace(one, decision_id="") for one in other] == [replace(one, decision_id="") for one in RUN]
    assert not {one.decision_id for one in other} & {one.decision_id for one in RUN}


def test_each_kind_has_its_share() -> None:
    assert len({one.decision_id for one in RUN}) == 3_000
    assert len({one.customer_id for one in RUN}) == 300
    assert sum(one.whole for one in RUN) == 300
    assert sum(one.shuffle is not None for one in RUN) == 900
    assert sum(one.repeat_after is not None for one in RUN) == 300
    assert sum(one.late_after is not None for one in RUN) == 240
    assert Counter(one.correction for one in RUN if one.correction) == {
        Correction.OUTCOME: 120,
        Correction.REASON: 60,
        Correction.CREDIT: 60,
    }
    assert sum(one.refusal is not None for one in RUN) == sum(one.stray is not None for one in RUN) == 15
    assert {one.refusal for one in RUN} - {None} == set(Refusal)
    assert {one.stray for one in RUN} - {None} == set(Stray)
    assert {one.stray_apart for one in RUN if one.stray} == {True, False}


def test_no_decision_is_whole_and_out_of_order_or_late() -> None:
    assert not any(one.whole and (one.shuffle or one.late_after) for one in RUN)


def test_customers_come_back_to_their_merchants_with_like_amounts() -> None:
    visits = Counter((one.customer_id, one.merchant_id) for one in RUN)
    assert visits.most_common(1)[0][1] >= 5


def test_every_decision_is_complete_in_the_end_with_the_parts_its_steps_promise() -> None:
    for script in RUN:
        writes = [step for step in writes_of(script) if step.status == 201 and step.action is not Action.PAST_API]
        parts = [stored(body) for step in writes for body in parts_in(step)]
        assert [part.sort_key for part in parts] == [key for step in writes for key in step.parts]
        event = assemble(parts)
        assert not isinstance(event, Incomplete)
        assert event["revision"] == len(parts)


def test_a_repeated_write_has_the_body_of_the_first_and_is_answered_as_one() -> None:
    script = next(one for one in RUN if one.repeat_after)
    again = [step for step in writes_of(script) if step.status == 200]
    first = next(step for step in writes_of(script) if step.status == 201)
    assert [(step.action, step.body) for step in again] == [(first.action, first.body)]


def test_a_late_check_comes_after_the_outcome_that_names_it() -> None:
    script = next(one for one in RUN if one.late_after and not one.shuffle and not one.correction)
    writes = writes_of(script)
    assert writes[-1].after == script.late_after
    assert writes[-1].body["part"] == "check"
    assert writes[-1].body["name"] in verdict_of(script).checks


def test_a_correction_may_change_the_outcome() -> None:
    script = next(one for one in RUN if one.correction is Correction.OUTCOME and not one.whole)
    outcomes = {
        step.body["revision"]: step.body["payload"]["outcome"]
        for step in writes_of(script)
        if step.body.get("part") == "outcome"
    }
    assert outcomes[1] != outcomes[2]


def test_parts_out_of_order_are_the_same_parts() -> None:
    script = next(one for one in RUN if one.shuffle == (3, 2, 1, 0) and one.amount > 200 and not one.late_after)
    assert [key for step in writes_of(script) for key in step.parts][:4] == [
        "outcome#000001",
        "check#fraud#000001",
        "check#credit#000001",
        "request#000001",
    ]


def test_a_decision_from_a_similar_one_has_no_checks_to_wait_for() -> None:
    script = next(one for one in RUN if one.late_after)
    verdict = verdict_of(script, Knowledge(similar=Similar("d0", "APPROVED")))
    bodies = [body for step in steps(script, verdict, NOW) if step.status != 422 for body in parts_in(step)]
    assert {body["part"] for body in bodies} == {"request", "outcome"}


@pytest.mark.parametrize("refusal", list(Refusal))
def test_what_the_api_must_refuse_is_wrong(refusal: Refusal) -> None:
    script = next(one for one in RUN if one.refusal is refusal)
    refused = [step for step in writes_of(script) if step.status == 422]
    assert len(refused) == 1
    with pytest.raises((InvalidPayloadError, KeyError)):  # KeyError: there is no such schema
        stored(refused[0].body)


@pytest.mark.parametrize("stray", list(Stray))
def test_what_is_written_past_the_api_is_invalid_to_the_ledger(stray: Stray) -> None:
    items = [
        step.body
        for script in RUN
        if script.stray is stray
        for step in writes_of(script)
        if step.action is Action.PAST_API
    ]
    assert items
    assert len(interpret(items).invalid) == len(items)
