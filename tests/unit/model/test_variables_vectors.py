"""Scenarios for the JVM operator `variables`: what the plain-Python reference says after some of their steps.

Written by this file (`python -m tests.unit.model.test_variables_vectors`), read by the JVM's tests. A step is a moment
of the wall clock and a decision that arrives then, as the plan's fields; revisions come in any order, and again.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from decision_store.declare import Variable, count, last, named, seconds, sum_
from decision_store.model.compilation import compile_variables
from decision_store.model.fields import FIELDS, field_types
from decision_store.model.interpreter import FieldReader, variables_at
from decision_store.model.plan import RegisteredSchema, VariablesPlan, to_json
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas

VECTORS = Path(__file__).parents[2] / "vectors" / "variables.json"
SCENARIOS, STEPS, CHECK_EVERY = 15, 36, 6
START = 1_700_000_000_000

DECLARED = {
    "shop": [
        Variable("decisions", key="customer_id", value=count()),
        Variable("burst", key="customer_id", value=count(), window=seconds(60), hop=seconds(7)),
        Variable("declines", key="customer_id", value=count(), where="outcome == 'DECLINED'", window=seconds(90)),
        Variable("approved", key="customer_id", value=sum_("amount"), where="outcome == 'APPROVED'"),
        Variable("spent", key="customer_id", value=sum_("amount"), window=seconds(100), hop=seconds(50)),
        Variable("times", key="customer_id", value=sum_("event_time % 1000"), window=seconds(30), hop=seconds(1)),
        Variable("newest", key="customer_id", value=last("decision_id")),
        Variable("recent", key="customer_id", value=last("decision_id", "reason", "amount"), window=seconds(45)),
        Variable("with_reason", key="customer_id", value=last(named("text", "reason + '!'")), window=seconds(80)),
        Variable(
            "similar",
            key=("customer_id", "merchant_id", named("large", "amount >= 100.0")),
            value=last("outcome", "decision_id", "event_time"),
            window=seconds(60),
            hop=seconds(10),
        ),
        Variable("of_product", key="product", value=count(), window=seconds(60), hop=seconds(5)),
    ],
    "other": [Variable("decisions", key="customer_id", value=count(), where="product != 'x'", window=seconds(50))],
}


def plan() -> VariablesPlan:
    schema = RegisteredSchema(subject=EVENT_SUBJECT, version=1, id=1, avro=shipped_schemas()[EVENT_SUBJECT])
    types = field_types(FIELDS, schema.avro)
    entities = [entity for name, declared in DECLARED.items() for entity in compile_variables(name, declared, types)]
    return VariablesPlan(
        registry_url="http://127.0.0.1:9",
        event_schema=schema,
        retention_ms=1_000_000_000,
        fields=FIELDS,
        entities=tuple(entities),
    )


def decision(number: random.Random, now: int) -> dict[str, Any]:
    return {
        "decision_id": f"d{number.randrange(9)}",
        "revision": number.randrange(1, 6),
        "customer_id": number.choice(["c1", "c1", "c 2|å"]),
        "event_time": now - number.choice([0, 10, 1_000, 30_000, 60_000, 99_000, -20_000]) - number.randrange(500),
        "request": {
            "merchant_id": number.choice(["m1", "m2"]),
            "amount": number.choice([0.1, 0.2, 99.99, 100.0, 1e16, 12345678.9, 3.3]),
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
    declared, reader = plan(), FieldReader(plan())
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
        "plan": json.loads(to_json(plan())),
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
