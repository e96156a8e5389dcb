"""What fraud prevention adds to the event of each decision: the customer's past as of that decision.

A variable says what is so now; an enrichment what was known when the decision was made, and its event keeps it.
"""

from decision_store.declare import Enrichment, count, distinct, hours, minutes

ENRICHMENTS = [
    # Stolen cards are tested with purchases too small to be noticed, many within minutes, often all over the place.
    Enrichment("small_decisions_10m", count(), where="amount < 5.0", window=minutes(10)),
    Enrichment("merchants_1h", distinct("merchant_id"), window=hours(1)),
    # Somebody who is declined tries again, here or elsewhere, with a smaller amount or another product.
    Enrichment("declines_24h", count(), where="outcome == 'DECLINED'", window=hours(24)),
    Enrichment("declines_here_24h", count(), where="outcome == 'DECLINED'", same="merchant_id", window=hours(24)),
]
