"""Jobs that live: histories of decisions, restarts, and declarations that are added, removed and changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import strategies as st

from decision_store.declare import Variable
from decision_store.model.plan import VariablesPlan
from decision_store.testing import Clock, Event, strategies
from decision_store.testing.engine import EngineStep
from decision_store.testing.strategies import VALUES, plan_of_use_cases

NOTHING, RESTART, ADD, REMOVE, ANOTHER_VERSION = range(5)
_VALUES = {**VALUES, "customer_id": ("c-1", "c-1", "c-2", "c 3|å=%🙂", "å" * 339, "å" * 340)}
"""The last but one makes the longest key there can be, the last one a key that is too long."""

_HAPPENS = (NOTHING,) * 7 + (RESTART,) * 2 + (ADD, REMOVE, ANOTHER_VERSION)


class Scenario:
    """A job and all that happens to it. (No dataclass: hypothesis would show every field of it.)"""

    def __init__(self, plan: VariablesPlan, steps: list[EngineStep]) -> None:
        self.plan = plan
        self.steps = steps

    def __repr__(self) -> str:
        """To be read by who looks for the mistake."""
        lines = [*_described(self.plan)]
        for step in self.steps:
            lines.append(f"at {step.at - Clock().now_ms:+}{', after a restart' if step.restart else ''}")
            lines.extend(f"  now {line}" for line in _described(step.plan))
            lines.extend(f"  {_told(event)}" for event in step.events)
        return "\n".join(["", *lines])


def _described(plan: VariablesPlan | None) -> list[str]:
    if plan is None:
        return []
    return [
        f"{entity.use_case} by {', '.join(f'{part.name}: {part.expression}' for part in entity.key)}: {one.name}"
        f" v{one.version} = {one.aggregate}({', '.join(argument.expression for argument in one.arguments)})"
        f" limit {one.limit} where {one.where} window {one.window_ms} hop {one.hop_ms}"
        for entity in plan.entities
        for one in entity.variables
    ]


def _told(event: Event) -> str:
    values = {**event["request"], **event["outcome"]}
    fields = " ".join(f"{name}={str(values[name])[:12]!r}" for name in VALUES if name in values)
    time = event["event_time"] - Clock().now_ms
    return f"{event['decision_id']} revision {event['revision']} of {event['customer_id']} at {time:+}: {fields}"


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """A plan and a history in which it may change."""
    declared = {"shop": draw(strategies.variables(5))}
    if draw(st.integers(0, 3)) == 0:
        declared["other"] = draw(strategies.variables(3))
    plan = plan_of_use_cases(declared)
    steps = []
    numbers = iter(range(1_000))
    for step in draw(strategies.histories(max_steps=12, max_events=3, values=_VALUES)):
        happens = draw(st.sampled_from(_HAPPENS))
        if happens in (ADD, REMOVE, ANOTHER_VERSION):
            declared = _changed(draw, declared, happens, numbers)
            step = replace(step, plan=plan_of_use_cases(declared))
        steps.append(replace(step, restart=happens == RESTART))
    return Scenario(plan, steps)


def _changed(
    draw: st.DrawFn, declared: dict[str, list[Variable]], happens: int, numbers: Iterator[int]
) -> dict[str, list[Variable]]:
    use_case = draw(st.sampled_from(sorted(declared)))
    variables = declared[use_case]
    at = draw(st.integers(0, len(variables) - 1))
    if happens == REMOVE and len(variables) > 1:
        changed = [*variables[:at], *variables[at + 1 :]]
    elif happens == ANOTHER_VERSION:
        (like,) = draw(strategies.variables(1))
        old = variables[at]  # of the same key: another key would be another variable
        new = replace(like, name=old.name, key=old.key, version=old.version + 1)
        changed = [*variables[:at], new, *variables[at + 1 :]]
    else:  # a name that never was: one that comes back would be the old one
        changed = [*variables, *draw(strategies.variables(1, prefix=f"n{next(numbers)}_"))]
    return {**declared, use_case: changed}
