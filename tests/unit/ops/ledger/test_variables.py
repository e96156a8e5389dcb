"""The variables table as the ledger reads it, and as declarations make it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from decision_store.declare import Variable, count, distinct, last_k
from decision_store.model.compilation import compile_variables
from decision_store.model.fields import FIELDS, field_types
from decision_store.model.plan import RegisteredSchema, VariablesPlan
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.ops.ledger.records import DistinctCount
from decision_store.ops.ledger.variables import expected_variables, variables_in


def test_numbers_and_lists_of_the_table_are_read_as_plain_values() -> None:
    item = {
        "entity": "customer_id=c1",
        "use_case": "shop",
        "version": Decimal(3),
        "as_of": Decimal(2),
        "spent": Decimal("10.5"),
        "recent__amount": [Decimal("1.5"), Decimal(2), None],
        "recent__outcome": ["APPROVED", None, "DECLINED"],
    }
    assert variables_in([item]) == {
        ("customer_id=c1", "shop"): {
            "spent": 10.5,
            "recent__amount": [1.5, 2, None],
            "recent__outcome": ["APPROVED", None, "DECLINED"],
        }
    }


def event(decision_id: str, merchant: str) -> dict[str, Any]:
    return {
        "decision_id": decision_id,
        "revision": 1,
        "customer_id": "c|1",
        "event_time": 5,
        "request": {"merchant_id": merchant, "amount": 1.0, "currency": "EUR"},
        "outcome": {"outcome": "APPROVED", "policy": "p", "reason": None},
    }


def test_a_distinct_is_expected_with_its_bound_and_no_other_variable_of_its_name() -> None:
    declared = [
        Variable("merchants", key="customer_id", value=distinct("merchant_id", exact=10)),
        Variable("merchants", key=("customer_id", "currency"), value=count()),
        Variable("recent", key="customer_id", value=last_k(2, "merchant_id")),
    ]
    schema = RegisteredSchema(subject=EVENT_SUBJECT, version=1, id=1, avro=shipped_schemas()[EVENT_SUBJECT])
    plan = VariablesPlan(
        registry_url="",
        event_schema=schema,
        retention_ms=1,
        fields=FIELDS,
        entities=compile_variables("shop", declared, field_types(FIELDS, schema.avro)),
    )
    assert expected_variables(plan, [event("a", "m1"), event("b", "m2"), event("c", "m2")], 0) == {
        ("customer_id=c%7C1", "shop"): {"merchants": DistinctCount(2, bound=10), "recent": ["m2", "m2"]},
        ("customer_id=c%7C1|currency=EUR", "shop"): {"merchants": 3},
    }
