"""Declared variables: what a department writes, and its compilation to the plan.

```python
from decision_store.model.variables import Variable, count, days, hours, last

VARIABLES = [
    Variable("declines_30d", key="customer_id", value=count(), where="outcome == 'DECLINED'", window=days(30)),
    Variable("last_outcome", key=("customer_id", "merchant_id"), value=last("outcome", "decision_id")),
]
```
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, NoReturn

from decision_store.errors import ActionableError
from decision_store.model.expressions import Expression, ExpressionError, FieldType, compile_expression
from decision_store.model.plan import PlanArgument, PlanEntity, PlanField, PlanKey, PlanVariable, ValueType

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
RESERVED = frozenset({"entity", "use_case", "version", "as_of"})
LONGEST_HOP = timedelta(hours=1)
_NO_WINDOW_HOP_MS = 86_400_000  # has no meaning for the value; the JVM keeps a `last` by the day

FIELDS = (
    PlanField(name="decision_id", path="decision_id", type="string"),
    PlanField(name="customer_id", path="customer_id", type="string"),
    PlanField(name="event_time", path="event_time", type="long"),
    PlanField(name="merchant_id", path="request.merchant_id", type="string"),
    PlanField(name="amount", path="request.amount", type="double"),
    PlanField(name="currency", path="request.currency", type="string"),
    PlanField(name="product", path="request.product", type="string"),
    PlanField(name="outcome", path="outcome.outcome", type="string"),
    PlanField(name="policy", path="outcome.policy", type="string"),
    PlanField(name="reason", path="outcome.reason", type="string"),
    PlanField(
        name="amount_band",
        expression="amount < 50.0 ? 'S' : amount < 200.0 ? 'M' : amount < 1000.0 ? 'L' : 'XL'",
        type="string",
    ),
)
"""What expressions see of a decision event."""


class DeclarationError(ActionableError):
    """A declaration that cannot work; the message names use case, variable and place."""


def days(number: float) -> timedelta:
    """A span of days, for `window` and `hop`."""
    return timedelta(days=number)


def hours(number: float) -> timedelta:
    """A span of hours."""
    return timedelta(hours=number)


def minutes(number: float) -> timedelta:
    """A span of minutes."""
    return timedelta(minutes=number)


def seconds(number: float) -> timedelta:
    """A span of seconds."""
    return timedelta(seconds=number)


@dataclass(frozen=True, slots=True)
class Named:
    """An expression under a name; made by `named`."""

    name: str
    expression: str


def named(name: str, expression: str) -> Named:
    """A name for an expression that is not simply a field, as part of a key or argument of `last`."""
    return Named(name, expression)


Part = str | Named


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What is kept of the events of a variable; made by `count`, `sum_` and `last`."""

    kind: Literal["count", "sum", "last"]
    arguments: tuple[Part, ...] = ()


def count() -> Aggregate:
    """How many decisions; 0 when there are none."""
    return Aggregate("count")


def sum_(expression: str) -> Aggregate:
    """The sum of a number over the decisions; 0 when there are none, and a null adds nothing.

    It is exact before it is rounded once, so it does not depend on order; it stays within what DynamoDB can hold
    (9.9e125).
    """
    return Aggregate("sum", (expression,))


def last(*values: Part) -> Aggregate:
    """Values of the newest decision, by event time and then decision id; no value when there is none.

    Args:
        values: fields, or expressions with a name. One is the variable's value; of several each is an attribute
            `VARIABLE__VALUE` of its own. A null, and a text over 2,048 characters, is no value.
    """
    return Aggregate("last", values)


@dataclass(frozen=True, slots=True)
class Variable:
    """One declared variable.

    Attributes:
        name: its attribute in the variables table; lower-case letters, digits and _.
        key: whom it is kept for: a field, a named expression, or several of them.
        value: count(), sum_(...) or last(...), over the newest revision of each decision.
        where: CEL; which decisions count. None: all.
        window: how far back a decision counts, by its event time: for at least this long, at most a hop longer.
            None: for ever.
        hop: by which steps the window moves. None: a sixtieth of the window, an hour at most.
        version: raise it when anything else of a running variable changes: another version begins from nothing.
    """

    name: str
    key: Part | Sequence[Part]
    value: Aggregate
    where: str | None = None
    window: timedelta | None = None
    hop: timedelta | None = None
    version: int = 1


def field_types(fields: Sequence[PlanField], event_schema: Mapping[str, Any]) -> dict[str, FieldType]:
    """The types of a plan's fields, checked against the schema of the event and each other.

    Raises:
        DeclarationError: a field does not fit; it is named.
    """
    types: dict[str, FieldType] = {}
    for field in fields:
        if (field.path is None) == (field.expression is None) or field.name in types:
            raise DeclarationError(f"field {field.name}: needs a name of its own and either a path or an expression")
        if field.path is not None:
            found = _type_at(field.path, event_schema)
        else:
            assert field.expression is not None
            try:
                result = compile_expression(field.expression, types).result
            except ExpressionError as refused:
                raise DeclarationError(f"field {field.name}: {refused}") from None
            found = FieldType(result.type, nullable=True)  # it may fail on an event
        if found is None or found.type != field.type:
            raise DeclarationError(f"field {field.name}: is {found.type if found else 'nothing'}, not {field.type}")
        types[field.name] = found
    return types


def compile_variables(
    use_case: str, variables: Sequence[Variable], fields: Mapping[str, FieldType]
) -> tuple[PlanEntity, ...]:
    """The entities of one use case: its variables by key.

    Args:
        use_case: its name, the sort key of its items.
        variables: as declared.
        fields: what expressions may name.

    Raises:
        DeclarationError: naming use case, variable and place.
    """
    if not NAME.fullmatch(use_case):
        raise DeclarationError(f"use case {use_case}: a name has lower-case letters, digits and _, a letter first")
    keys: dict[tuple[PlanKey, ...], list[PlanVariable]] = {}
    used: dict[tuple[PlanKey, ...], set[str]] = {}
    by_names: dict[tuple[str, ...], tuple[PlanKey, ...]] = {}
    for variable in variables:
        compiler = _Compiler(use_case, variable, fields)
        key = compiler.key()
        if by_names.setdefault(tuple(part.name for part in key), key) != key:
            compiler.fail("key", "another variable has these names with other expressions; give one a new name")
        planned = compiler.variable()
        for attribute in attributes(planned):
            if attribute in used.setdefault(key, set(RESERVED)):
                taken = "reserved" if attribute in RESERVED else "declared twice for this key"
                compiler.fail("name", f"the attribute {attribute} is {taken}")
            used[key].add(attribute)
        keys.setdefault(key, []).append(planned)
    return tuple(
        PlanEntity(
            name="-".join((use_case, *(part.name for part in key))), use_case=use_case, key=key, variables=tuple(of_key)
        )
        for key, of_key in keys.items()
    )


def attributes(variable: PlanVariable) -> dict[str, ValueType]:
    """The attributes of a variable in its item, with their types."""
    if variable.aggregate == "last" and len(variable.arguments) > 1:
        return {f"{variable.name}__{argument.name}": argument.type for argument in variable.arguments}
    return {variable.name: variable.type}


class _Compiler:
    def __init__(self, use_case: str, variable: Variable, fields: Mapping[str, FieldType]) -> None:
        self._use_case = use_case
        self._variable = variable
        self._fields = fields

    def fail(self, place: str, what: str) -> NoReturn:
        raise DeclarationError(f"use case {self._use_case}, variable {self._variable.name}, {place}: {what}")

    def key(self) -> tuple[PlanKey, ...]:
        declared = self._variable.key
        parts = (declared,) if isinstance(declared, str | Named) else tuple(declared)
        if not parts:
            self.fail("key", "a key needs at least one part")
        key = []
        for part in (self._named("key", part) for part in parts):
            kind = self._compile("key", part.expression).result.type
            if kind == "double":
                self.fail("key", f"{part.name} is a double, and a key is a string, long or boolean")
            key.append(PlanKey(name=part.name, expression=part.expression))
        if len({part.name for part in key}) != len(key):
            self.fail("key", "two parts have the same name")
        return tuple(key)

    def variable(self) -> PlanVariable:
        declared = self._variable
        if not NAME.fullmatch(declared.name):
            self.fail("name", "a name has lower-case letters, digits and _, a letter first, 64 at most")
        if declared.where is not None:
            kind = self._compile("where", declared.where).result.type
            if kind != "boolean":
                self.fail("where", f"a condition is a boolean, and this is a {kind}")
        arguments = self._arguments()
        window_ms, hop_ms = self._window()
        return PlanVariable(
            name=declared.name,
            version=declared.version,
            aggregate=declared.value.kind,
            arguments=arguments,
            where=declared.where,
            window_ms=window_ms,
            hop_ms=hop_ms,
            type=arguments[0].type if arguments else "long",
        )

    def _arguments(self) -> tuple[PlanArgument, ...]:
        value = self._variable.value
        number = len(value.arguments)
        if (
            (value.kind == "count" and number)
            or (value.kind == "sum" and number != 1)
            or (value.kind == "last" and not number)
        ):
            self.fail("value", f"{value.kind} does not take {number} arguments")
        arguments = []
        for part in value.arguments:
            if value.kind == "sum" and isinstance(part, str):
                part = Named("value", part)  # a sum has one attribute: its argument needs no name
            part = self._named("value", part)
            kind = self._compile("value", part.expression).result.type
            if value.kind == "sum" and kind not in ("long", "double"):
                self.fail("value", f"sum_ takes a number, and this is a {kind}")
            arguments.append(PlanArgument(name=part.name, expression=part.expression, type=kind))
        if len({argument.name for argument in arguments}) != number:
            self.fail("value", "two arguments have the same name")
        return tuple(arguments)

    def _named(self, place: str, part: Part) -> Named:
        name = part if isinstance(part, str) else part.name
        if not NAME.fullmatch(name):
            self.fail(place, f"{name!r} is not a name: write named('a_name', ...)")
        return Named(part, part) if isinstance(part, str) else part

    def _compile(self, place: str, source: str) -> Expression:
        try:
            return compile_expression(source, self._fields)
        except ExpressionError as refused:
            self.fail(place, str(refused))

    def _window(self) -> tuple[int | None, int]:
        window, hop = self._variable.window, self._variable.hop
        if window is None:
            if hop is not None:
                self.fail("hop", "without a window there is nothing to move; leave it out")
            return None, _NO_WINDOW_HOP_MS
        hop = min(window / 60, LONGEST_HOP) if hop is None else hop
        if window < timedelta(seconds=1):
            self.fail("window", "is a second at least")
        if not timedelta(milliseconds=1) <= hop <= window:
            self.fail("hop", f"is from a millisecond to the window of {window}, not {hop}")
        return window // timedelta(milliseconds=1), hop // timedelta(milliseconds=1)


def _type_at(path: str, schema: Mapping[str, Any]) -> FieldType | None:
    """The type of the value at a path of an Avro record; None when there is none that a field can hold."""
    current: Any = schema
    nullable = False
    for step in path.split("."):
        found = [field["type"] for field in _fields_of(current) if field["name"] == step]
        if not found:
            return None
        current = found[0]
        if isinstance(current, list):
            others = [branch for branch in current if branch != "null"]
            nullable = nullable or len(others) < len(current)
            current = others[0] if len(others) == 1 else None
    name = current.get("type") if isinstance(current, dict) else current
    scalar = _SCALARS.get(name) if isinstance(name, str) else None
    return None if scalar is None else FieldType(scalar, nullable)


def _fields_of(schema: Any) -> list[dict[str, Any]]:
    return schema.get("fields", []) if isinstance(schema, dict) else []


_SCALARS: dict[str, ValueType] = {
    "string": "string",
    "enum": "string",
    "int": "long",
    "long": "long",
    "float": "double",
    "double": "double",
    "boolean": "boolean",
}
