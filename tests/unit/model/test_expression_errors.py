"""A mistake in an expression is shown as a compiler does: the line, and carets under the place."""

from __future__ import annotations

import pytest

from decision_store.declare import DeclarationError, Variable, count
from decision_store.model.compilation import compile_variables
from decision_store.model.expressions import ExpressionError, FieldType, compile_expression

FIELDS = {
    "outcome": FieldType("string"),
    "amount": FieldType("double"),
    "event_time": FieldType("long"),
    "late": FieldType("boolean", nullable=True),
}


def refused(source: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as raised:
        compile_expression(source, FIELDS)
    return raised.value


@pytest.mark.parametrize(
    ("source", "message", "carets"),
    [
        ("outcom == 'X' && amount > 5.0", "there is no field 'outcom'; did you mean 'outcome'?", "^^^^^^"),
        (
            "outcome == 'X' && zzz > 5.0",
            "there is no field 'zzz'; there are outcome, amount, event_time, late",
            "                  ^^^",
        ),
        (
            "amount >= 5",
            ">= needs one type on both sides, not double and long (write 1.0 for a double)",
            "       ^^",
        ),
        ("outcome == 'X' &&", "the expression ends too early", "                 ^"),
        ("outcome == 'X", '"\'" cannot be read here', "           ^"),
        ("late && amount > 1.0", "&& needs a boolean that is never null: compare it, as in (x == true)", "     ^^"),
        ("\toutcome > 'X'", "> orders numbers only, not string", "\t        ^"),
    ],
)
def test_the_place_is_marked(source: str, message: str, carets: str) -> None:
    error = refused(source)
    assert (error.message, error.source) == (message, source)
    assert error.excerpt() == f"{source}\n{carets}"
    assert error.line == 1
    assert error.column == len(carets) - error.length + 1
    assert str(error) == f"{message} (column {error.column})"


def test_of_several_lines_the_one_with_the_place_is_shown() -> None:
    error = refused("outcome == 'X'\n  && amont > 5.0\n  && late == true")
    assert (error.line, error.column, error.length) == (2, 6, 5)
    assert str(error) == "there is no field 'amont'; did you mean 'amount'? (line 2, column 6)"
    assert error.excerpt() == "  && amont > 5.0\n     ^^^^^"
    error = refused("outcome == 'X' &&\n")
    assert error.excerpt() == "outcome == 'X' &&\n                 ^"


@pytest.mark.parametrize("before", [0, 3, 40, 50, 51, 60, 200])
@pytest.mark.parametrize("after", [0, 30, 60, 200])
def test_of_a_long_line_the_part_around_the_place_is_shown(before: int, after: int) -> None:
    text = f"'{'a' * before}' == outcom && '{'b' * after}' == outcome"
    line, carets = refused(text).excerpt().split("\n")
    assert len(line) <= 102
    assert [line[at] for at, mark in enumerate(carets) if mark == "^"] == list("outcom")
    assert line.strip("…") in text
    assert text[max(0, text.index("outcom") - 40) : text.index("outcom")] in line
    assert line.startswith("…") is not text.startswith(line[:20])
    assert line.endswith("…") is not text.endswith(line[-20:])


def test_an_expression_that_is_too_long_has_no_place() -> None:
    error = refused("1" * 2_001)
    assert (str(error), error.line, error.column) == ("an expression has at most 2000 characters", None, None)
    assert error.excerpt() == ""


def declared(**changes: str) -> DeclarationError:
    with pytest.raises(DeclarationError) as raised:
        compile_variables(
            "fraud_prevention",
            [Variable(**({"name": "declines_30d", "key": "outcome", "value": count()} | changes))],  # type: ignore[arg-type]
            FIELDS,
        )
    return raised.value


def test_a_declaration_shows_it_below_use_case_variable_and_place() -> None:
    error = declared(where="outcom == 'DECLINED' && amount > 5.0")
    assert str(error) == (
        "use case fraud_prevention, variable declines_30d, where: there is no field 'outcom'; did you mean 'outcome'?\n"
        "  outcom == 'DECLINED' && amount > 5.0\n"
        "  ^^^^^^"
    )
    assert error.refused is not None
    assert (error.refused.line, error.refused.column, error.refused.length) == (1, 1, 6)


def test_a_declaration_names_the_line_of_a_long_condition() -> None:
    assert str(
        declared(
            where="""
        outcome == 'DECLINED'
        && amount = 5.0
    """
        )
    ) == (
        "use case fraud_prevention, variable declines_30d, where: '=' cannot be read here (line 3)\n"
        "          && amount = 5.0\n"
        "                    ^"
    )


def test_a_condition_of_another_type_is_marked_as_a_whole() -> None:
    assert str(declared(where=" amount * 2.0")).endswith(
        "where: a condition is a boolean, and this is a double\n   amount * 2.0\n   ^^^^^^^^^^^^"
    )
