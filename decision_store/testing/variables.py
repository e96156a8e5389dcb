"""What the variables of some decisions are, without Flink: in plain Python, by the reference of the JVM operators."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from decision_store.model.attributes import attributes
from decision_store.model.compilation import compile_variables
from decision_store.model.fields import FIELDS, DerivedField, derived_fields, field_types
from decision_store.model.interpreter import variables_at
from decision_store.model.plan import PlanEntity, RegisteredSchema, VariablesPlan
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.model.use_cases import declared_variables_plan
from decision_store.model.variables import Variable
from decision_store.testing.clock import Clock, Moment, milliseconds
from decision_store.testing.decisions import Event, decision

KeyValue = str | int | bool
_ANY_RETENTION_MS = 3_650 * 86_400_000


class WhichOneError(LookupError):
    """Several entities or use cases have what was asked for; the message says how to name one."""


class UnknownVariableError(LookupError):
    """Nothing of this name is declared; the message names what is."""


@dataclass(frozen=True, slots=True)
class _Item:
    """One item of the variables table: its declaration, the values of its key as text, its attributes."""

    declared: PlanEntity
    key: Mapping[str, str]
    values: Mapping[str, Any]


class Values(Mapping[str, Any]):
    """The variables table as a mapping from attribute to value; made by `variables_after`.

    `values["declines_30d"]` is the value of the one entity (customer, or customer and merchant, ...) that the decisions
    name. Where they name several, `of` says which. A declared variable that has no value is None; so is every variable
    of an entity that no decision names, which has no item in the table. Iterating gives the attributes that have one.
    """

    def __init__(self, declared: Sequence[PlanEntity], items: Sequence[_Item]) -> None:
        self._declared = declared
        self._items = items

    def of(self, use_case: str | None = None, **key: KeyValue) -> Values:
        """The values of the entities with these parts of their key.

        Args:
            use_case: None: of every use case.
            key: names and values of parts of a key, for example `customer_id="c-1"`; an entity whose key has further
                parts (a merchant of this customer) is kept.

        Raises:
            UnknownVariableError: no key has such a part, or there is no such use case.
        """
        declared = [one for one in self._declared if use_case in (None, one.use_case)]
        if not declared:
            known = sorted({one.use_case for one in self._declared})
            raise UnknownVariableError(f"There is no use case {use_case} here, but {', '.join(known) or 'none'}.")
        with_parts = [one for one in declared if key.keys() <= {part.name for part in one.key}]
        if not with_parts:
            keys = sorted({_key_names(one) for one in declared})
            raise UnknownVariableError(f"No variable has the key {', '.join(key)}: there are {' and '.join(keys)}.")
        wanted = {name: _text(value) for name, value in key.items()}
        return Values(
            with_parts, [one for one in self._items if one.declared in with_parts and wanted.items() <= one.key.items()]
        )

    def __getitem__(self, attribute: str) -> Any:
        """The value; None when there is none.

        Raises:
            UnknownVariableError: no variable has this attribute.
            WhichOneError: several entities or use cases have it.
        """
        declared = [one for one in self._declared if attribute in _attributes(one)]
        if not declared:
            known = sorted({name for one in self._declared for name in _attributes(one)})
            near = difflib.get_close_matches(attribute, known, 3) or known
            raise UnknownVariableError(f"No variable {attribute} is declared: did you mean {' or '.join(near)}?")
        if len(declared) > 1:
            who = " and ".join(f"{one.use_case} by {_key_names(one)}" for one in declared)
            raise WhichOneError(f"{attribute} is declared in {who}: say which, as in .of({_call(declared[0])}).")
        items = [one for one in self._items if one.declared == declared[0]]
        if len(items) > 1:
            calls = ", ".join(f".of({_parts(one)})" for one in items[:5])
            raise WhichOneError(f"{len(items)} entities have {attribute}: say which you mean, as in {calls}.")
        return items[0].values.get(attribute) if items else None

    def __iter__(self) -> Iterator[str]:
        yield from dict.fromkeys(name for one in self._items for name in one.values)

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __repr__(self) -> str:
        return "Values(" + "; ".join(f"{_parts(one)}: {dict(one.values)}" for one in self._items) + ")"


def variables_after(
    events: Iterable[Event],
    variables: Sequence[Variable] | None = None,
    use_case: str | None = None,
    at: Moment | None = None,
    entity: Mapping[str, KeyValue] | None = None,
    fields: Sequence[DerivedField] = (),
) -> Values:
    """The variables table after some decisions.

    Args:
        events: of `decision` and `corrected`, in any order and as often as you like; of each decision the highest
            revision counts.
        variables: what is declared; None: what the folders in `use_cases/` declare.
        use_case: only this one's; of given `variables` its name.
        at: the moment of reading; None: when the newest of the events happened.
        entity: of whom, for example `{"customer_id": "c-1"}`; as `Values.of`.
        fields: what the given `variables` derive, as `FIELDS` of a use case.

    Raises:
        DeclarationError: a declared variable cannot work.
        UnknownVariableError: there is no such use case or key.

    Example:
        >>> clock = Clock("2026-01-01T00:00Z")
        >>> events = [decision(outcome="DECLINED", at=clock), decision(outcome="DECLINED", at=clock)]
        >>> variables_after(events)["declines_30d"]
        2
    """
    events = list(events)
    now = milliseconds(at) if at is not None else max((event["event_time"] for event in events), default=0)
    values = _values(plan_of(variables, use_case, fields), events, now)
    if variables is None and use_case is not None:
        values = values.of(use_case)
    return values.of(None, **entity) if entity is not None else values


class Timeline:
    """Decisions as they arrive over time, and what the variables table says at any moment.

    Example:
        >>> timeline = Timeline()
        >>> declined = timeline.decide(outcome="DECLINED")
        >>> timeline.clock.advance(days(31))
        >>> timeline["declines_30d"]
        0
        >>> timeline.at(timeline.start)["declines_30d"]
        1
    """

    def __init__(
        self,
        variables: Sequence[Variable] | None = None,
        use_case: str | None = None,
        clock: Clock | None = None,
        fields: Sequence[DerivedField] = (),
    ) -> None:
        """Nothing has arrived.

        Args:
            variables: as of `variables_after`.
            use_case: likewise.
            clock: None: one of its own.
            fields: as of `variables_after`.
        """
        self.clock = clock if clock is not None else Clock()
        self.start = self.clock.now
        self._variables = variables
        self._use_case = use_case
        self._fields = fields
        self._arrived: list[tuple[int, Event]] = []

    def decide(self, **fields: Any) -> Event:
        """A decision made and arriving now, with the arguments of `decision`; `at` an earlier moment makes it late."""
        event = decision(**{"at": self.clock, **fields})
        self.take(event)
        return event

    def take(self, *events: Event) -> None:
        """Events that arrive now, whenever they happened: late ones, corrections, repeats."""
        self._arrived.extend((self.clock.now_ms, event) for event in events)

    def at(self, moment: Moment) -> Values:
        """What the table said, or will say if nothing else arrives, at a moment."""
        time = milliseconds(moment)
        events = [event for arrived, event in self._arrived if arrived <= time]
        return variables_after(events, self._variables, self._use_case, at=time, fields=self._fields)

    def of(self, use_case: str | None = None, **key: KeyValue) -> Values:
        """What the table says now of some entities, as `Values.of`."""
        return self.at(self.clock).of(use_case, **key)

    def __getitem__(self, attribute: str) -> Any:
        """A variable's value now, as of `Values`."""
        return self.at(self.clock)[attribute]


def plan_of(
    variables: Sequence[Variable] | None = None, use_case: str | None = None, fields: Sequence[DerivedField] = ()
) -> VariablesPlan:
    """The plan of given variables, or of all that `use_cases/` declares.

    Args:
        variables: None: what `use_cases/` declares.
        use_case: the given variables' name; None: `tested`. Without variables, the one whose are taken; None: all.
        fields: what the given variables derive.

    Raises:
        DeclarationError: a declaration cannot work.
    """
    if variables is None:
        return declared_variables_plan(use_case)
    name = use_case or "tested"
    schema = event_schema()
    all_fields = FIELDS + derived_fields(name, fields, field_types(FIELDS, schema.avro))
    return VariablesPlan(
        registry_url="http://localhost/registry",  # every event of a test has the schema of the plan
        event_schema=schema,
        retention_ms=_ANY_RETENTION_MS,
        fields=all_fields,
        entities=compile_variables(name, variables, field_types(all_fields, schema.avro)),
    )


@cache
def event_schema() -> RegisteredSchema:
    """The shipped schema of the event, as a registry that knows nothing else has it."""
    return RegisteredSchema(subject=EVENT_SUBJECT, version=1, id=1, avro=shipped_schemas()[EVENT_SUBJECT])


def _values(plan: VariablesPlan, events: Iterable[Event], now_ms: int) -> Values:
    declared = {(one.use_case, tuple(part.name for part in one.key)): one for one in plan.entities}
    items = []
    for (name, use_case), values in variables_at(plan, events, now_ms).items():
        parts = (part.partition("=") for part in name.split("|"))
        key = {unquote(part): unquote(value) for part, _, value in parts}
        items.append(_Item(declared[use_case, tuple(key)], key, values))
    return Values(plan.entities, items)


@cache
def _attributes(entity: PlanEntity) -> frozenset[str]:
    return frozenset(name for variable in entity.variables for name in attributes(variable))


def _text(value: KeyValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _key_names(entity: PlanEntity) -> str:
    return "(" + ", ".join(part.name for part in entity.key) + ")"


def _parts(item: _Item) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in item.key.items())


def _call(entity: PlanEntity) -> str:
    return ", ".join([f'"{entity.use_case}"', *(f"{part.name}=..." for part in entity.key)])
