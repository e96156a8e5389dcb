"""The bridge to the JVM says what is wrong, and the comparison sees what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from decision_store.declare import Variable, count, distinct, last, seconds, sum_
from decision_store.testing import corrected, decision
from decision_store.testing.engine import EngineAnswer, EngineError, EngineStep, JvmEngine
from decision_store.testing.strategies import plan_of_use_cases
from tests.integration.model.comparison import Comparison

pytestmark = pytest.mark.integration

PLAN = plan_of_use_cases(
    {
        "shop": [
            Variable("n", key="customer_id", value=count(), window=seconds(60), hop=seconds(60)),
            Variable("total", key="customer_id", value=sum_("amount")),
            Variable("newest", key="customer_id", value=last("reason", "amount")),
            Variable("merchants", key="customer_id", value=distinct("merchant_id", exact=1)),
        ]
    }
)
FIRST = decision(at=0, amount=3.0, reason="r")
STEPS = [
    EngineStep(0, (FIRST,)),
    EngineStep(10, (corrected(FIRST, amount=4.0, merchant_id="m-2"),)),
    EngineStep(200_000),
]
ITEM = {"n": 1, "total": 4.0, "newest__reason": "r", "newest__amount": 4.0, "merchants": 2}
KEY = ("customer_id=c-1", "shop")
ANSWERS = [
    EngineAnswer({KEY: {**ITEM, "total": 3.0, "newest__amount": 3.0, "merchants": 1}}, 1, 0),
    EngineAnswer({KEY: {**ITEM, "merchants": 1}}, 1, 0),
    EngineAnswer({KEY: {**ITEM, "n": 0, "merchants": 1}}, 1, 0),
]


def compare(answers: list[EngineAnswer]) -> None:
    comparison = Comparison(PLAN)
    for step, answer in zip(STEPS, answers, strict=True):
        comparison.step(step, answer)


def test_the_jvm_answers_as_expected() -> None:
    with JvmEngine() as heap, JvmEngine("bytes") as of_bytes:
        assert heap.run(PLAN, STEPS) == of_bytes.run(PLAN, STEPS) == ANSWERS
    compare(ANSWERS)


def altered(step: int, **changes: Any) -> Callable[[], list[EngineAnswer]]:
    item = {name: value for name, value in {**ANSWERS[step].items[KEY], **changes}.items() if value is not None}
    return lambda: [*ANSWERS[:step], replace(ANSWERS[step], items={KEY: item}), *ANSWERS[step + 1 :]]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (altered(1, total=7.0), r"total .sum.: 7\.0 in the JVM, 4\.0 by the reference"),
        (altered(2, n=1), "n .count.: 1 in the JVM, 0 by"),
        (altered(0, n=True), "n .count.: True in the JVM"),
        (altered(1, newest__reason=None), "newest .last.: None in the JVM"),
        (altered(1, merchants=3), "merchants .distinct.: 3 in the JVM"),
        (altered(1, gone=1), "which are not declared"),
        (lambda: [replace(ANSWERS[0], items={}, written=0), *ANSWERS[1:]], "is not there"),
        (lambda: [ANSWERS[0], replace(ANSWERS[1], items={}, written=0), ANSWERS[2]], "an item is gone"),
        (lambda: [replace(ANSWERS[0], written=0), *ANSWERS[1:]], "0 written, and 1 are others"),
        (lambda: [replace(ANSWERS[0], dead_letters=1), *ANSWERS[1:]], "1 dead letters"),
    ],
)
def test_what_is_wrong_is_seen(wrong: Callable[[], list[EngineAnswer]], sentence: str) -> None:
    with pytest.raises(AssertionError, match=sentence):
        compare(wrong())


def test_what_is_written_without_a_change_is_seen() -> None:
    comparison = Comparison(PLAN)
    comparison.step(STEPS[0], ANSWERS[0])
    with pytest.raises(AssertionError, match="written that did not change"):
        comparison.step(STEPS[0], ANSWERS[0])


def test_errors_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="runs only within its block"):
        JvmEngine().run(PLAN, [])
    with JvmEngine(jar=tmp_path / "none.jar") as engine, pytest.raises(EngineError, match=r"ended with 1: .*LocalRun"):
        engine.run(PLAN, STEPS)
    broken = PLAN.model_copy(update={"fields": PLAN.fields[:1]})
    with JvmEngine() as engine:
        with pytest.raises(EngineError, match=r"The JVM says: The expression .* does not compile"):
            engine.run(broken, STEPS)
        assert engine.run(PLAN, STEPS) == ANSWERS  # it goes on


def test_without_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EngineError, match="There is no java: install a JDK 17"), JvmEngine():
        pass
