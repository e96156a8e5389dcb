"""The plain-Python reference of the JVM operator `variables`: the same values, from all events at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from decision_store.model.aggregation import AttributeValue, Counted, aggregated, storable
from decision_store.model.attributes import MAX_KEY_LENGTH, attributes
from decision_store.model.entities import entity_key
from decision_store.model.expressions import Expression, FieldType, NoValueError, Value, compile_expression
from decision_store.model.fields import field_types
from decision_store.model.plan import DecisionEventsPlan, PlanEntity, PlanVariable, ValueType, VariablesPlan

Fields = Mapping[str, Value | None]


def variables_at(
    plan: VariablesPlan, events: Iterable[Mapping[str, Any]], now_ms: int
) -> dict[tuple[str, str], dict[str, AttributeValue]]:
    """What the variables table should hold.

    Args:
        plan: what is declared.
        events: decision events as `decision_store.model.assembly.assemble` returns them, any number of revisions of a
            decision in any order; the newest counts.
        now_ms: the wall clock.

    Returns:
        By (entity, use_case) the attributes without `version` and `as_of`; what has no value is left out, and those of
        last_k are lists. Every entity that a newest revision names is there, also when nothing counts. The table may
        hold entities beyond these, which only older revisions named: their counts and sums are 0 and they have no other
        values. The number of a `distinct` is always exact here.
    """
    newest: dict[str, Mapping[str, Any]] = {}
    for event in events:
        known = newest.setdefault(event["decision_id"], event)
        if event["revision"] > known["revision"]:
            newest[event["decision_id"]] = event
    reader = FieldReader(plan)
    decisions = [reader.read(event) for event in newest.values()]
    result: dict[tuple[str, str], dict[str, AttributeValue]] = {}
    for entity in plan.entities:
        key = EntityKey(entity, reader.types)
        of_entity: dict[str, list[Fields]] = defaultdict(list)
        for fields in decisions:
            if (name := key.of(fields)) is not None:
                of_entity[name].append(fields)
        variables = [_Variable(variable, reader.types) for variable in entity.variables]
        for name, its_decisions in of_entity.items():
            item = result[name, entity.use_case] = {}
            for variable in variables:
                item.update(variable.values(its_decisions, now_ms))
    return result


class FieldReader:
    """Reads a plan's fields from events.

    Attributes:
        types: of the fields.
    """

    def __init__(self, plan: VariablesPlan | DecisionEventsPlan) -> None:
        self._fields = plan.fields
        self.types = field_types(plan.fields, plan.event_schema.avro)
        self._derived = {
            field.name: compile_expression(field.expression, self.types) for field in plan.fields if field.expression
        }

    def known_with(self, names: frozenset[str]) -> frozenset[str]:
        """These fields and all that are derived from nothing else."""
        for name, expression in self._derived.items():
            if expression.names <= names:
                names |= {name}
        return names

    def read(self, event: Mapping[str, Any]) -> dict[str, Value | None]:
        """The fields of an event."""
        return self.derive(
            {field.name: _typed(_at(event, field.path), field.type) for field in self._fields if field.path}
        )

    def derive(self, fields: Fields) -> dict[str, Value | None]:
        """The fields with the derived ones; one whose expression fails is null, and so are the fields not given."""
        derived = dict.fromkeys(self.types) | dict(fields)
        for name, expression in self._derived.items():
            derived[name] = _value(expression, derived)
        return derived


class EntityKey:
    """The entity that a decision belongs to, for one declared key."""

    def __init__(self, entity: PlanEntity, types: Mapping[str, FieldType]) -> None:
        self._parts = [(part.name, compile_expression(part.expression, types)) for part in entity.key]

    @property
    def names(self) -> frozenset[str]:
        """The fields that the key is made of."""
        return frozenset().union(*(expression.names for _, expression in self._parts))

    def of(self, fields: Fields) -> str | None:
        """The entity as the table's key; None when a part has no value or the key is too long to be stored."""
        parts: list[tuple[str, str | int | bool]] = []
        for name, expression in self._parts:
            value = _value(expression, fields)
            if value is None or isinstance(value, float):
                return None
            parts.append((name, value))
        key = entity_key(parts)
        return key if len(key) <= MAX_KEY_LENGTH else None


def bucket_end(event_time: int, window_ms: int, hop_ms: int) -> int:
    """The moment on the wall clock from which an event counts no longer."""
    return (event_time // hop_ms + 1) * hop_ms + window_ms


class _Variable:
    def __init__(self, declared: PlanVariable, types: Mapping[str, FieldType]) -> None:
        self._declared = declared
        self._where = compile_expression(declared.where, types) if declared.where is not None else None
        self._arguments = [compile_expression(argument.expression, types) for argument in declared.arguments]

    def values(self, decisions: Iterable[Fields], now_ms: int) -> dict[str, AttributeValue]:
        declared = self._declared
        counted = [one for fields in decisions if (one := self._counted(fields, now_ms)) is not None]
        values = aggregated(declared.aggregate, declared.type, declared.limit, counted)
        if values is None:
            return {}
        named = zip(attributes(declared), values, strict=True)
        return {name: value for name, value in named if value is not None}

    def _counted(self, fields: Fields, now_ms: int) -> Counted | None:
        time, decision_id = fields["event_time"], fields["decision_id"]
        assert isinstance(time, int)
        assert isinstance(decision_id, str)
        window, hop = self._declared.window_ms, self._declared.hop_ms
        if window is not None and bucket_end(time, window, hop) <= now_ms:
            return None
        if self._where is not None and not self._where.matches(fields):
            return None
        try:
            return Counted(time, decision_id, tuple(storable(one.value(fields)) for one in self._arguments))
        except NoValueError:
            return None


def _value(expression: Expression, fields: Fields) -> Value | None:
    try:
        return expression.value(fields)
    except NoValueError:
        return None


def _at(event: Mapping[str, Any], path: str) -> Any:
    value: Any = event
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _typed(value: Any, kind: ValueType) -> Value | None:
    """The value in its declared type: JSON's 10 is a double where the schema says double."""
    if value is None:
        return None
    return float(value) if kind == "double" else {"string": str, "long": int, "boolean": bool}[kind](value)
