"""The script of the demo: who asks for what, and what goes wrong on the way. Pure, and the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Any

from decision_store.ops.demo.policy import POLICY, Verdict

WHOLE, OUT_OF_ORDER, REPEATED, CORRECTED, LATE, INVALID = 0.10, 0.30, 0.10, 0.08, 0.08, 0.01
MERCHANTS = 40
BANDS = ((5.0, 49.0), (50.0, 199.0), (200.0, 999.0), (1000.0, 4000.0))
ASKED_BEFORE_MS = 2  # the request's event time lies this far before the decision
STRAY_REVISION = 900  # far above any correction: an invalid item never takes a valid one's place


class Refusal(StrEnum):
    """Bodies that the API must refuse."""

    AMOUNT_IS_TEXT = "amount is text"
    CURRENCY_IS_MISSING = "currency is missing"
    FIELD_IS_UNKNOWN = "a field is unknown"
    CHECK_IS_UNKNOWN = "the check is unknown"


class Stray(StrEnum):
    """Items written past the API, which must become dead letters."""

    PAYLOAD_IS_GARBAGE = "payload is garbage"
    PART_IS_UNKNOWN = "part is unknown"
    TYPES_ARE_WRONG = "types are wrong"
    SCHEMA_IS_UNKNOWN = "schema is unknown"


class Correction(StrEnum):
    """What a correction says anew."""

    OUTCOME = "another outcome"
    REASON = "another reason"
    CREDIT = "another credit score"


class Action(StrEnum):
    """How a step is done."""

    PART = "POST /parts"
    DECISION = "POST /decisions"
    PAST_API = "put into the table"


@dataclass(frozen=True, slots=True)
class Script:
    """One decision's world: what is asked, what the checks would say, and what happens to its parts.

    Attributes:
        decision_id: unique in the run.
        customer_id: who asks.
        merchant_id: where.
        amount: how much, in `currency`.
        currency: ISO 4217.
        credit: what the credit check would say.
        credit_score: with this score.
        fraud: what the fraud check would say.
        whole: all parts go in one request.
        shuffle: the order of request, credit, fraud and outcome; None: as they come about.
        repeat_after: seconds after which the first write is sent again; None: never.
        correction: what is corrected; None: nothing.
        correct_after: seconds after the decision.
        late_after: seconds after the decision at which its last check comes; None: in time.
        refusal: a body the API refuses goes along.
        stray: an item past the API goes along.
        stray_apart: the stray item is of a decision of its own.
    """

    decision_id: str
    customer_id: str
    merchant_id: str
    amount: float
    currency: str
    credit: str
    credit_score: float
    fraud: str
    whole: bool
    shuffle: tuple[int, ...] | None
    repeat_after: float | None
    correction: Correction | None
    correct_after: float
    late_after: float | None
    refusal: Refusal | None
    stray: Stray | None
    stray_apart: bool

    def result_of(self, check: str) -> str:
        """What a check says."""
        return self.credit if check == "credit" else self.fraud


@dataclass(frozen=True, slots=True)
class Step:
    """One write.

    Attributes:
        after: seconds after the decision was taken.
        action: how.
        body: what is posted; for a write past the API, the item.
        status: the answer it must get.
        parts: sort keys of the parts that the table has after it.
        checks: the checks that the decision needs from now on; None: as before.
    """

    after: float
    action: Action
    body: dict[str, Any]
    status: int = 201
    parts: tuple[str, ...] = ()
    checks: tuple[str, ...] | None = None


def scripts(run: str, decisions: int, customers: int, seed: int) -> list[Script]:
    """The decisions of a run, in the order in which they are asked for.

    Each kind of trouble has exactly its share (`WHOLE` to `INVALID`); invalid writes go along with a decision that is
    itself sound, every second one past the API.

    Args:
        run: put before each id, so that a stack that is kept takes another run.
        decisions: how many.
        customers: how many ask.
        seed: of everything.
    """
    random = Random(seed)

    def share(part: float, among: range | list[int]) -> set[int]:
        return set(random.sample(among, min(len(among), round(part * decisions))))

    everyone = range(decisions)
    whole = share(WHOLE, everyone)
    in_parts = [number for number in everyone if number not in whole]
    out_of_order, late = share(OUT_OF_ORDER, in_parts), share(LATE, in_parts)
    repeated, corrected = share(REPEATED, everyone), share(CORRECTED, everyone)
    invalid = sorted(share(INVALID, everyone))
    refusals = dict(zip(invalid[::2], list(Refusal) * decisions, strict=False))
    strays = dict(zip(invalid[1::2], list(Stray) * decisions, strict=False))
    corrections = dict(zip(sorted(corrected), [Correction.OUTCOME, *Correction] * decisions, strict=False))

    habits = [(random.sample(range(MERCHANTS), 2), random.randrange(len(BANDS))) for _ in range(customers)]
    made = []
    for number in everyone:
        customer = random.randrange(customers)
        merchants, usual_band = habits[customer]
        band = BANDS[usual_band if random.random() < 0.8 else random.randrange(len(BANDS))]
        made.append(
            Script(
                decision_id=f"{run}-{number:05d}",
                customer_id=f"customer-{customer:04d}",
                merchant_id=f"merchant-{random.choice(merchants):03d}",
                amount=round(random.uniform(*band), 2),
                currency="EUR" if random.random() < 0.9 else "SEK",
                credit=random.choices(("PASSED", "FAILED", "REFERRED"), (80, 14, 6))[0],
                credit_score=round(random.random(), 3),
                fraud=random.choices(("PASSED", "FAILED", "REFERRED"), (92, 5, 3))[0],
                whole=number in whole,
                shuffle=tuple(random.sample(range(4), 4)) if number in out_of_order else None,
                repeat_after=random.uniform(0.0, 2.0) if number in repeated else None,
                correction=corrections.get(number),
                correct_after=random.uniform(2.0, 5.0),
                late_after=random.uniform(1.0, 4.0) if number in late else None,
                refusal=refusals.get(number),
                stray=strays.get(number),
                stray_apart=bool(number % 2),
            )
        )
    return made


def steps(script: Script, verdict: Verdict, now_ms: int) -> list[Step]:
    """The writes of a decision that was just taken, in the order in which they are sent.

    Args:
        script: its world.
        verdict: what the policy decided.
        now_ms: epoch ms.
    """
    request = _part("request", None, 1, now_ms - ASKED_BEFORE_MS, _request(script))
    checks = [_check(script, name, 1, now_ms - 1, script.credit_score) for name in verdict.checks]
    outcome = _part("outcome", None, 1, now_ms, verdict.payload())
    late = checks[-1:] if script.late_after is not None else []
    first = [request, *(check for check in checks if check not in late), outcome]

    made: list[Step] = []
    if script.whole:
        body = {**_of(script), "parts": first}
        made.append(Step(0.0, Action.DECISION, body, parts=tuple(map(_sort_key, first)), checks=verdict.checks))
    else:
        if script.shuffle is not None:
            place = dict(zip(("request", "credit", "fraud", "outcome"), script.shuffle, strict=True))
            first.sort(key=lambda part: place[part.get("name") or part["part"]])
        made += [_step(script, 0.0, part, verdict.checks) for part in first]
    if script.refusal is not None:
        made.append(Step(0.0, Action.PART, _refused_body(script, script.refusal, now_ms), status=422))
    if script.stray is not None:
        made.append(Step(0.0, Action.PAST_API, _stray_item(script, script.stray, now_ms)))
    if script.repeat_after is not None:
        made.append(Step(script.repeat_after, made[0].action, made[0].body, status=200))
    for part in late:
        assert script.late_after is not None
        made.append(_step(script, script.late_after, part, verdict.checks))
    if script.correction is not None:
        corrected = _corrected(script, verdict, now_ms + round(script.correct_after * 1000))
        made.append(_step(script, script.correct_after, corrected, verdict.checks))
    return sorted(made, key=lambda step: step.after)


def _of(script: Script) -> dict[str, Any]:
    return {"decision_id": script.decision_id, "customer_id": script.customer_id}


def _part(part: str, name: str | None, revision: int, event_time: int, payload: dict[str, Any]) -> dict[str, Any]:
    named = {} if name is None else {"name": name}
    return {"part": part, **named, "revision": revision, "event_time": event_time, "payload": payload}


def _request(script: Script) -> dict[str, Any]:
    return {"merchant_id": script.merchant_id, "amount": script.amount, "currency": script.currency}


def _check(script: Script, name: str, revision: int, event_time: int, score: float) -> dict[str, Any]:
    scored = {"score": score} if name == "credit" else {}
    return _part("check", name, revision, event_time, {"status": script.result_of(name), **scored})


def _sort_key(part: dict[str, Any]) -> str:
    label = f"{part['part']}#{part['name']}" if "name" in part else part["part"]
    return f"{label}#{part['revision']:06d}"


def _step(script: Script, after: float, part: dict[str, Any], checks: tuple[str, ...]) -> Step:
    needs = checks if part["part"] == "outcome" else None
    return Step(after, Action.PART, {**_of(script), **part}, parts=(_sort_key(part),), checks=needs)


def _corrected(script: Script, verdict: Verdict, event_time: int) -> dict[str, Any]:
    if script.correction is Correction.CREDIT and "credit" in verdict.checks:
        return _check(script, "credit", 2, event_time, round(1.0 - script.credit_score, 3))
    payload = {**verdict.payload(), "reason": "corrected after a complaint"}
    if script.correction is Correction.OUTCOME:
        payload["outcome"] = "DECLINED" if verdict.outcome == "APPROVED" else "APPROVED"
    return _part("outcome", None, 2, event_time, payload)


def _refused_body(script: Script, refusal: Refusal, now_ms: int) -> dict[str, Any]:
    payload = _request(script)
    match refusal:
        case Refusal.AMOUNT_IS_TEXT:
            payload["amount"] = str(script.amount)
        case Refusal.CURRENCY_IS_MISSING:
            del payload["currency"]
        case Refusal.FIELD_IS_UNKNOWN:
            payload["amuont"] = 1.0
        case Refusal.CHECK_IS_UNKNOWN:
            return {**_of(script), **_part("check", "horoscope", 1, now_ms, {"status": "PASSED"})}
    return {**_of(script), **_part("request", None, STRAY_REVISION, now_ms, payload)}


def _stray_item(script: Script, stray: Stray, now_ms: int) -> dict[str, Any]:
    decision_id = f"{script.decision_id}-stray" if script.stray_apart else script.decision_id
    item: dict[str, Any] = {
        "decision_id": decision_id,
        "part_revision": f"check#credit#{STRAY_REVISION:06d}",
        "part": "check",
        "name": "credit",
        "revision": STRAY_REVISION,
        "customer_id": script.customer_id,
        "event_time": now_ms,
        "schema": "check-credit:1",
        "payload": '{"status":"PASSED"}',
    }
    match stray:
        case Stray.PAYLOAD_IS_GARBAGE:
            item["payload"] = f'{{"status": "PASSED", "policy": {POLICY}'
        case Stray.PART_IS_UNKNOWN:
            item |= {"part": "verdict", "part_revision": f"verdict#{STRAY_REVISION:06d}"}
        case Stray.TYPES_ARE_WRONG:
            item |= {"event_time": "yesterday", "payload": {"status": "PASSED"}}
        case Stray.SCHEMA_IS_UNKNOWN:
            item["schema"] = "check-credit:99"
    return item
