"""What crosses to the JVM is published and held still: both languages' tests read the same snapshot."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import jsonschema
import pytest

from decision_store.model.plan import AggregateKind, PlanModel, json_schema, to_json
from decision_store.model.use_cases import shipped_decision_events_plan, shipped_variables_plan
from tests.unit.model.every_aggregate import every_aggregate

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "schemas" / "plan.schema.json"
PLANS = ROOT / "tests" / "plans"
SNAPSHOTS: dict[str, Callable[[], PlanModel]] = {
    "decision_events": shipped_decision_events_plan,
    "variables": shipped_variables_plan,
    "every_aggregate": every_aggregate,
}
"""Each plan of `tests/plans`, and the declarations it is compiled from."""


def test_the_published_schema_is_current() -> None:
    """After a change of the plan write it again: `python -m tests.unit.model.test_plan`."""
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == json_schema()


def test_every_snapshot_has_its_declarations() -> None:
    assert {path.stem for path in PLANS.iterdir()} == SNAPSHOTS.keys()


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_a_snapshot_is_what_its_declarations_compile_to(name: str) -> None:
    """After a change of the declarations write it again: `python -m tests.unit.model.test_plan`."""
    assert json.loads(text_of(name)) == json.loads(to_json(SNAPSHOTS[name]()))


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_a_snapshot_conforms_to_the_schema_and_is_read_back(name: str) -> None:
    jsonschema.validate(json.loads(text_of(name)), json.loads(PUBLISHED.read_text(encoding="utf-8")))
    plan = SNAPSHOTS[name]()
    assert type(plan).model_validate_json(text_of(name)) == plan


def test_one_snapshot_has_every_aggregate_windowed_and_for_ever() -> None:
    variables = [variable for entity in every_aggregate().entities for variable in entity.variables]
    wanted = {(kind, windowed) for kind in get_args(AggregateKind) for windowed in (True, False)}
    assert {(one.aggregate, one.window_ms is not None) for one in variables} == wanted


def text_of(name: str) -> str:
    return (PLANS / f"{name}.json").read_text(encoding="utf-8")


def write() -> None:
    """Writes the schema and the snapshots anew."""
    texts = {PUBLISHED: json.dumps(json_schema())}
    texts |= {PLANS / f"{name}.json": to_json(plan()) for name, plan in SNAPSHOTS.items()}
    for path, text in texts.items():
        path.write_text(json.dumps(json.loads(text), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
