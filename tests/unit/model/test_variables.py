"""A mistake in a declaration is an error when it is compiled, naming use case, variable and place."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from decision_store import declare
from decision_store.declare import (
    Variable,
    avg,
    count,
    days,
    distinct,
    first,
    hours,
    last,
    last_k,
    max_,
    min_,
    minutes,
    named,
    seconds,
    sum_,
)
from decision_store.model.aggregates import Aggregate, Part
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
    variables = [
        Variable("a", key="customer_id", value=count()),
        Variable("b", key=("customer_id", named("large", "amount > 100.0")), value=sum_("amount"), window=days(1)),
        Variable("c", key=("customer_id",), value=last("outcome", "event_time"), where="product != null"),
    ]
    entities = compile_variables("shop", variables, TYPES)
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


def declared(name: Any = "v", key: Any = "customer_id", value: Any = None, **others: Any) -> Variable:
    return Variable(name, key=key, value=count() if value is None else value, **others)


ITEM = "with it the item of this key could have"


@pytest.mark.parametrize(
    ("variable", "problem"),
    [
        (declared("V"), "name: a name has lower-case letters"),
        (declared("v" * 65), "name: a name has lower-case letters"),
        (declared(5), "name: a name has lower-case letters"),
        (declared("as_of"), "name: the attribute as_of is reserved"),
        (declared(key="custmer_id"), "key: there is no field 'custmer_id'; did you mean 'customer_id'?\n  custmer_id"),
        (declared(key="amount"), "key: amount is a double, and a key is a string, long or boolean\n  amount\n  ^^^^^^"),
        (declared(key=()), "key: a key needs at least one part"),
        (declared(key=5), "key: is a field, named(...), or a list of them, not 5"),
        (declared(key=["customer_id", 5]), "key: is a field, an expression or named(...), not 5"),
        (declared(key="amount < 1.0"), "key: 'amount < 1.0' is not a name: write named('a_name'"),
        (declared(key=named("A", "amount < 1.0")), "key: 'A' is not a name: write named('a_name'"),
        (declared(key=named("a", 5)), "key: an expression is a text in quotes, not 5"),  # type: ignore[arg-type]
        (declared(key=("customer_id", "customer_id")), "key: two parts have the same name"),
        (declared(where="outcome"), "where: a condition is a boolean, and this is a string\n  outcome\n  ^^^^^^^"),
        (declared(where="outcome = 'X'"), "where: '=' cannot be read here\n  outcome = 'X'\n          ^"),
        (declared(where="amount > 5"), "where: > needs one type on both sides"),
        (declared(where=5), "where: an expression is a text in quotes, not 5"),
        (declared(value=sum_("outcome")), "value: sum_ takes a number, and this is a string\n  outcome\n  ^^^^^^^"),
        (declared(value=min_("outcome")), "value: min_ takes a number, and this is a string"),
        (declared(value=max_(named("x", "amount > 1.0"))), "value: max_ takes a number, and this is a boolean"),
        (declared(value=avg("product")), "value: avg takes a number, and this is a string"),
        (declared(value=distinct("produkt")), "value: there is no field 'produkt'; did you mean 'product'?"),
        (declared(value=first()), "value: first needs what to keep of a decision, as in first('outcome')"),
        (declared(value=last()), "value: last needs what to keep of a decision, as in last('outcome')"),
        (declared(value=last_k(3)), "value: last_k needs what to keep of a decision, as in last_k(5, 'outcome')"),
        (declared(value=last("amount", "amount")), "value: two arguments have the same name"),
        (declared(value=last("amount * 2.0")), "value: 'amount * 2.0' is not a name: write named('a_name'"),
        (declared(value=sum_(5)), "value: is a field, an expression or named(...), not 5"),  # type: ignore[arg-type]
        (declared(value=last(5)), "value: is a field, an expression or named(...), not 5"),  # type: ignore[arg-type]
        (declared(value=count), 'value: is an aggregate such as count() or sum_("amount"), not <function count'),
        (declared(value="amount"), "value: is an aggregate such as count() or sum_(\"amount\"), not 'amount'"),
        (declared(value=last_k(0, "amount")), "value: last_k says first how many decisions are kept, 1 to 100, not 0"),
        (declared(value=last_k(101, "amount")), "value: last_k says first how many decisions are kept, 1 to 100, not"),
        (declared(value=last_k("amount", "outcome")), "value: last_k says first how many"),  # type: ignore[arg-type]
        (declared(value=last_k(True, "amount")), "value: last_k says first how many decisions are kept"),
        (
            declared(value=last_k(67, "amount", "event_time", named("one", "1"))),
            "value: last_k keeps 200 values at most, not 67 decisions with 3 values each; keep 66 decisions",
        ),
        (declared(value=distinct("outcome", exact=0)), "value: distinct is exact up to a bound of 1 to 1,000, not 0"),
        (declared(value=distinct("outcome", exact=1_001)), "value: distinct is exact up to a bound of 1 to 1,000"),
        (declared(value=distinct("outcome", exact=1.5)), "value: distinct is exact up to"),  # type: ignore[arg-type]
        (declared(value=last_k(50, "reason")), f"value: {ITEM} 411,774 bytes, 409,654 of them for this variable"),
        (declared(window=timedelta(0)), "window: is a second at least"),
        (declared(window=30), "window: is a span such as days(30) or minutes(10), not 30"),
        (declared(window=hours(1), hop=5), "hop: is a span such as days(30) or minutes(10), not 5"),
        (declared(hop=hours(1)), "hop: without a window"),
        (
            declared(window=hours(1), hop=hours(2)),
            "hop: is from a millisecond to the window of 1:00:00, not 2:00:00",
        ),
        (declared(window=seconds(1), hop=timedelta(microseconds=9)), "hop: is from a millisecond to the window"),
        (
            declared(window=days(30), hop=seconds(10)),
            "hop: a window of days(30) moves by seconds(10) in 259,200 steps, and 10,000 is the most;"
            " choose hop=minutes(5) or longer",
        ),
        (declared(window=days(420)), "hop: a window of days(420) moves by hours(1) in 10,080 steps, and 10,000 is the"),
        (declared(version=0), "version: is a whole number from 1, raised by one at each change, not 0"),
        (declared(version="2"), "version: is a whole number from 1, raised by one at each change, not '2'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_is_named_with_its_place(variable: Variable, problem: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        compile_variables("shop", [variable], TYPES)
    assert str(refused.value).startswith(f"use case shop, variable {variable.name}, {problem}")


@pytest.mark.parametrize(
    ("value", "type_", "limit", "held"),
    [
        (count(), "long", None, {"v": Attribute("long")}),
        (sum_("amount"), "double", None, {"v": Attribute("double")}),
        (sum_("event_time / 2"), "long", None, {"v": Attribute("long")}),
        (min_("event_time"), "long", None, {"v": Attribute("long")}),
        (max_("amount * 2.0"), "double", None, {"v": Attribute("double")}),
        (avg("event_time"), "double", None, {"v": Attribute("double")}),
        (first("outcome"), "string", None, {"v": Attribute("string")}),
        (last(named("large", "amount > 9.0")), "boolean", None, {"v": Attribute("boolean")}),
        (
            first("amount", "reason"),
            "double",
            None,
            {"v__amount": Attribute("double"), "v__reason": Attribute("string")},
        ),
        (last_k(2, "outcome"), "string", 2, {"v": Attribute("string", is_list=True)}),
        (
            last_k(100, "event_time", named("large", "amount > 9.0")),
            "long",
            100,
            {"v__event_time": Attribute("long", is_list=True), "v__large": Attribute("boolean", is_list=True)},
        ),
        (distinct("merchant_id"), "long", 100, {"v": Attribute("long")}),
        (distinct("merchant_id + currency", exact=1_000), "long", 1_000, {"v": Attribute("long")}),
    ],
)
def test_an_aggregate_has_its_type_and_attributes(
    value: Aggregate, type_: str, limit: int | None, held: dict[str, Attribute]
) -> None:
    (entity,) = compile_variables("shop", [declared(value=value, version=3)], TYPES)
    (planned,) = entity.variables
    assert (planned.aggregate, planned.type, planned.limit, planned.version) == (value.kind, type_, limit, 3)
    assert attributes(planned) == held


@pytest.mark.parametrize("window", [seconds(1), minutes(10), hours(24), days(30), days(416), days(3_650)])
def test_the_hop_that_an_error_proposes_is_accepted(window: timedelta) -> None:
    try:
        compile_variables("shop", [declared(window=window, hop=timedelta(milliseconds=1))], TYPES)
    except DeclarationError as refused:
        proposed = eval(str(refused).partition("choose hop=")[2].removesuffix(" or longer"), vars(declare))
        compile_variables("shop", [declared(window=window, hop=proposed)], TYPES)
        assert window / proposed >= 400
    else:
        assert window == seconds(1)


def test_the_variables_of_one_key_share_what_an_item_can_hold() -> None:
    kept = [declared(name, value=last_k(20, "outcome")) for name in ("a", "b", "c")]
    with pytest.raises(DeclarationError, match="variable c, value: with it the item of this key could have 493,"):
        compile_variables("shop", kept, TYPES)
    kept[2] = declared("c", key="merchant_id", value=last_k(20, "outcome"))
    assert len(compile_variables("shop", kept, TYPES)) == 2


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
