"""What the variables table says while a job runs and its declarations change: the reference that the JVM is held to.

A variable counts the decisions whose newest revision arrived since the variable was declared: one that is added, or has
a new version, begins from nothing, and what came before it never enters. Everything else is `variables_at`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from decision_store.model.aggregation import AttributeValue
from decision_store.model.attributes import attributes
from decision_store.model.interpreter import variables_at
from decision_store.model.lock import comes_back
from decision_store.model.plan import PlanEntity, PlanVariable, VariablesPlan
from decision_store.testing.decisions import Event

_WORD = re.compile(r"\w+")

Items = dict[tuple[str, str], dict[str, AttributeValue]]
"""By (entity, use_case) the attributes that have a value."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """An event that became its decision's newest; `number` counts all that arrived before it."""

    number: int
    event: Event


class Reference:
    """A job in plain Python: events arrive, declarations change, and the table is asked for at any moment.

    Attributes:
        plan: what is declared now.
    """

    def __init__(self, plan: VariablesPlan) -> None:
        """Nothing has arrived; every variable of the plan is declared."""
        self.plan = plan
        self._arrived = 0
        self._newest: dict[str, Arrived] = {}
        self._since: dict[str, int] = {}
        self.declare(plan)

    def declare(self, plan: VariablesPlan) -> None:
        """From now on the job runs with another plan.

        Raises:
            ValueError: a variable comes back as it once was, which `decisions check` refuses too.
        """
        now = {identity(plan, entity, one): one for entity in plan.entities for one in entity.variables}
        before = _identities(self.plan)
        if back := [one for known, one in now.items() if known in self._since and known not in before]:
            raise ValueError("\n".join(comes_back(one.name, one.version, one.version) for one in back))
        self._since.update({known: self._arrived for known in now if known not in self._since})
        self.plan = plan

    def take(self, events: Iterable[Event]) -> list[Event]:
        """Events arrive, one after the other.

        Returns:
            Those that are news: neither repeats nor older than what is known.
        """
        news = []
        for event in events:
            self._arrived += 1
            known = self._newest.get(event["decision_id"])
            if known is None or known.event["revision"] < event["revision"]:
                self._newest[event["decision_id"]] = Arrived(self._arrived, event)
                news.append(event)
        return news

    def since(self, entity: PlanEntity, variable: PlanVariable) -> int:
        """How many events had arrived when a variable of the plan was declared."""
        return self._since[identity(self.plan, entity, variable)]

    def items(self, now_ms: int) -> Items:
        """What the table should hold; as of `variables_at`, it may hold entities beyond these that say nothing."""
        result: Items = {}
        for since, plan in self._plans_by_since().items():
            events = [one.event for one in self._newest.values() if one.number > since]
            for key, values in variables_at(plan, events, now_ms).items():
                result.setdefault(key, {}).update(values)
        return result

    def _plans_by_since(self) -> Mapping[int, VariablesPlan]:
        """The plan in parts, each of variables that were declared together."""
        parts: dict[int, list[PlanEntity]] = defaultdict(list)
        for entity in self.plan.entities:
            by_since: dict[int, list[PlanVariable]] = defaultdict(list)
            for variable in entity.variables:
                by_since[self.since(entity, variable)].append(variable)
            for since, variables in by_since.items():
                parts[since].append(entity.model_copy(update={"variables": tuple(variables)}))
        return {since: self.plan.model_copy(update={"entities": tuple(part)}) for since, part in parts.items()}


def variables_since(
    plan: VariablesPlan, earlier: Iterable[Event], later: Iterable[Event], now_ms: int, before: VariablesPlan
) -> Items:
    """The table after a change of declarations between some events; see `Reference` for more changes.

    Args:
        plan: what is declared after the change.
        earlier: what arrived before it.
        later: what arrived after it.
        now_ms: the wall clock.
        before: what was declared before it.
    """
    reference = Reference(before)
    reference.take(earlier)
    reference.declare(plan)
    reference.take(later)
    return reference.items(now_ms)


def identity(plan: VariablesPlan, entity: PlanEntity, variable: PlanVariable) -> str:
    """What makes a variable the same in two plans: use case, key, the whole declaration, and the fields it derives."""
    texts = [*(f"{part.name}={part.expression}" for part in entity.key), variable.model_dump_json()]
    derived = {field.name: field.expression for field in plan.fields if field.expression is not None}
    used: dict[str, str] = {}
    for text in texts:  # grows while it is walked: a derived field may use another
        for name in _WORD.findall(text):
            if name in derived and name not in used:
                used[name] = derived[name]
                texts.append(derived[name])
    return "\n".join([entity.use_case, *texts])


def says_nothing(values: Mapping[str, Any], plan: VariablesPlan, entity: PlanEntity) -> bool:
    """Whether an item of an entity that no newest revision names is as it should be: zeros and no other value."""
    zero = {
        name
        for variable in entity.variables
        if variable.aggregate in ("count", "sum", "distinct")
        for name in attributes(variable)
    }
    return all(name in zero and value == 0 for name, value in values.items())


def _identities(plan: VariablesPlan) -> set[str]:
    return {identity(plan, entity, one) for entity in plan.entities for one in entity.variables}
