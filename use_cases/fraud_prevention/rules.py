"""Decisions that fraud prevention wants to look at: the rules that hold stand in the event's `flags`."""

from decision_store.declare import Rule

RULES = [
    Rule("card_testing", when="amount < 5.0 && (small_decisions_10m >= 3 || merchants_1h >= 5)"),
    Rule("repeated_declines", when="declines_here_24h >= 2 || declines_24h >= 3"),
]
