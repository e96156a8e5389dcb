"""The JVM's variables are the reference's: random declarations, histories, restarts and changes, both ways of state.

`VARIABLES_CASES=100000` makes a long soak of it; `VARIABLES_JAR` takes the operators from another jar.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from decision_store.testing.engine import JvmEngine
from tests.integration.model.comparison import Comparison
from tests.integration.model.scenarios import Scenario, scenarios

CASES = int(os.environ.get("VARIABLES_CASES", "3000"))
JAR = Path(os.environ["VARIABLES_JAR"]) if "VARIABLES_JAR" in os.environ else None

pytestmark = [pytest.mark.integration, pytest.mark.timeout(max(600, CASES // 2))]


@pytest.fixture(scope="module")
def engines() -> Iterator[tuple[JvmEngine, JvmEngine]]:
    with JvmEngine("heap", JAR) as heap, JvmEngine("bytes", JAR) as of_bytes:
        yield heap, of_bytes


@settings(
    max_examples=CASES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(scenario=scenarios())
def test_the_table_is_what_the_reference_says_after_every_step(
    engines: tuple[JvmEngine, JvmEngine], scenario: Scenario
) -> None:
    heap, of_bytes = (engine.begin(scenario.plan, scenario.steps) for engine in engines)
    answers = heap()
    assert of_bytes() == answers
    comparison = Comparison(scenario.plan)
    for step, answer in zip(scenario.steps, answers, strict=True):
        comparison.step(step, answer)
