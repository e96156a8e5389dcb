"""Expressions mean the same in both languages: the vectors are read by the JVM's tests too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from decision_store.model.expressions import (
    ExpressionError,
    FieldType,
    NoValueError,
    compile_expression,
)

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "expressions.json").read_text(encoding="utf-8"))
FIELDS = {name: FieldType(field["type"], field.get("nullable", False)) for name, field in VECTORS["fields"].items()}


def title(vector: dict[str, Any]) -> str:
    return f"{vector['expression']} {vector.get('values') or ''}"[:60]


@pytest.mark.parametrize("vector", VECTORS["evaluated"], ids=title)
def test_an_expression_has_the_value_that_the_vectors_say(vector: dict[str, Any]) -> None:
    expression = compile_expression(vector["expression"], FIELDS)
    assert expression.result.type == vector["type"]
    fields = VECTORS["values"] | vector["values"]
    if vector.get("fails"):
        with pytest.raises(NoValueError):
            expression.value(fields)
        assert not expression.matches(fields)
    else:
        value = expression.value(fields)
        assert (type(value), value) == (type(vector["result"]), vector["result"])


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=title)
def test_what_does_not_mean_the_same_everywhere_is_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(ExpressionError) as refused:
        compile_expression(vector["expression"], FIELDS)
    assert str(refused.value) == vector["error"]
