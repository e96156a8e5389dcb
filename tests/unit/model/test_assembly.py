"""Assembly depends on the set of parts alone."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decision_store.model.assembly import Incomplete, assemble
from decision_store.model.parts import Part, PartKind
from tests import vectors


def part(kind: PartKind, name: str | None, revision: int, payload: dict[str, object]) -> Part:
    subject = f"check-{name}" if name else f"decision-{kind.value}"
    time = 1_000 * revision + len(subject)
    return Part("d1", kind, name, revision, "c1", time, f"{subject}:1", json.dumps(payload))


def request(revision: int = 1, amount: float = 10.0) -> Part:
    return part(PartKind.REQUEST, None, revision, {"merchant_id": "m", "amount": amount, "currency": "EUR"})


def check(name: str, revision: int = 1, status: str = "PASSED") -> Part:
    return part(PartKind.CHECK, name, revision, {"status": status, "score": revision / 2})


def outcome(revision: int = 1, verdict: str = "APPROVED", checks: tuple[str, ...] = ("credit", "fraud")) -> Part:
    return part(PartKind.OUTCOME, None, revision, {"outcome": verdict, "checks": list(checks), "policy": "p@1"})


COMPLETE = [request(), check("credit"), check("fraud"), outcome()]
CORRECTED = [*COMPLETE, check("credit", 2, "FAILED"), outcome(2, "DECLINED"), request(3, 99.0)]


def test_a_complete_decision() -> None:
    event = assemble(COMPLETE)
    assert isinstance(event, dict)
    assert event["revision"] == 4
    assert event["event_time"] == request().event_time
    assert event["request"] == {"merchant_id": "m", "amount": 10.0, "currency": "EUR", "product": None}
    assert [(c["name"], c["status"], c["score"]) for c in event["checks"]] == [
        ("credit", "PASSED", 0.5),
        ("fraud", "PASSED", 0.5),
    ]
    assert event["outcome"]["outcome"] == "APPROVED"
    assert [(p["part"], p["name"], p["revision"]) for p in event["parts"]] == [
        ("check", "credit", 1),
        ("check", "fraud", 1),
        ("outcome", None, 1),
        ("request", None, 1),
    ]


def test_the_newest_revision_counts_and_all_are_kept() -> None:
    event = assemble(CORRECTED)
    assert isinstance(event, dict)
    assert event["revision"] == 7
    assert event["request"]["amount"] == 99.0
    assert event["outcome"]["outcome"] == "DECLINED"
    assert event["checks"][0]["status"] == "FAILED"
    assert [p["revision"] for p in event["parts"] if p["part"] == "request"] == [1, 3]


@pytest.mark.parametrize(
    ("parts", "missing"),
    [
        ([request()], ("outcome",)),
        ([check("credit")], ("outcome", "request")),
        ([request(), outcome()], ("check#credit", "check#fraud")),
        ([request(), outcome(), check("fraud")], ("check#credit",)),
        ([*COMPLETE, outcome(2, checks=("credit", "fraud", "income"))], ("check#income",)),
    ],
)
def test_what_is_missing_is_named(parts: list[Part], missing: tuple[str, ...]) -> None:
    assert assemble(parts) == Incomplete("d1", missing)


def test_an_outcome_may_need_no_check() -> None:
    event = assemble([request(), outcome(checks=())])
    assert isinstance(event, dict)
    assert event["checks"] == []


@given(st.permutations(CORRECTED), st.lists(st.sampled_from(CORRECTED)))
def test_order_and_repetition_do_not_matter(parts: list[Part], repeats: list[Part]) -> None:
    assert assemble([*parts, *repeats]) == assemble(CORRECTED)


@given(st.permutations(CORRECTED))
def test_the_event_revision_rises_with_every_part(parts: list[Part]) -> None:
    events = [assemble(parts[: i + 1]) for i in range(len(parts))]
    revisions = [event["revision"] for event in events if isinstance(event, dict)]
    assert revisions == sorted(set(revisions))


def test_parts_of_two_customers_are_refused() -> None:
    with pytest.raises(ValueError, match="one customer"):
        assemble([request(), replace(outcome(), customer_id="c2")])


@pytest.mark.parametrize("vector", vectors.read("assembly"), ids=lambda vector: vector["name"])
def test_vectors_shared_with_the_jvm(vector: dict[str, Any]) -> None:
    result = assemble(Part.from_item(item) for item in vector["parts"])
    if isinstance(result, Incomplete):
        assert (vector["event"], vector["missing"]) == (None, list(result.missing))
    else:
        assert (vector["event"], vector["missing"]) == (result, [])
