"""What fraud prevention knows of a customer before it decides."""

from decision_store.declare import Variable, count, days, hours, last, minutes, seconds, sum_

VARIABLES = [
    Variable("decisions_30d", key="customer_id", value=count(), window=days(30), hop=hours(1)),
    Variable(
        "declines_30d", key="customer_id", value=count(), where="outcome == 'DECLINED'", window=days(30), hop=hours(1)
    ),
    Variable(
        "approved_amount_30d",
        key="customer_id",
        value=sum_("amount"),
        where="outcome == 'APPROVED'",
        window=days(30),
        hop=hours(1),
    ),
    Variable("last_outcome", key="customer_id", value=last("outcome"), window=days(30), hop=hours(1)),
    # Card testing shows as a burst: many small purchases within minutes.
    Variable("decisions_10m", key="customer_id", value=count(), window=minutes(10), hop=seconds(10)),
    Variable(
        "decisions_at_merchant_24h",
        key=("customer_id", "merchant_id"),
        value=count(),
        window=hours(24),
        hop=minutes(10),
    ),
    # What the policy decided about a purchase like this one; answered by GET /similar-decisions.
    Variable(
        "similar_decision",
        key=("customer_id", "merchant_id", "amount_band"),
        value=last("outcome", "decision_id", "event_time"),
        window=hours(24),
        hop=minutes(10),
    ),
]
