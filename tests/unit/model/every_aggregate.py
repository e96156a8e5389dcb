"""Declarations with every aggregate, windowed and for ever: for the reference's laws, the vectors and the snapshot."""

from __future__ import annotations

from decision_store.declare import (
    Variable,
    avg,
    count,
    derived,
    distinct,
    first,
    last,
    last_k,
    max_,
    min_,
    named,
    seconds,
    sum_,
)
from decision_store.model.compilation import compile_variables
from decision_store.model.fields import all_fields, derived_fields, field_types, with_derived
from decision_store.model.plan import RegisteredSchema, VariablesPlan
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas

FIELDS = {
    "shop": [
        derived("large", "amount >= 100.0"),
        derived("share", "1000 / (event_time % 4)"),  # fails on some events: null
    ],
    "other": [derived("large", "amount >= 100.0")],
}

DECLARED = {
    "shop": [
        Variable("decisions", key="customer_id", value=count()),
        Variable("burst", key="customer_id", value=count(), window=seconds(60), hop=seconds(7)),
        Variable("declines", key="customer_id", value=count(), where="outcome == 'DECLINED'", window=seconds(90)),
        Variable("approved", key="customer_id", value=sum_("amount"), where="outcome == 'APPROVED'"),
        Variable("spent", key="customer_id", value=sum_("amount"), window=seconds(100), hop=seconds(50)),
        Variable("times", key="customer_id", value=sum_("event_time % 1000"), window=seconds(30), hop=seconds(1)),
        Variable("huge", key="customer_id", value=sum_("event_time * 5000000"), window=seconds(60)),
        Variable("least", key="customer_id", value=min_("amount")),
        Variable("least_share", key="customer_id", value=min_("share"), window=seconds(70), hop=seconds(6)),
        Variable("greatest", key="customer_id", value=max_("amount"), where="large == true", window=seconds(80)),
        Variable("latest", key="customer_id", value=max_("event_time")),
        Variable("mean", key="customer_id", value=avg("amount")),
        Variable("mean_share", key="customer_id", value=avg("share"), window=seconds(90), hop=seconds(9)),
        Variable("mean_huge", key="customer_id", value=avg("event_time * 5000000"), window=seconds(40)),
        Variable("oldest", key="customer_id", value=first("decision_id")),
        Variable(
            "earliest", key="customer_id", value=first("decision_id", "reason"), window=seconds(55), hop=seconds(5)
        ),
        Variable("newest", key="customer_id", value=last("decision_id")),
        Variable("recent", key="customer_id", value=last("decision_id", "reason", "amount"), window=seconds(45)),
        Variable("with_reason", key="customer_id", value=last(named("text", "reason + '!'")), window=seconds(80)),
        Variable("reasons", key="customer_id", value=last_k(3, "reason")),
        Variable(
            "history",
            key="customer_id",
            value=last_k(4, "decision_id", "share", "large"),
            window=seconds(75),
            hop=seconds(15),
        ),
        Variable("kinds", key="customer_id", value=distinct("reason")),
        Variable("amounts", key="customer_id", value=distinct("amount", exact=10), window=seconds(65), hop=seconds(5)),
        Variable(
            "similar",
            key=("customer_id", "merchant_id", "large"),
            value=last("outcome", "decision_id", "event_time"),
            window=seconds(60),
            hop=seconds(10),
        ),
        Variable("of_product", key="product", value=count(), window=seconds(60), hop=seconds(5)),
        Variable("customers", key="product", value=distinct("customer_id", exact=5), version=2),
    ],
    "other": [Variable("decisions", key="customer_id", value=count(), where="product != 'x'", window=seconds(50))],
}


def every_aggregate() -> VariablesPlan:
    """The plan of these declarations."""
    schema = RegisteredSchema(subject=EVENT_SUBJECT, version=1, id=1, avro=shipped_schemas()[EVENT_SUBJECT])
    types = field_types(all_fields({}), schema.avro)
    derived_by = {name: derived_fields(name, declared, types) for name, declared in FIELDS.items()}
    entities = [
        entity
        for name, declared in DECLARED.items()
        for entity in compile_variables(name, declared, with_derived(types, derived_by[name]))
    ]
    return VariablesPlan(
        registry_url="http://127.0.0.1:9",
        event_schema=schema,
        retention_ms=1_000_000_000,
        fields=all_fields(derived_by),
        entities=tuple(entities),
    )
