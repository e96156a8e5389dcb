"""Holds what the JVM's table says after each step against the reference."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from decision_store.model.attributes import attributes
from decision_store.model.plan import PlanEntity, PlanVariable, VariablesPlan
from decision_store.testing.decisions import Event
from decision_store.testing.engine import EngineAnswer, EngineStep
from decision_store.testing.reference import Items, Reference, identity

SKETCH_ERROR = 3 * 1.04 / math.sqrt(2**11)
"""Three standard errors of a sketch of 2^11 (Flajolet et al., "HyperLogLog", 2007)."""

_ZEROS = ("count", "sum", "distinct")
_NOTHING: Mapping[str, Any] = {}

Key = tuple[str, str]


class Comparison:
    """One run of a job, step by step.

    After a change of declarations an item is rewritten when something next happens to its entity: until then it still
    holds what was removed, and lacks what was added and has counted nothing. That, and nothing else, is let pass.
    """

    def __init__(self, plan: VariablesPlan) -> None:
        self._reference = Reference(plan)
        self._ever = EverCounted(plan)
        self._items: Mapping[Key, Mapping[str, Any]] = {}
        self._at = -1
        self._has_changed = False
        self._spoke: set[tuple[Key, str]] = set()  # what has had a value since it was declared

    def step(self, step: EngineStep, answer: EngineAnswer) -> None:
        """Compares one answer.

        Raises:
            AssertionError: the JVM and the reference disagree; the message says where.
        """
        if step.plan is not None:
            self._reference.declare(step.plan)
            self._ever.declare(step.plan)
            self._has_changed = True
        news = self._reference.take(step.events)
        self._ever.take(news)
        self._check_written(step, answer, news)
        expected = self._reference.items(step.at)
        self._ever.look(step.at)
        entities = {(one.use_case, tuple(part.name for part in one.key)): one for one in self._reference.plan.entities}
        for key in expected.keys() | answer.items.keys():
            entity = entities.get((key[1], tuple(part.partition("=")[0] for part in key[0].split("|"))))
            if entity is None:  # no variable is left for it: nothing writes it any more
                assert answer.items[key] == self._items[key], f"{key} is not declared and was written"
            else:
                self._check_item(key, entity, expected, answer.items)
        self._items, self._at = answer.items, step.at

    def _check_written(self, step: EngineStep, answer: EngineAnswer, news: Sequence[Event]) -> None:
        assert answer.dead_letters == 0, f"{answer.dead_letters} dead letters"
        changed = [key for key, item in answer.items.items() if item != self._items.get(key)]
        assert self._items.keys() <= answer.items.keys(), "an item is gone"
        assert answer.written >= len(changed), f"{answer.written} written, and {len(changed)} are others"
        stands = step.at == self._at and not self._has_changed
        if stands and len(news) <= 1:
            # An entity without values is forgotten after an hour, and its next decision writes the item again.
            forgotten = sum(not any(item.values()) for item in self._items.values())
            assert answer.written <= len(changed) + forgotten, "something was written that did not change"

    def _check_item(
        self, key: Key, entity: PlanEntity, expected: Items, found: Mapping[Key, Mapping[str, Any]]
    ) -> None:
        item, before = found.get(key), self._items.get(key)
        was_written = item != before
        values = expected.get(key, _NOTHING)
        if item is None:
            says_something = any(value != 0 for value in values.values())
            assert self._has_changed, f"{key} is not there: {values}"
            assert not says_something, f"{key} is not there: {values}"
            return
        known: set[str] = set()
        for variable in entity.variables:
            named = (key, identity(self._reference.plan, entity, variable))
            for name in attributes(variable):
                known.add(name)
                value = values.get(name)
                if value is not None and value != 0:
                    self._spoke.add(named)
                is_later = self._reference.since(entity, variable) > 0
                is_stale = not was_written and item.get(name) == (before or {}).get(name)
                # Only older revisions have named the entity since the variable is declared.
                is_zero = value is None and item.get(name) == 0 and variable.aggregate in _ZEROS
                if is_zero and (is_later or key not in expected):
                    continue
                if not (is_later and is_stale and named not in self._spoke):
                    self._check_value(named, variable, value, item.get(name))
        if (others := item.keys() - known) and was_written:
            raise AssertionError(f"{key} was written with {others}, which are not declared")

    def _check_value(self, named: tuple[Key, str], variable: PlanVariable, expected: Any, found: Any) -> None:
        where = (
            f"{named[0]}, {variable.name} ({variable.aggregate}): {found!r} in the JVM, {expected!r} by the reference"
        )
        if variable.aggregate == "distinct" and (most := self._ever.most(*named)) is not None:
            assert isinstance(found, int), where
            assert (expected or 0) * (1 - SKETCH_ERROR) - 0.5 <= found <= most * (1 + SKETCH_ERROR) + 0.5, where
            return
        assert found == expected, where
        assert _shape(found) == _shape(expected), where


class EverCounted:
    """How many values a sketch may have seen: of every revision that ever counted, in a window that is a bit longer.

    A sketch is begun when there are more values than the limit and is left when all of its window has expired; in
    between a number lies from what is there to what ever was.
    """

    def __init__(self, plan: VariablesPlan) -> None:
        self._all = Reference(_only_small(plan))
        self._plan = plan
        self._news = 0
        self._sketched: dict[tuple[Key, str], int] = {}

    def declare(self, plan: VariablesPlan) -> None:
        """From now on another plan."""
        self._plan = plan
        self._all.declare(_only_small(plan))

    def take(self, news: Sequence[Event]) -> None:
        """Newest revisions arrive; each is as a decision of its own."""
        for event in news:
            self._news += 1
            self._all.take([{**event, "decision_id": f"{event['decision_id']}#{self._news}"}])

    def look(self, now_ms: int) -> None:
        """Finds out who is above the limit."""
        entities = self._all.plan.entities
        if not entities:
            return
        items = self._all.items(now_ms)
        for entity in entities:
            for wide in entity.variables:
                variable = _declared(self._plan, entity, wide)
                name = identity(self._plan, entity, variable)
                for key, values in items.items():
                    number = values.get(wide.name)
                    if number is None or key[1] != entity.use_case or not _is_of(key[0], entity):
                        continue
                    assert isinstance(number, int)
                    if number == 0:
                        self._sketched.pop((key, name), None)
                    elif number > (variable.limit or 0) or (key, name) in self._sketched:
                        self._sketched[key, name] = number

    def most(self, key: Key, name: str) -> int | None:
        """The greatest number a sketch may say; None: it must be exact."""
        return self._sketched.get((key, name))


def _only_small(plan: VariablesPlan) -> VariablesPlan:
    entities = []
    for entity in plan.entities:
        small = [_widened(one) for one in entity.variables if one.aggregate == "distinct" and (one.limit or 0) < 50]
        if small:
            entities.append(entity.model_copy(update={"variables": tuple(small)}))
    return plan.model_copy(update={"entities": tuple(entities)})


def _widened(variable: PlanVariable) -> PlanVariable:
    """With the window that a sketch has: it moves by a thirty-first of the window, in whole hops."""
    if variable.window_ms is None:
        return variable
    return variable.model_copy(update={"window_ms": variable.window_ms + variable.window_ms // 31 + variable.hop_ms})


def _declared(plan: VariablesPlan, entity: PlanEntity, wide: PlanVariable) -> PlanVariable:
    (of_key,) = [one for one in plan.entities if one.name == entity.name]
    (variable,) = [one for one in of_key.variables if one.name == wide.name]
    return variable


def _is_of(name: str, entity: PlanEntity) -> bool:
    return [part.partition("=")[0] for part in name.split("|")] == [part.name for part in entity.key]


def _shape(value: Any) -> Any:
    """What equality does not see: True is not 1."""
    return [_shape(one) for one in value] if isinstance(value, list) else isinstance(value, bool)
