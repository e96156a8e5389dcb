"""What expressions see of a decision event: its fields, and those that a use case derives for itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from decision_store.model.declarations import DeclarationError, Declared
from decision_store.model.expressions import ExpressionError, FieldType, compile_expression
from decision_store.model.plan import PlanField, ValueType

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
"""What every use case sees of a decision event."""


@dataclass(frozen=True, slots=True)
class DerivedField:
    """A field of a use case's own; made by `derived`."""

    name: str
    expression: str


def derived(name: str, expression: str) -> DerivedField:
    """A field that a use case derives, for its list `FIELDS`; its expressions then name it like any other.

    Where the expression fails on a decision the field is null.

    Args:
        name: of the field; another use case may have it too, if it means the same.
        expression: CEL over the fields that every use case sees, and those derived before it.
    """
    return DerivedField(name, expression)


def derived_fields(
    use_case: str, declared: Sequence[DerivedField], fields: Mapping[str, FieldType]
) -> tuple[PlanField, ...]:
    """The derived fields of a use case, with their types.

    Args:
        use_case: whose they are.
        declared: its list.
        fields: what every use case sees.

    Raises:
        DeclarationError: naming use case, field and place.
    """
    made: list[PlanField] = []
    for field in declared:
        known = with_derived(fields, made)
        place = Declared(use_case, "field", field.name, known)
        place.check_field_name()
        if field.name in known:
            place.fail("name", "there is such a field already; give this one a name of its own")
        kind = place.compile("expression", field.expression).result.type
        made.append(PlanField(name=field.name, expression=field.expression, type=kind))
    return tuple(made)


def with_derived(fields: Mapping[str, FieldType], derived: Sequence[PlanField]) -> dict[str, FieldType]:
    """What the expressions of a use case may name: what every use case sees, and its derived fields."""
    return {**fields, **{field.name: FieldType(field.type, nullable=True) for field in derived}}


def all_fields(derived_by: Mapping[str, Sequence[PlanField]]) -> tuple[PlanField, ...]:
    """The fields of a plan: what every use case sees, then the derived ones.

    Args:
        derived_by: by use case its derived fields.

    Raises:
        DeclarationError: two use cases mean different things by one name.
    """
    known: dict[str, tuple[str, PlanField]] = {}
    for use_case, fields in derived_by.items():
        for field in fields:
            other, same = known.setdefault(field.name, (use_case, field))
            if same != field:
                raise DeclarationError(
                    f"use case {use_case}, field {field.name}, name: use case {other} derives another field of this"
                    " name; give this one a name of its own"
                )
    return FIELDS + tuple(field for _, field in known.values())


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
