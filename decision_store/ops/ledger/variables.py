"""The variables table as read, and as it must be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from decision_store.model.interpreter import variables_at
from decision_store.model.use_cases import declared_variables_plan
from decision_store.ops.ledger.records import Event, Variables

VariablesAt = Callable[[Sequence[Event], int], Variables]
"""The variables that newest revisions make at a moment (epoch ms)."""

_NOT_VARIABLES = ("entity", "use_case", "version", "as_of")


def variables_in(items: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """The values of the table's items, by entity and use case."""
    return {
        (str(item["entity"]), str(item["use_case"])): {
            name: _plain(value) for name, value in item.items() if name not in _NOT_VARIABLES
        }
        for item in items
    }


def expected_variables() -> VariablesAt:
    """The variables that the use cases declare, computed in plain Python."""
    plan = declared_variables_plan()

    def at(events: Sequence[Event], now_ms: int) -> Variables:
        found: Variables = variables_at(plan, events, now_ms)
        return found

    return at


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value
