"""Scenarios for the JVM operator `enrich`: what the plain-Python reference adds to each event.

Written by this file (`python -m tests.unit.model.test_enrichments_vectors`), read by the JVM's tests. The events of a
scenario come in this order: late, corrected, delivered again, older revisions after newer ones.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from decision_store.model.aggregates import avg, count, distinct, first, last, max_, min_, named, sum_
from decision_store.model.enriching import enrichments_of, flags_of, history_of
from decision_store.model.enrichments import Enrichment, Rule, compile_enrichments, compile_rules
from decision_store.model.fields import FIELDS, field_types
from decision_store.model.plan import DecisionEventsPlan, PlanField, RegisteredSchema, to_json
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.model.variables import minutes, seconds

VECTORS = Path(__file__).parents[2] / "vectors" / "enrichments.json"
SCENARIOS, EVENTS = 10, 40
START = 1_700_000_000_000
DERIVED = PlanField(name="digits", expression="event_time % 7", type="long")

ENRICHMENTS = {
    "shop": [
        Enrichment("decisions", count()),
        Enrichment("burst", count(), window=seconds(10)),
        Enrichment("declines", count(), where="outcome == 'DECLINED'", window=minutes(2)),
        Enrichment("spent_here", sum_("amount"), where="outcome == 'APPROVED'", same="merchant_id"),
        Enrichment("digits_sum", sum_("digits"), same=("product", "currency"), window=minutes(1)),
        Enrichment("least", min_("amount"), window=seconds(45)),
        Enrichment("most", max_("digits")),
        Enrichment("mean", avg("amount"), where="amount < 1000.0", window=minutes(1)),
        Enrichment("mean_digits", avg("digits")),
        Enrichment("oldest", first("decision_id"), window=minutes(1)),
        Enrichment("newest", last("decision_id")),
        Enrichment("why", last("reason"), same=("merchant_id", "outcome")),
        Enrichment("shouted", last(named("shouted", "reason + '!'")), window=seconds(90)),
        Enrichment("merchants", distinct("merchant_id"), window=minutes(1)),
        Enrichment("amounts", distinct("amount", exact=1)),
        Enrichment(
            "was_large", last(named("is_large", "amount >= 100.0")), same=("product", "merchant_id", "currency")
        ),
    ],
    "other": [
        Enrichment("decisions", count(), where="product != 'x'", window=seconds(50)),
        Enrichment("spent", sum_("amount"), where="outcome == 'APPROVED'", same="merchant_id", window=seconds(30)),
    ],
}
RULES = {
    "shop": [
        Rule("bursting", "burst >= 1 && amount < 100.0"),
        Rule("after_decline", "declines > 0 && newest != null"),
        Rule("above_mean", "amount > mean"),
        Rule("was_large", "was_large"),
        Rule("fails", "digits_sum / (decisions - decisions) == 1"),
    ],
    "other": [Rule("busy", "decisions >= 2 || spent > 100.0"), Rule("always", "true")],
}


def plan() -> DecisionEventsPlan:
    schema = RegisteredSchema(subject=EVENT_SUBJECT, version=1, id=1, avro=shipped_schemas()[EVENT_SUBJECT])
    fields = (*FIELDS, DERIVED)
    types = field_types(fields, schema.avro)
    enrichments = {name: compile_enrichments(name, declared, types) for name, declared in ENRICHMENTS.items()}
    rules = [compile_rules(name, declared, types, enrichments[name]) for name, declared in RULES.items()]
    return DecisionEventsPlan(
        registry_url="http://127.0.0.1:9",
        part_schemas=(),
        event_schema=schema,
        incomplete_after_ms=1_000,
        retention_ms=1_000_000_000,
        history_window_ms=60_000,
        fields=fields,
        enrichments=tuple(one for of_one in enrichments.values() for one in of_one),
        rules=tuple(one for of_one in rules for one in of_one),
    )


def decision(number: random.Random, now: int) -> dict[str, Any]:
    age = number.choice([0, 10, 1_000, 10_000, 30_000, 60_000, 99_000, -20_000])
    return {
        "decision_id": f"d{number.choice('0123456789é')}",
        "revision": number.randrange(1, 6),
        "customer_id": number.choice(["c1", "c1", "c1", "c 2|å"]),
        "event_time": now - age - number.choice([0, number.randrange(500)]),
        "request": {
            "merchant_id": number.choice(["m1", "m2", "a merchant with quite a long name"]),
            "amount": number.choice([0.1, 0.2, 99.99, 100.0, 1e16, 12345678.9, 3.3]),
            "currency": number.choice(["EUR", "SEK"]),
            "product": number.choice([None, "x", "y"]),
        },
        "outcome": {
            "outcome": number.choice(["APPROVED", "DECLINED", "REFERRED"]),
            "policy": "p@1",
            "reason": "x" * 2_049 if number.random() < 0.04 else number.choice([None, "late", ""]),
        },
    }


def scenario(seed: int) -> dict[str, Any]:
    number = random.Random(seed)
    declared = plan()
    now, identities, customers = START + number.randrange(100_000), {}, {}
    known: list[dict[str, Any]] = []
    steps = []
    for _ in range(EVENTS):
        now += number.choice([0, 1, 40, 2_000, 9_000, 20_000])
        made = decision(number, now)
        made["customer_id"] = customers.setdefault(made["decision_id"], made["customer_id"])
        # An identity always has the same content: that is what an identity is.
        event = identities.setdefault((made["decision_id"], made["revision"]), made)
        enrichments = enrichments_of(declared, known, event)
        steps.append(
            {
                "event": event,
                "history": history_of(declared, known, event),
                "enrichments": enrichments,
                "flags": flags_of(declared, event, enrichments),
            }
        )
        known.append(event)
    return {"name": f"seed {seed}", "steps": steps}


def vectors() -> dict[str, Any]:
    return {"plan": json.loads(to_json(plan())), "scenarios": [scenario(seed) for seed in range(SCENARIOS)]}


def test_the_scenarios_are_what_the_reference_says() -> None:
    assert json.loads(VECTORS.read_text(encoding="utf-8")) == vectors()


def test_every_flag_and_a_value_of_every_enrichment_is_in_the_scenarios() -> None:
    steps = [step for one in vectors()["scenarios"] for step in one["steps"]]
    never = {f"{rule.use_case}.{rule.name}" for rule in plan().rules} - {flag for s in steps for flag in s["flags"]}
    assert never == {"shop.fails"}
    found = [{repr(step["enrichments"][name]) for step in steps} for name in steps[0]["enrichments"]]
    assert all(len(values) > 2 for values in found)


def write() -> None:
    """Writes the vectors anew."""
    made = vectors()
    scenarios = ",\n".join(json.dumps(one, ensure_ascii=False) for one in made["scenarios"])
    text = f'{{"plan": {json.dumps(made["plan"])},\n"scenarios": [\n{scenarios}\n]}}\n'
    VECTORS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
