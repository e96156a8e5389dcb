"""A mistake in a declaration is an error when it is compiled, naming use case, variable and place."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from decision_store.declare import Variable, count, days, hours, last, minutes, named, sum_
from decision_store.model.aggregates import Part
from decision_store.model.attributes import Attribute, attributes
from decision_store.model.compilation import compile_variables
from decision_store.model.declarations import DeclarationError
from decision_store.model.fields import FIELDS, field_types
from decision_store.model.plan import RegisteredSchema
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.model.use_cases import shipped_variables_plan, variables_plan

SCHEMA = shipped_schemas()[EVENT_SUBJECT]
TYPES = field_types(FIELDS, SCHEMA)
REGISTERED = RegisteredSchema(subject=EVENT_SUBJECT, version=3, id=17, avro=SCHEMA)


def test_variables_of_one_key_share_an_entity() -> None:
    declared = [
        Variable("a", key="customer_id", value=count()),
        Variable("b", key=("customer_id", named("large", "amount > 100.0")), value=sum_("amount"), window=days(1)),
        Variable("c", key=("customer_id",), value=last("outcome", "event_time"), where="product != null"),
    ]
    entities = compile_variables("shop", declared, TYPES)
    assert [(e.name, [v.name for v in e.variables]) for e in entities] == [
        ("shop-customer_id", ["a", "c"]),
        ("shop-customer_id-large", ["b"]),
    ]
    of_b = entities[1].variables[0]
    assert (of_b.type, of_b.window_ms, of_b.hop_ms) == ("double", 86_400_000, 24 * 60_000)
    assert attributes(entities[0].variables[1]) == {
        "c__outcome": Attribute("string"),
        "c__event_time": Attribute("long"),
    }


@pytest.mark.parametrize(
    ("variable", "problem"),
    [
        (Variable("v", key="customer", value=count()), "key: there is no field 'customer'"),
        (Variable("v", key="amount", value=count()), "key: amount is a double"),
        (Variable("v", key=(), value=count()), "key: a key needs at least one part"),
        (Variable("v", key="amount < 1.0", value=count()), "key: 'amount < 1.0' is not a name: write named('a_name'"),
        (Variable("v", key=("customer_id", "customer_id"), value=count()), "key: two parts have the same name"),
        (Variable("v", key="customer_id", value=count(), where="outcome"), "where: a condition is a boolean"),
        (Variable("v", key="customer_id", value=count(), where="outcome = 'X'"), "where: '=' cannot be read here"),
        (Variable("v", key="customer_id", value=count(), where="amount > 5"), "where: > needs one type on both sides"),
        (Variable("v", key="customer_id", value=sum_("outcome")), "value: sum_ takes a number, and this is a string"),
        (Variable("v", key="customer_id", value=last()), "value: last needs what to keep of a decision"),
        (Variable("v", key="customer_id", value=last("amount", "amount")), "value: two arguments have the same name"),
        (Variable("v", key="customer_id", value=count(), hop=hours(1)), "hop: without a window"),
        (
            Variable("v", key="customer_id", value=count(), window=hours(1), hop=hours(2)),
            "hop: is from a millisecond to the window of 1:00:00, not 2:00:00",
        ),
        (Variable("v", key="customer_id", value=count(), window=timedelta(0)), "window: is a second at least"),
        (Variable("V", key="customer_id", value=count()), "name: a name has lower-case letters"),
        (Variable("as_of", key="customer_id", value=count()), "name: the attribute as_of is reserved"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_is_named_with_its_place(variable: Variable, problem: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        compile_variables("shop", [variable], TYPES)
    assert str(refused.value).startswith(f"use case shop, variable {variable.name}, {problem}")


def pair(name: str, key: Part, other: Part) -> list[Variable]:
    return [Variable("v__outcome", key=key, value=count()), Variable(name, key=other, value=last("outcome", "amount"))]


def test_two_variables_never_share_an_attribute() -> None:
    with pytest.raises(DeclarationError, match="variable v, name: the attribute v__outcome is declared twice"):
        compile_variables("shop", pair("v", "customer_id", "customer_id"), TYPES)
    assert len(compile_variables("shop", pair("v", "customer_id", "merchant_id"), TYPES)) == 2


def test_two_keys_of_the_same_names_never_share_an_item() -> None:
    other = named("customer_id", "merchant_id")
    with pytest.raises(DeclarationError, match="key: another variable has these names with other expressions"):
        compile_variables("shop", pair("w", "customer_id", other), TYPES)


def use_case(folder: Path, name: str, text: str) -> Path:
    (folder / name).mkdir()
    (folder / name / "variables.py").write_text(text)
    return folder


def test_every_use_case_of_the_folder_is_in_the_plan(tmp_path: Path) -> None:
    text = "from decision_store.declare import *\nVARIABLES = [Variable('v', key='customer_id', value=count())]"
    for name in ("b_case", "a_case"):
        use_case(tmp_path, name, text)
    plan = variables_plan(REGISTERED, "http://registry", 1, tmp_path)
    assert [entity.use_case for entity in plan.entities] == ["a_case", "b_case"]
    assert plan.event_schema.id == 17


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("shop", "1/0", r"use case shop: variables.py cannot be run: ZeroDivisionError\('division by zero'\)"),
        ("shop", "", "use case shop: variables.py needs VARIABLES, a list of Variable"),
        ("shop", "VARIABLES = ['x']", "use case shop: variables.py needs VARIABLES, a list of Variable"),
        ("My Shop", "VARIABLES = []", "use case My Shop: a name has lower-case letters"),
    ],
)
def test_a_use_case_that_cannot_be_read_is_named(tmp_path: Path, name: str, text: str, problem: str) -> None:
    with pytest.raises(DeclarationError, match=problem):
        variables_plan(REGISTERED, "http://registry", 1, use_case(tmp_path, name, text))


def test_a_window_is_never_longer_than_decisions_are_remembered() -> None:
    with pytest.raises(DeclarationError, match="variable decisions_30d, window: a decision is remembered for 10 days"):
        variables_plan(REGISTERED, "http://registry", int(days(10) / minutes(1)) * 60_000)


def test_the_shipped_declarations_compile() -> None:
    assert {entity.use_case for entity in shipped_variables_plan().entities} == {"fraud_prevention"}
