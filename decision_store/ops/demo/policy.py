"""The demo's policy: what it reads before it decides, which checks it wants, and how it decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

POLICY = "checkout@7"
FRAUD_CHECK_ABOVE = 200.0  # in units of the currency
TOO_MANY_DECLINES = 4  # within 30 days
REUSABLE = ("APPROVED", "DECLINED")  # a referral was left to a person: it decides nothing for others


@dataclass(frozen=True, slots=True)
class Similar:
    """A similar past decision.

    Attributes:
        decision_id: the decision.
        outcome: what was decided then.
    """

    decision_id: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the Decision Store tells before a decision.

    Attributes:
        declines_30d: of the customer.
        similar: the newest similar decision whose outcome may be used again.
    """

    declines_30d: int = 0
    similar: Similar | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision.

    Attributes:
        outcome: APPROVED, DECLINED or REFERRED.
        checks: names of the checks it rests on.
        reason: in the policy's words.
        similar_decision_id: the decision it was taken from.
    """

    outcome: str
    checks: tuple[str, ...]
    reason: str
    similar_decision_id: str | None = None

    def payload(self) -> dict[str, Any]:
        """The outcome's payload."""
        payload: dict[str, Any] = {
            "outcome": self.outcome,
            "checks": list(self.checks),
            "policy": POLICY,
            "reason": self.reason,
        }
        if self.similar_decision_id is not None:
            payload["similar_decision_id"] = self.similar_decision_id
        return payload


def knowledge_from(variables: Mapping[str, Any], similar: Mapping[str, Any]) -> Knowledge:
    """What the policy takes from the answers of `/customers/{id}/variables` and `/similar-decisions`.

    Args:
        variables: `{"use_cases": {use_case: {variable: value}}}`.
        similar: `{"similar": [{"decision_id", "outcome", "age_ms", ...}]}`.
    """
    declines = [values["declines_30d"] for values in variables["use_cases"].values() if "declines_30d" in values]
    usable = [one for one in similar["similar"] if one["outcome"] in REUSABLE]
    newest = min(usable, key=lambda one: int(one["age_ms"]), default=None)
    return Knowledge(
        declines_30d=int(max(declines, default=0)),
        similar=None if newest is None else Similar(newest["decision_id"], newest["outcome"]),
    )


def checks_wanted(amount: float, knowledge: Knowledge) -> tuple[str, ...]:
    """Names of the checks to run: none when a similar decision decides."""
    if knowledge.similar is not None:
        return ()
    return ("credit", "fraud") if amount > FRAUD_CHECK_ABOVE else ("credit",)


def decide(knowledge: Knowledge, results: Mapping[str, str]) -> Verdict:
    """The decision.

    Args:
        knowledge: what the store told.
        results: the status of each check that was wanted, by name.
    """
    if knowledge.similar is not None:
        similar = knowledge.similar
        return Verdict(similar.outcome, (), "as a similar decision before", similar.decision_id)
    checks = tuple(results)
    if "FAILED" in results.values():
        failed = next(name for name, status in results.items() if status == "FAILED")
        return Verdict("DECLINED", checks, f"the {failed} check failed")
    if knowledge.declines_30d >= TOO_MANY_DECLINES:
        return Verdict("DECLINED", checks, "too many declines in 30 days")
    if "REFERRED" in results.values():
        return Verdict("REFERRED", checks, "a check wants a person")
    return Verdict("APPROVED", checks, "the checks passed")
