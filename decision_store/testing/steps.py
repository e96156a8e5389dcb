"""A team's steps and keyed functions over a few decisions, without Flink; failures are raised, not flagged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from decision_store.model.expressions import Value
from decision_store.model.interpreter import FieldReader
from decision_store.model.steps import KeyedFunction, PlannedStep, Step, compile_steps, run_keyed_once
from decision_store.testing.clock import Clock
from decision_store.testing.decisions import Event
from decision_store.testing.variables import plan_of

_USE_CASE = "tested"


def run_step(step: Step, events: Iterable[Event]) -> list[dict[str, Value]]:
    """What a step adds to each event, by the names it declares.

    Args:
        step: under `@step`.
        events: of `decision`.

    Raises:
        DeclarationError: the step cannot work.
        StepError: it returned what it does not declare.

    Example:
        >>> run_step(risk_band, [decision(amount=2000.0)])
        [{'risk_band': 'high'}]
    """
    planned, reader = _planned(step)
    added = []
    for event in events:
        values = reader.read(event)
        added.append(_plain(planned.added(step.function(**{name: values[name] for name in planned.reads}))))
    return added


class KeyedRun:
    """A keyed function with its state, and a clock to move between events.

    Example:
        >>> run = KeyedRun(Pace())
        >>> run.take(decision(at=run.clock))
        {}
        >>> run.clock.advance(seconds(5))
        >>> run.take(decision(at=run.clock))
        {'gap_ms': 5000}
    """

    def __init__(self, function: KeyedFunction, clock: Clock | None = None) -> None:
        """No key has a state.

        Args:
            function: an instance of the class.
            clock: None: one of its own.

        Raises:
            DeclarationError: the function cannot work.
        """
        self.clock = clock if clock is not None else Clock()
        self._function = function
        self._planned, self._reader = _planned(function)
        self._states: dict[tuple[Any, ...], tuple[int, dict[str, Value]]] = {}

    def take(self, event: Event) -> dict[str, Value]:
        """What it adds to an event that comes now.

        Raises:
            StepError: what it returned or left in its state is not what it declares.
        """
        values = self._reader.read(event)
        key = tuple(values[name] for name in self._planned.key)
        added, state = run_keyed_once(self._planned, values, self._remembered(key), self.clock)
        self._states[key] = self.clock.now_ms, state
        return _plain(added)

    def state_of(self, *key: Any) -> Mapping[str, Value]:
        """What is remembered of a key now, given as its fields' values."""
        return self._remembered(key)

    def _remembered(self, key: tuple[Any, ...]) -> dict[str, Value]:
        written, state = self._states.get(key, (0, {}))
        return state if self.clock.now_ms - written < self._function.keep.total_seconds() * 1000 else {}


def run_keyed(function: KeyedFunction, events: Iterable[Event], clock: Clock | None = None) -> list[dict[str, Value]]:
    """What a keyed function adds to each of some events, which all come at one moment; see `KeyedRun` for more.

    Raises:
        DeclarationError: the function cannot work.
        StepError: what it returned or left in its state is not what it declares.
    """
    run = KeyedRun(function, clock)
    return [run.take(event) for event in events]


def _planned(body: Step | KeyedFunction) -> tuple[PlannedStep, FieldReader]:
    reader = FieldReader(plan_of([]))
    (planned,) = compile_steps(_USE_CASE, [body], reader.types)
    return planned, reader


def _plain(added: Mapping[str, Value]) -> dict[str, Value]:
    return {name.removeprefix(f"{_USE_CASE}."): value for name, value in added.items()}
