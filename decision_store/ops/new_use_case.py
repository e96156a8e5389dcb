"""The files of a new use case: two variables that work, their test, and what the reader needs to know."""

from __future__ import annotations

_VARIABLES = '''"""What {name} knows before the next decision; the API answers each variable under its name."""

from decision_store.declare import Variable, count, days, hours, sum_

VARIABLES = [
    # How often this customer was declined in the last week. A decision counts for at least the window and at most an
    # hour (the hop) longer; shorter hops are more precise and keep more state.
    Variable(
        "declines_7d",
        key="customer_id",
        value=count(),
        where="outcome == 'DECLINED'",
        window=days(7),
        hop=hours(1),
    ),
    # What this customer was approved for at one merchant in a day. A key of several parts has an item of its own.
    Variable(
        "approved_amount_24h",
        key=("customer_id", "merchant_id"),
        value=sum_("amount"),
        where="outcome == 'APPROVED'",
        window=hours(24),
    ),
]
'''

_README = """# {title}

`variables.py` declares what is kept; the API answers it under `use_cases.{name}`. `test_{name}.py` tests it without
Flink.

| after a change of `variables.py` | |
|---|---|
| `decisions check` | types, keys, conditions, windows; what it costs |
| `python -m pytest {folder}` | the tests |
| `decisions check --accept` | writes `lock.json`: commit it. A changed declaration needs a higher `version=` |
| `decisions explain {name}.declines_7d` | how a variable is computed, and from what |

What may be declared: `docs/use-cases.md`. From here to an answer of the API: `docs/your-first-variable.md`.
"""

_TEST = '''"""What {name} keeps, without Flink: decisions in, variables out, and a clock to move."""

from decision_store.declare import days
from decision_store.testing import Clock, corrected, decision, variables_after


def test_declines_count_for_a_week() -> None:
    clock = Clock()
    decisions = [decision(outcome=outcome, at=clock) for outcome in ("DECLINED", "APPROVED", "DECLINED")]
    assert variables_after(decisions, use_case="{name}")["declines_7d"] == 2
    clock.advance(days(8))
    assert variables_after(decisions, use_case="{name}", at=clock)["declines_7d"] == 0


def test_a_correction_takes_back_what_was_approved() -> None:
    first = decision(outcome="APPROVED", amount=80.0)
    second = decision(outcome="APPROVED", amount=20.5)
    decisions = [first, second, corrected(first, outcome="DECLINED")]
    assert variables_after(decisions, use_case="{name}")["approved_amount_24h"] == 20.5
'''


def files_of(name: str) -> dict[str, str]:
    """The files of a use case of this name, by their own names."""
    texts = {"variables.py": _VARIABLES, "README.md": _README, f"test_{name}.py": _TEST}
    words = {"name": name, "title": name.replace("_", " ").capitalize(), "folder": f"use_cases/{name}"}
    return {file: text.format(**words) for file, text in texts.items()}
