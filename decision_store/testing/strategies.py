"""Hypothesis strategies for decisions, their histories, and what can be declared over them.

```python
from hypothesis import given
from decision_store.testing import Timeline, strategies

@given(strategies.histories())
def test_what_holds_for_every_history(history):
    timeline = Timeline(use_case="card_payments")
    for step in history:
        timeline.clock.advance_to(step.at)
        timeline.take(*step.events)
    assert ...
```

Each choice is one number that is split into its parts: drawing and shrinking stay fast with thousands of cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from decision_store.errors import ActionableError

try:
    from hypothesis import strategies as st
except ImportError:
    raise ActionableError("The strategies are hypothesis's: pip install hypothesis.") from None

from decision_store.model.aggregates import (
    Aggregate,
    Part,
    avg,
    count,
    distinct,
    first,
    last,
    last_k,
    max_,
    min_,
    named,
    sum_,
)
from decision_store.model.compilation import compile_variables
from decision_store.model.fields import FIELDS, field_types
from decision_store.model.plan import PlanEntity, VariablesPlan
from decision_store.model.variables import Variable, hours, minutes, seconds
from decision_store.testing.clock import Clock, Moment, milliseconds
from decision_store.testing.decisions import Event, decision
from decision_store.testing.engine import EngineStep
from decision_store.testing.variables import event_schema

T = TypeVar("T")

VALUES: Mapping[str, Sequence[Any]] = {
    "customer_id": ("c-1", "c-2", "c 3|å=%🙂"),
    "merchant_id": ("m-1", "m-2"),
    "amount": (0.1, 0.2, 20.0, 99.99, 100.0, 12345678.9, 1e16, -3.3, 0.0, 1e300, 1e-200),
    "product": (None, "x", "y"),
    "outcome": ("APPROVED", "DECLINED", "REFERRED"),
    "reason": (None, "", "late", "x" * 2_049, "🙂" * 2_048),
}
"""What `decisions` chooses from, unless it is told otherwise; ties, nulls and extremes are among them."""

AGO_MS = (0, 1, 10, 999, 1_000, 6_500, 30_000, 60_000, 99_000, 4_000_000, -500, -20_000, -4_000_000)
"""How long before its first arrival a decision of a history happened; some lie in the future."""

_IDS = ("d-0", "d-1", "d-\uff46", "d-\U0001f642", "d-4", "d-5", "d-6", "d-7")
"""Of decisions; the third and fourth are in one order by characters and in the other in UTF-16, which the JVM takes."""

_PAUSES = (0, 0, 1, 40, 1_000, 2_500, 9_000, 45_000, 3_600_000)
_NUMBERS = ("amount", "event_time % 1000", "amount * 0.5", "1000 / (event_time % 3)", "event_time * 1000000")
_PARTS: tuple[Part, ...] = (
    "outcome",
    "decision_id",
    "reason",
    "amount",
    "event_time",
    "product",
    "amount_band",
    named("text", "reason + '!'"),  # fails on a null
    named("large", "amount >= 100.0"),
    named("share", "amount / 3.0"),
)
_KEYS: tuple[Any, ...] = (
    "customer_id",
    "customer_id",
    ("customer_id", "merchant_id"),
    "product",  # null at times: no entity
    ("customer_id", "merchant_id", named("large", "amount >= 100.0")),
    named("odd", "event_time % 2"),
    "amount_band",
)
_CONDITIONS = (
    None,
    "outcome == 'DECLINED'",
    "amount > 50.0",
    "product != 'x'",
    "reason == null || outcome != 'APPROVED'",
    "merchant_id in ['m-1'] && amount_band != 'S'",
    "1000 / (event_time % 3) > 1",  # fails at times: does not match
)
_WINDOWS: tuple[tuple[timedelta | None, timedelta | None], ...] = (
    (None, None),
    (seconds(60), None),
    (seconds(60), seconds(60)),
    (seconds(60), seconds(7)),
    (seconds(1), seconds(0.4)),
    (seconds(7), seconds(1)),
    (minutes(30), minutes(10)),
    (hours(2), None),
)


def decisions(at: Moment | st.SearchStrategy[int] | None = None, **fields: Any) -> st.SearchStrategy[Event]:
    """Decision events.

    Args:
        at: when they happened, or a strategy of epoch milliseconds; None: within a day of where a `Clock()` starts.
        fields: a strategy for a field of `decision` by its name, or one value for all; for others see `VALUES`.
    """
    start = Clock().now_ms
    times = at if isinstance(at, st.SearchStrategy) else st.just(milliseconds(at)) if at is not None else None
    chosen = {name: st.sampled_from(values) for name, values in VALUES.items() if name not in fields}
    given = {name: value if isinstance(value, st.SearchStrategy) else st.just(value) for name, value in fields.items()}
    return st.builds(
        decision, at=times if times is not None else st.integers(start, start + 86_400_000), **chosen, **given
    )


@st.composite
def histories(
    draw: st.DrawFn,
    max_steps: int = 10,
    max_events: int = 3,
    start: Moment | None = None,
    values: Mapping[str, Sequence[Any]] = VALUES,
    ids: Sequence[str] = _IDS,
) -> list[EngineStep]:
    """Decisions as they arrive: late and early, in any order, again, corrected, and older revisions after newer ones.

    Args:
        draw: given by hypothesis.
        max_steps: moments of the wall clock.
        max_events: that arrive at one moment.
        start: of the wall clock; None: where a `Clock()` starts.
        values: what each field of `decision` may be.
        ids: of the decisions; the fewer, the more often one is corrected.
    """
    now = milliseconds(start if start is not None else Clock())
    identities: dict[tuple[str, int], Event] = {}
    contents = _size(values.values()) * len(AGO_MS)
    steps = []
    for pause in draw(st.lists(st.sampled_from(_PAUSES), min_size=1, max_size=max_steps)):
        now += pause
        events = []
        for drawn in draw(st.lists(st.integers(0, len(ids) * 4 * contents - 1), max_size=max_events)):
            choice = _Choice(drawn)
            identity = choice.of(ids), choice.of(range(1, 5))
            if identity not in identities:  # one always has the same content: that is what an identity is
                identities[identity] = _event(*identity, now, choice, values)
            events.append(identities[identity])
        steps.append(EngineStep(now, tuple(events)))
    return steps


@st.composite
def variables(draw: st.DrawFn, max_size: int = 5, prefix: str = "v") -> list[Variable]:
    """Declarations that can work: every aggregate, with and without window, hop and condition, under many keys.

    Args:
        draw: given by hypothesis.
        max_size: how many at most; one at least.
        prefix: of their names.
    """
    size = _AGGREGATES * len(_NUMBERS) * len(_PARTS) ** 2 * len(_KEYS) * len(_CONDITIONS) * len(_WINDOWS)
    drawn = draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=max_size))
    return [_variable(f"{prefix}{number}", choice) for number, choice in enumerate(drawn)]


def plans(max_size: int = 5) -> st.SearchStrategy[VariablesPlan]:
    """Plans of one or two use cases with such `variables`."""
    of_use_case = variables(max_size)
    return st.one_of(
        st.builds(lambda shop: plan_of_use_cases({"shop": shop}), of_use_case),
        st.builds(lambda shop, other: plan_of_use_cases({"shop": shop, "other": other}), of_use_case, of_use_case),
    )


def plan_of_use_cases(declared: Mapping[str, Sequence[Variable]]) -> VariablesPlan:
    """The plan of some use cases.

    Raises:
        DeclarationError: a declaration cannot work.
    """
    schema = event_schema()
    types = field_types(FIELDS, schema.avro)
    entities: list[PlanEntity] = []
    for use_case, of_use_case in declared.items():
        entities.extend(compile_variables(use_case, of_use_case, types))
    return VariablesPlan(
        registry_url="http://127.0.0.1:9",  # nobody listens: every event has the plan's schema
        event_schema=schema,
        retention_ms=3_650 * 86_400_000,
        fields=FIELDS,
        entities=tuple(entities),
    )


class _Choice:
    """One number as many choices."""

    def __init__(self, number: int) -> None:
        self._rest = number

    def of(self, values: Sequence[T]) -> T:
        """The next part of the number, as one of some values."""
        self._rest, position = divmod(self._rest, len(values))
        return values[position]


def _event(decision_id: str, revision: int, now: int, choice: _Choice, values: Mapping[str, Sequence[Any]]) -> Event:
    ago = choice.of(AGO_MS)
    fields = {name: choice.of(options) for name, options in values.items()}
    return decision(decision_id=decision_id, revision=revision, at=now - ago, **fields)


_AGGREGATES = 11


def _variable(name: str, number: int) -> Variable:
    choice = _Choice(number)
    kind = choice.of(range(_AGGREGATES))
    numeric, one, other = choice.of(_NUMBERS), choice.of(_PARTS), choice.of(_PARTS)
    key, where, (window, hop) = choice.of(_KEYS), choice.of(_CONDITIONS), choice.of(_WINDOWS)
    return Variable(name, key=key, value=_aggregate(kind, numeric, one, other), where=where, window=window, hop=hop)


def _aggregate(kind: int, numeric: str, one: Part, other: Part) -> Aggregate:
    parts = (one,) if one == other else (one, other)
    return (
        count(),
        sum_(numeric),
        min_(numeric),
        max_(numeric),
        avg(numeric),
        first(*parts),
        last(*parts),
        last(one),
        last_k(2, *parts),
        distinct(one),
        distinct(one, exact=2),
    )[kind]


def _size(options: Any) -> int:
    size = 1
    for one in options:
        size *= len(one)
    return size
