"""Scenarios for the JVM operator `variables`: what the plain-Python reference says after some of their steps.

Written by this file (`python -m tests.unit.model.test_variables_vectors`), read by the JVM's tests. A step is a moment
of the wall clock and a decision that arrives then, as the plan's fields; revisions come in any order, and again.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from decision_store.model.interpreter import FieldReader, variables_at
from decision_store.model.plan import to_json
from tests.unit.model.every_aggregate import every_aggregate

VECTORS = Path(__file__).parents[2] / "vectors" / "variables.json"
SCENARIOS, STEPS, CHECK_EVERY = 15, 36, 6
START = 1_700_000_000_000
AMOUNTS = [*([0.1, 0.2, 99.99, 100.0, 12345678.9, 3.3, -7.75, -0.0, 1e-200] * 4), 1e16, 1e16, 1e300, -1e300]


def decision(number: random.Random, now: int) -> dict[str, Any]:
    return {
        "decision_id": f"d{number.randrange(9)}",
        "revision": number.randrange(1, 6),
        "customer_id": number.choice(["c1", "c1", "c 2|å"]),
        "event_time": now - number.choice([0, 10, 1_000, 30_000, 60_000, 99_000, -20_000]) - number.randrange(500),
        "request": {
            "merchant_id": number.choice(["m1", "m2"]),
            "amount": number.choice(AMOUNTS),
            "currency": "EUR",
            "product": number.choice([None, "x", "y"]),
        },
        "outcome": {
            "outcome": number.choice(["APPROVED", "DECLINED", "REFERRED"]),
            "policy": "p@1",
            "reason": number.choice([None, "late", ""]),
        },
    }


def scenario(seed: int) -> dict[str, Any]:
    number = random.Random(seed)
    declared, reader = every_aggregate(), FieldReader(every_aggregate())
    now, events, steps = START + number.randrange(100_000), {}, []
    for index in range(STEPS):
        now += number.choice([0, 1, 40, 2_000, 9_000, 45_000])
        made = decision(number, now)
        # An identity always has the same content: that is what an identity is.
        event = events.setdefault((made["decision_id"], made["revision"]), made)
        step: dict[str, Any] = {"at": now, "revision": event["revision"], "fields": reader.read(event)}
        if index % CHECK_EVERY == CHECK_EVERY - 1:
            found: dict[str, dict[str, Any]] = {}
            for (entity, use_case), values in variables_at(declared, events.values(), now).items():
                found.setdefault(use_case, {})[entity] = values
            step["expected"] = found
        steps.append(step)
    return {"name": f"seed {seed}", "steps": steps}


def vectors() -> dict[str, Any]:
    return {
        "plan": json.loads(to_json(every_aggregate())),
        "scenarios": [scenario(seed) for seed in range(SCENARIOS)],
    }


def test_the_scenarios_are_what_the_reference_says() -> None:
    assert json.loads(VECTORS.read_text(encoding="utf-8")) == vectors()


def write() -> None:
    """Writes the vectors anew."""
    made = vectors()
    scenarios = ",\n".join(json.dumps(one, ensure_ascii=False) for one in made["scenarios"])
    text = f'{{"plan": {json.dumps(made["plan"])},\n"scenarios": [\n{scenarios}\n]}}\n'
    VECTORS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
