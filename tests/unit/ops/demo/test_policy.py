"""How the demo's policy decides."""

from __future__ import annotations

from typing import Any

import pytest

from decision_store.ops.demo.policy import Knowledge, Similar, Verdict, checks_wanted, decide, knowledge_from

NOTHING: dict[str, Any] = {"use_cases": {}}


def similar(decision_id: str, outcome: str, age_ms: int) -> dict[str, Any]:
    return {
        "use_case": "fraud_prevention",
        "variable": "similar_outcome",
        "decision_id": decision_id,
        "outcome": outcome,
        "event_time": 1,
        "age_ms": age_ms,
    }


def test_a_customer_nobody_knows_gives_no_knowledge() -> None:
    assert knowledge_from(NOTHING, {"similar": []}) == Knowledge()


def test_declines_are_read_from_whichever_use_case_counts_them() -> None:
    use_cases = {"other": {"version": 1}, "fraud_prevention": {"declines_30d": 3, "as_of": 1, "version": 2}}
    assert knowledge_from({"use_cases": use_cases}, {"similar": []}).declines_30d == 3


def test_the_newest_usable_similar_decision_is_taken() -> None:
    answer = {"similar": [similar("d1", "APPROVED", 900), similar("d2", "DECLINED", 50), similar("d3", "REFERRED", 1)]}
    assert knowledge_from(NOTHING, answer).similar == Similar("d2", "DECLINED")


@pytest.mark.parametrize(("amount", "checks"), [(200.0, ("credit",)), (200.01, ("credit", "fraud"))])
def test_a_fraud_check_is_wanted_above_an_amount(amount: float, checks: tuple[str, ...]) -> None:
    assert checks_wanted(amount, Knowledge()) == checks


def test_a_similar_decision_decides_at_once_and_without_checks() -> None:
    knowledge = Knowledge(declines_30d=9, similar=Similar("d7", "APPROVED"))
    assert checks_wanted(5_000.0, knowledge) == ()
    verdict = decide(knowledge, {})
    assert verdict == Verdict("APPROVED", (), "as a similar decision before", "d7")
    assert verdict.payload()["similar_decision_id"] == "d7"


@pytest.mark.parametrize(
    ("declines", "results", "outcome"),
    [
        (0, {"credit": "PASSED"}, "APPROVED"),
        (3, {"credit": "PASSED", "fraud": "PASSED"}, "APPROVED"),
        (4, {"credit": "PASSED"}, "DECLINED"),
        (0, {"credit": "FAILED"}, "DECLINED"),
        (0, {"credit": "REFERRED", "fraud": "FAILED"}, "DECLINED"),
        (0, {"credit": "PASSED", "fraud": "REFERRED"}, "REFERRED"),
    ],
)
def test_checks_and_declines_decide(declines: int, results: dict[str, str], outcome: str) -> None:
    verdict = decide(Knowledge(declines_30d=declines), results)
    assert (verdict.outcome, verdict.checks) == (outcome, tuple(results))
    assert "similar_decision_id" not in verdict.payload()
