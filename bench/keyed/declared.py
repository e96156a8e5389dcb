"""The ten variables that all contenders keep, as this project declares them; and one, and fifty, for the curve."""

from __future__ import annotations

from decision_store.declare import Variable, count, days, hours, last, minutes, sum_
from decision_store.model.compilation import compile_variables
from decision_store.model.fields import FIELDS, field_types
from decision_store.model.plan import RegisteredSchema, VariablesPlan
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas

USE_CASE = "bench"
LATEST = "last_outcome__event_time"
"""The attribute that tells which event an item is as new as: its event time, which is its time in Kafka, too."""
SCHEMA_ID = 1
RETENTION_MS = 90 * 86_400_000

MONTH, MONTH_HOP = days(30), days(1)
DAY, DAY_HOP = hours(24), minutes(48)

# The same, by hand in Python: PLAIN in bench/keyed/plain.py.
TEN = (
    Variable("decisions_30d", key="customer_id", value=count(), window=MONTH, hop=MONTH_HOP),
    Variable(
        "declines_30d", key="customer_id", value=count(), where="outcome == 'DECLINED'", window=MONTH, hop=MONTH_HOP
    ),
    Variable(
        "approved_30d",
        key="customer_id",
        value=sum_("amount"),
        where="outcome == 'APPROVED'",
        window=MONTH,
        hop=MONTH_HOP,
    ),
    Variable("large_30d", key="customer_id", value=count(), where="amount > 500.0", window=MONTH, hop=MONTH_HOP),
    Variable(
        "foreign_30d", key="customer_id", value=sum_("amount"), where="currency != 'EUR'", window=MONTH, hop=MONTH_HOP
    ),
    Variable("decisions_24h", key="customer_id", value=count(), window=DAY, hop=DAY_HOP),
    Variable("amount_24h", key="customer_id", value=sum_("amount"), window=DAY, hop=DAY_HOP),
    Variable("declines_24h", key="customer_id", value=count(), where="outcome == 'DECLINED'", window=DAY, hop=DAY_HOP),
    Variable("last_outcome", key="customer_id", value=last("outcome", "event_time"), window=MONTH, hop=MONTH_HOP),
    Variable(
        "last_decline",
        key="customer_id",
        value=last("merchant_id"),
        where="outcome == 'DECLINED'",
        window=MONTH,
        hop=MONTH_HOP,
    ),
)


def variables(number: int) -> tuple[Variable, ...]:
    """So many variables; the first changes with each decision, so that items can be counted for decisions.

    Args:
        number: up to 10, or more: then conditions on other amounts join the ten.
    """
    more = (
        Variable(
            f"above_{amount}",
            key="customer_id",
            value=count() if amount % 2 else sum_("amount"),
            where=f"amount > {amount}.0",
            window=MONTH if amount % 3 else DAY,
            hop=MONTH_HOP if amount % 3 else DAY_HOP,
        )
        for amount in range(100, 100 + 20 * (number - len(TEN)), 20)
    )
    return (*TEN[:number], *more)


def plan(number: int) -> VariablesPlan:
    """The plan of so many variables over the shipped schema; no registry is needed for events written with it."""
    schema = RegisteredSchema(subject=EVENT_SUBJECT, version=1, id=SCHEMA_ID, avro=shipped_schemas()[EVENT_SUBJECT])
    fields = field_types(FIELDS, schema.avro)
    return VariablesPlan(
        registry_url="http://localhost/registry",
        event_schema=schema,
        retention_ms=RETENTION_MS,
        fields=FIELDS,
        entities=tuple(compile_variables(USE_CASE, variables(number), fields)),
    )
