"""What a department declares with; the one import of the files in `use_cases/NAME/`.

```python
# use_cases/card_payments/variables.py
from decision_store.declare import Variable, count, days, derived, distinct, hours, last, last_k, named, sum_

# Fields of our own; every expression below may name them.
FIELDS = [derived("is_large", "amount >= 500.0")]

VARIABLES = [
    # How many purchases were declined within 30 days; moves by the hour.
    Variable("declines_30d", key="customer_id", value=count(), where="outcome == 'DECLINED'", window=days(30)),
    # A window may move by steps of its own.
    Variable("spend_7d", key="customer_id", value=sum_("amount"), window=days(7), hop=hours(1)),
    Variable("large_7d", key="customer_id", value=count(), where="is_large == true", window=days(7)),
    Variable("merchants_24h", key="customer_id", value=distinct("merchant_id"), window=hours(24)),
    # Several values: the attributes recent__outcome and recent__amount, lists of up to five, the newest first.
    Variable("recent", key="customer_id", value=last_k(5, "outcome", "amount")),
    # A key of several parts, and an expression with a name.
    Variable(
        "last_at_merchant",
        key=("customer_id", "merchant_id", named("large", "amount >= 500.0")),
        value=last("outcome", "decision_id"),
        window=hours(24),
    ),
]
```

Conditions, keys and values are CEL over the fields of a decision: those of `decision_store.model.fields.FIELDS`, and
what the use case's own `FIELDS` derives. `decisions check` says whether they can work, before anything runs.
"""

from decision_store.model.aggregates import (
    Aggregate,
    Named,
    avg,
    count,
    distinct,
    first,
    last,
    last_k,
    max_,
    min_,
    named,
    sum_,
)
from decision_store.model.declarations import DeclarationError
from decision_store.model.enrichments import Enrichment, Rule
from decision_store.model.fields import DerivedField, derived
from decision_store.model.steps import KeyedFunction, step
from decision_store.model.variables import Variable, days, hours, minutes, seconds

__all__ = [
    "Aggregate",
    "DeclarationError",
    "DerivedField",
    "Enrichment",
    "KeyedFunction",
    "Named",
    "Rule",
    "Variable",
    "avg",
    "count",
    "days",
    "derived",
    "distinct",
    "first",
    "hours",
    "last",
    "last_k",
    "max_",
    "min_",
    "minutes",
    "named",
    "seconds",
    "step",
    "sum_",
]
