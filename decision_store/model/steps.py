"""A team's own Python on the way of a decision: what it declares, and how it is checked.

```python
from decision_store.declare import KeyedFunction, days, step

@step(reads=("amount", "merchant_id"), adds={"risk_band": "string"})
def risk_band(amount, merchant_id):
    return {"risk_band": "high" if amount > 1000.0 else "low"}

class Pace(KeyedFunction):
    key = "customer_id"
    reads = ("event_time",)
    state = {"previous": "long"}
    adds = {"gap_ms": "long"}
    keep = days(30)

    def process(self, row, state, clock):
        previous, state.previous = state.previous, row.event_time
        return {"gap_ms": row.event_time - previous} if previous is not None else None

STEPS = [risk_band, Pace()]
```

What a step adds stands in the event's `enrichments` as `USE_CASE.NAME`. One that fails adds nothing, and the event's
`flags` say `USE_CASE.STEP_failed`: the decision goes on, and a dead letter holds the traceback and the decision.
"""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, ClassVar, NoReturn, Protocol, get_args

from decision_store.model.declarations import NAME, NAMES, DeclarationError
from decision_store.model.expressions import FieldType, Value
from decision_store.model.plan import ValueType

_LONG_MAX = 2**63 - 1
_KINDS: tuple[ValueType, ...] = get_args(ValueType)


class StepClock(Protocol):
    """The wall clock as a keyed function sees it."""

    @property
    def now(self) -> datetime:
        """This moment, in UTC."""

    @property
    def now_ms(self) -> int:
        """This moment as epoch milliseconds."""


class StepError(ValueError):
    """What a step returned, or left in its state, does not fit what it declares; the message names both."""


@dataclass(frozen=True, slots=True)
class Step:
    """A stateless function on a decision's fields; made by `step`, and still called as the function itself.

    Attributes:
        name: of the function.
        reads: fields it takes as keyword arguments; each may be None where the decision has none.
        adds: names and types of what it may return; what it leaves out, or returns as None, has no value.
        function: takes the fields, returns a mapping or None.
    """

    name: str
    reads: tuple[str, ...]
    adds: Mapping[str, ValueType]
    function: Callable[..., Mapping[str, Value | None] | None]

    def __call__(self, *arguments: Any, **fields: Any) -> Mapping[str, Value | None] | None:
        """What the function returns."""
        return self.function(*arguments, **fields)


def step(
    reads: Sequence[str], adds: Mapping[str, ValueType]
) -> Callable[[Callable[..., Mapping[str, Value | None] | None]], Step]:
    """Makes a step of a function.

    It runs in a Python process beside the JVM, for every event of a decision: corrections, and repeats after a restart,
    so the same fields should give the same values.

    Args:
        reads: fields of a decision, by the names that expressions use; the function's parameters.
        adds: what it adds to the event, by name: `string`, `long`, `double` or `boolean`.
    """
    return lambda function: Step(function.__name__, tuple(reads), dict(adds), function)


class KeyedFunction(ABC):
    """A function that remembers something of each key, where no variable and no enrichment can say what is wanted.

    It costs about a hundred times what a declared variable costs. It sees every event of a decision as it comes:
    corrections, late ones, and after a restart repeats; what must be right under these is better declared. Under a key
    that is not the customer, events of one customer may overtake each other on their way to Kafka.

    Attributes:
        name: None: the class's name with underscores. The state is found by it in the next release.
        key: a field, or several; a null is a value like any other.
        reads: fields it sees as attributes of `row`, beside those of the key.
        state: names and types of what it remembers of a key; each is None at first. Fields may be added and removed in
            the next release; one that changes its type needs a new name.
        adds: as of `step`.
        keep: how long the state of a key stays after it was last written.
    """

    name: ClassVar[str | None] = None
    key: ClassVar[str | Sequence[str]]
    reads: ClassVar[Sequence[str]] = ()
    state: ClassVar[Mapping[str, ValueType]]
    adds: ClassVar[Mapping[str, ValueType]]
    keep: ClassVar[timedelta] = timedelta(days=90)

    @abstractmethod
    def process(self, row: Any, state: Any, clock: StepClock) -> Mapping[str, Value | None] | None:
        """What is added to one event.

        Args:
            row: the fields as attributes; None where the decision has none.
            state: what is remembered of the key, as attributes to be read and set; unchanged if this fails.
            clock: the wall clock.

        Returns:
            As of a step.
        """


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A checked step of a use case; made by `compile_steps`.

    Attributes:
        use_case: whose it is.
        name: unique within the use case.
        reads: fields, those of the key first.
        adds: names and types.
        body: the step or keyed function.
        key: of a keyed function; empty for a step.
    """

    use_case: str
    name: str
    reads: tuple[str, ...]
    adds: Mapping[str, ValueType]
    body: Step | KeyedFunction
    key: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """USE_CASE.NAME, as the flag of a failure begins."""
        return f"{self.use_case}.{self.name}"

    def added(self, returned: Any) -> dict[str, Value]:
        """What goes into the event, each under `USE_CASE.NAME`, in its declared type.

        Raises:
            StepError: it returned something it does not declare.
        """
        if returned is None:
            return {}
        if not isinstance(returned, Mapping):
            raise StepError(f"{self.title} returned a {type(returned).__name__}: return a dict of {_names(self.adds)}.")
        values = typed(f"{self.title} returned", returned, self.adds)
        return {f"{self.use_case}.{name}": value for name, value in values.items()}


def compile_steps(
    use_case: str, steps: Iterable[Any], fields: Mapping[str, FieldType], taken: Iterable[str] = ()
) -> tuple[PlannedStep, ...]:
    """Checks the steps of one use case.

    Args:
        use_case: its name.
        steps: of `STEPS`.
        fields: what they may read.
        taken: names that the use case's enrichments have already.

    Raises:
        DeclarationError: naming use case, step and what is wrong.
    """
    planned: list[PlannedStep] = []
    names: set[str] = set()
    values = set(taken)
    for body in steps:
        if not isinstance(body, Step | KeyedFunction):
            raise DeclarationError(
                f"use case {use_case}: STEPS holds a {type(body).__name__}: it takes functions under @step and"
                " instances of KeyedFunction classes"
            )
        one = _planned(use_case, body)
        _check(one, fields)
        if one.name in names:
            _fail(one, "another step has this name")
        if again := values & one.adds.keys():
            _fail(one, f"adds {_names(again)}, which another step or an enrichment adds")
        names.add(one.name)
        values |= one.adds.keys()
        planned.append(one)
    return tuple(planned)


def typed(who: str, values: Mapping[str, Any], types: Mapping[str, ValueType]) -> dict[str, Value]:
    """The values that are not None, in their declared types; a whole number may stand for a double.

    Raises:
        StepError: an undeclared name or another type; the message begins with `who`.
    """
    result: dict[str, Value] = {}
    for name, value in values.items():
        if name not in types:
            raise StepError(f"{who} {name!r}, which is not declared: there is {_names(types)}.")
        if value is None:
            continue
        if types[name] == "double" and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not _fits(value, types[name]):
            raise StepError(f"{who} {name} as {type(value).__name__}, and it is declared a {types[name]}.")
        result[name] = value
    return result


def fields_of(names: Iterable[str], values: Mapping[str, Value | None]) -> SimpleNamespace:
    """The row that a keyed function sees."""
    return SimpleNamespace(**{name: values[name] for name in names})


def run_keyed_once(
    planned: PlannedStep, values: Mapping[str, Value | None], remembered: Mapping[str, Value], clock: StepClock
) -> tuple[dict[str, Value], dict[str, Value]]:
    """One call of a keyed function.

    Args:
        planned: the function.
        values: the fields it reads.
        remembered: the state of the key; fields no longer declared are left out.
        clock: the wall clock.

    Returns:
        What it adds, and the state after it.

    Raises:
        StepError: what it returned, left in its state or finds there does not fit its declaration.
        Exception: of the function itself.
    """
    function = planned.body
    assert isinstance(function, KeyedFunction)
    known = {name: value for name, value in remembered.items() if name in function.state}
    state = SimpleNamespace(**dict.fromkeys(function.state) | typed(f"{planned.title} finds", known, function.state))
    added = planned.added(function.process(fields_of(planned.reads, values), state, clock))
    return added, typed(f"{planned.title} remembers", vars(state), function.state)


def _planned(use_case: str, body: Step | KeyedFunction) -> PlannedStep:
    if isinstance(body, Step):
        return PlannedStep(use_case, body.name, body.reads, body.adds, body)
    kind = type(body)
    name = kind.name if kind.name is not None else re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind.__name__).lower()
    if missing := [one for one in ("key", "state", "adds") if not hasattr(kind, one)]:
        raise DeclarationError(f"use case {use_case}, step {name}: the class has no {' and no '.join(missing)}")
    key = (body.key,) if isinstance(body.key, str) else tuple(body.key)
    return PlannedStep(use_case, name, tuple(dict.fromkeys((*key, *body.reads))), body.adds, body, key)


def _check(planned: PlannedStep, fields: Mapping[str, FieldType]) -> None:
    if not NAME.fullmatch(planned.name):
        _fail(planned, NAMES)
    if isinstance(planned.body, KeyedFunction):
        if not planned.key:
            _fail(planned, "a key needs at least one field")
        if planned.body.keep < timedelta(milliseconds=1):
            _fail(planned, "keep is a millisecond at least")
        _check_types(planned, "state", planned.body.state)
    if unknown := [name for name in planned.reads if name not in fields]:
        _fail(planned, f"reads {_names(unknown)}, and a decision has {_names(fields)}")
    if not planned.adds:
        _fail(planned, "adds nothing")
    _check_types(planned, "adds", planned.adds)


def _check_types(planned: PlannedStep, place: str, types: Mapping[str, ValueType]) -> None:
    for name, kind in types.items():
        if not NAME.fullmatch(name):
            _fail(planned, f"{place}: {name!r} is not a name: lower-case letters, digits and _, a letter first")
        if kind not in _KINDS:
            _fail(planned, f"{place}: {name} is a {kind!r}, and there are {_names(_KINDS)}")


def _fits(value: Any, kind: ValueType) -> bool:
    match kind:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "double":
            return isinstance(value, float) and math.isfinite(value)
        case "long":
            return isinstance(value, int) and not isinstance(value, bool) and -_LONG_MAX - 1 <= value <= _LONG_MAX


def _names(names: Iterable[str]) -> str:
    return ", ".join(names)


def _fail(planned: PlannedStep, what: str) -> NoReturn:
    raise DeclarationError(f"use case {planned.use_case}, step {planned.name}: {what}")
