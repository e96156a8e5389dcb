"""What crosses to the JVM is published and held still: both languages' tests read the same snapshot."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from decision_store.model.plan import DecisionEventsPlan, PlanModel, VariablesPlan, json_schema, to_json
from decision_store.model.use_cases import shipped_decision_events_plan, shipped_variables_plan

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "schemas" / "plan.schema.json"
SNAPSHOTS: dict[str, PlanModel] = {
    "decision_events": shipped_decision_events_plan(),
    "variables": shipped_variables_plan(),
}


def snapshot(name: str) -> Path:
    return ROOT / "tests" / "plans" / f"{name}.json"


def test_the_published_schema_is_current() -> None:
    """After a change of the plan write it again: `python -m tests.unit.model.test_plan`."""
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == json_schema()


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_a_snapshot_is_what_the_shipped_declarations_compile_to(name: str) -> None:
    """After a change of the declarations write them again: `python -m tests.unit.model.test_plan`."""
    assert json.loads(snapshot(name).read_text(encoding="utf-8")) == json.loads(to_json(SNAPSHOTS[name]))


@pytest.mark.parametrize(("name", "kind"), [("decision_events", DecisionEventsPlan), ("variables", VariablesPlan)])
def test_a_snapshot_conforms_to_the_schema_and_is_read_back(name: str, kind: type[PlanModel]) -> None:
    text = snapshot(name).read_text(encoding="utf-8")
    jsonschema.validate(json.loads(text), json.loads(PUBLISHED.read_text(encoding="utf-8")))
    assert kind.model_validate_json(text) == SNAPSHOTS[name]


def write() -> None:
    """Writes the files anew."""
    snapshots = [(snapshot(name), to_json(plan)) for name, plan in SNAPSHOTS.items()]
    for path, text in [(PUBLISHED, json.dumps(json_schema())), *snapshots]:
        path.write_text(json.dumps(json.loads(text), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
