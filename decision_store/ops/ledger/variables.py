"""The variables table as read, and as it must be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from decision_store.model.interpreter import variables_at
from decision_store.model.plan import VariablesPlan
from decision_store.model.use_cases import declared_variables_plan
from decision_store.ops.ledger.records import DistinctCount, Event, Variables

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


def declared_variables_at() -> VariablesAt:
    """The variables that the use cases declare, computed in plain Python."""
    plan = declared_variables_plan()

    return lambda events, now_ms: expected_variables(plan, events, now_ms)


def expected_variables(plan: VariablesPlan, events: Iterable[Event], now_ms: int) -> Variables:
    """The variables of a plan that newest revisions make at a moment (epoch ms); a `distinct` is a `DistinctCount`."""
    bounds = {
        (entity.use_case, tuple(part.name for part in entity.key), variable.name): variable.limit
        for entity in plan.entities
        for variable in entity.variables
        if variable.aggregate == "distinct" and variable.limit is not None
    }
    expected: dict[tuple[str, str], dict[str, Any]] = {}
    for (entity, use_case), values in variables_at(plan, events, now_ms).items():
        key = tuple(part.partition("=")[0] for part in entity.split("|"))
        item = expected[entity, use_case] = dict(values)
        for name, value in values.items():
            bound = bounds.get((use_case, key, name))
            if bound is not None and isinstance(value, int):
                item[name] = DistinctCount(value, bound)
    return expected


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value
