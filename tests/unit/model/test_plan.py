"""What crosses to the JVM is published and held still: both languages' tests read the same snapshot."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from decision_store.model.plan import VariablesPlan, json_schema, to_json
from decision_store.model.use_cases import shipped_variables_plan

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "schemas" / "plan.schema.json"
SNAPSHOT = ROOT / "tests" / "plans" / "variables.json"


def test_the_published_schema_is_current() -> None:
    """After a change of the plan write it again: `python -m tests.unit.model.test_plan`."""
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == json_schema()


def test_the_snapshot_is_what_the_shipped_declarations_compile_to() -> None:
    """After a change of the declarations write it again: `python -m tests.unit.model.test_plan`."""
    assert json.loads(SNAPSHOT.read_text(encoding="utf-8")) == json.loads(to_json(shipped_variables_plan()))


def test_the_snapshot_conforms_to_the_schema_and_is_read_back() -> None:
    text = SNAPSHOT.read_text(encoding="utf-8")
    jsonschema.validate(json.loads(text), json.loads(PUBLISHED.read_text(encoding="utf-8")))
    assert VariablesPlan.model_validate_json(text) == shipped_variables_plan()


def write() -> None:
    """Writes both files anew."""
    for path, text in ((PUBLISHED, json.dumps(json_schema())), (SNAPSHOT, to_json(shipped_variables_plan()))):
        path.write_text(json.dumps(json.loads(text), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
