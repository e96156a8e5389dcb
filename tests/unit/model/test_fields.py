"""The fields that expressions see: those of every use case, and those a use case derives."""

from __future__ import annotations

from pathlib import Path

import pytest

from decision_store.declare import DeclarationError, DerivedField, derived
from decision_store.model.expressions import FieldType
from decision_store.model.fields import FIELDS, all_fields, derived_fields, field_types, with_derived
from decision_store.model.interpreter import FieldReader, variables_at
from decision_store.model.plan import PlanField, RegisteredSchema
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.model.use_cases import variables_plan

SCHEMA = shipped_schemas()[EVENT_SUBJECT]
TYPES = field_types(FIELDS, SCHEMA)
REGISTERED = RegisteredSchema(subject=EVENT_SUBJECT, version=1, id=1, avro=SCHEMA)


def test_a_field_must_be_in_the_event() -> None:
    with pytest.raises(DeclarationError, match="field amount: is double, not string"):
        field_types([PlanField(name="amount", path="request.amount", type="string")], SCHEMA)
    with pytest.raises(DeclarationError, match="field amount: is nothing, not double"):
        field_types([PlanField(name="amount", path="request.amont", type="double")], SCHEMA)
    with pytest.raises(DeclarationError, match="field band: there is no field 'amount'"):
        field_types([PlanField(name="band", expression="amount", type="double")], SCHEMA)


def test_a_derived_field_has_the_type_of_its_expression_and_may_be_null() -> None:
    made = derived_fields(
        "shop",
        [derived("cents", "amount * 100.0"), derived("dear", "cents >= 100.0"), derived("at", "event_time / 2")],
        TYPES,
    )
    assert [(field.name, field.expression, field.type) for field in made] == [
        ("cents", "amount * 100.0", "double"),
        ("dear", "cents >= 100.0", "boolean"),
        ("at", "event_time / 2", "long"),
    ]
    assert with_derived(TYPES, made) == TYPES | {
        "cents": FieldType("double", nullable=True),
        "dear": FieldType("boolean", nullable=True),
        "at": FieldType("long", nullable=True),
    }
    assert field_types(all_fields({"shop": made}), SCHEMA) == with_derived(TYPES, made)


@pytest.mark.parametrize(
    ("declared", "problem"),
    [
        ([derived("Cents", "amount")], "field Cents, name: a name has lower-case letters"),
        ([derived("package", "amount")], "field package, name: is a word of CEL, so no expression could say it"),
        ([derived("amount", "amount * 2.0")], "field amount, name: there is such a field already"),
        ([derived("a", "amount"), derived("a", "amount")], "field a, name: there is such a field already"),
        ([derived("a", "b"), derived("b", "amount")], "field a, expression: there is no field 'b'"),
        (
            [derived("a", "amont * 2.0")],
            "field a, expression: there is no field 'amont'; did you mean 'amount'?\n  amont * 2.0\n  ^^^^^",
        ),
        ([derived("a", 5)], "field a, expression: an expression is a text in quotes, not 5"),  # type: ignore[arg-type]
    ],
)
def test_a_mistake_in_a_derived_field_is_named(declared: list[DerivedField], problem: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        derived_fields("shop", declared, TYPES)
    assert str(refused.value).startswith(f"use case shop, {problem}")


def test_two_use_cases_may_share_a_derived_field_and_not_mean_different_things() -> None:
    half = derived_fields("a_case", [derived("half", "amount / 2.0"), derived("small", "half < 1.0")], TYPES)
    same = derived_fields("b_case", [derived("half", "amount / 2.0")], TYPES)
    assert [field.name for field in all_fields({"a_case": half, "b_case": same})[len(FIELDS) :]] == ["half", "small"]
    other = derived_fields("c_case", [derived("half", "amount / 2.01")], TYPES)
    with pytest.raises(DeclarationError, match="use case c_case, field half, name: use case a_case derives another"):
        all_fields({"a_case": half, "c_case": other})


def use_case(folder: Path, name: str, text: str) -> None:
    (folder / name).mkdir()
    (folder / name / "variables.py").write_text(f"from decision_store.declare import *\n{text}")


DECLARED = """
FIELDS = [derived("large", "amount >= 100.0"), derived("per_word", "1000 / (event_time - 7)")]
VARIABLES = [
    Variable("n", key="large", value=count(), where="large == true"),
    Variable("least", key="customer_id", value=min_("per_word")),
]
"""


def test_the_derived_fields_of_a_use_case_are_in_the_plan_and_computed(tmp_path: Path) -> None:
    use_case(tmp_path, "shop", DECLARED)
    plan = variables_plan(REGISTERED, "http://registry", 1, tmp_path)
    assert [field.name for field in plan.fields[len(FIELDS) :]] == ["large", "per_word"]
    event = {
        "decision_id": "d",
        "revision": 1,
        "customer_id": "c",
        "event_time": 7,
        "request": {"merchant_id": "m", "amount": 100.0, "currency": "EUR"},
        "outcome": {"outcome": "APPROVED", "policy": "p", "reason": None},
    }
    assert FieldReader(plan).read(event)["per_word"] is None  # divided by zero
    assert variables_at(plan, [event, event | {"decision_id": "e", "event_time": 107}], 0) == {
        ("large=true", "shop"): {"n": 2},
        ("customer_id=c", "shop"): {"least": 10},
    }


def test_no_other_use_case_sees_them(tmp_path: Path) -> None:
    use_case(tmp_path, "shop", DECLARED)
    use_case(tmp_path, "toys", "VARIABLES = [Variable('n', key='large', value=count())]")
    with pytest.raises(DeclarationError, match="use case toys, variable n, key: there is no field 'large'"):
        variables_plan(REGISTERED, "http://registry", 1, tmp_path)


@pytest.mark.parametrize("text", ["FIELDS = ['x']", "FIELDS = 5"])
def test_a_list_of_something_else_is_named(tmp_path: Path, text: str) -> None:
    use_case(tmp_path, "shop", f"{text}\nVARIABLES = []")
    with pytest.raises(DeclarationError, match=r"use case shop: variables.py needs FIELDS, a list of derived\(...\)"):
        variables_plan(REGISTERED, "http://registry", 1, tmp_path)
