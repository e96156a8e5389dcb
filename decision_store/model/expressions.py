"""Expressions over an event's fields: a strict part of CEL that means the same here and in the JVM.

Evaluation is CEL's own here (`common-expression-language`); in the JVM `dev.cel` parses and checks, and what runs is
held to `dev.cel`'s own runtime by a test (`operators.expression.Evaluators`). What may be written is what the
shared vectors (`tests/vectors/expressions.json`) show to agree in both; everything else is refused when a plan is
compiled, with its place. So strings are compared for equality only, whole numbers and doubles are never mixed, and
`size` and `matches` are missing. (Two differences are left. What is not a number, which only doubles beyond 1e154 can
become, fails when it is ordered here, and is in no order in the JVM. The smallest long `% -1` fails here, and is 0 in
the JVM.)

**Null and failure.** A nullable field may be null. `==`, `!=` and `in` take null as a value, and `null` itself is
compared with fields only; everything else fails on null (`null > 1`), as do division by zero and overflow of whole
numbers. `&&` and `||` ignore a failure on one side when the other side decides alone. An expression that fails has no
value: a `where` then does not match, and for a key, an argument or a derived field the event has none: it does not
count for this variable.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import cel

from decision_store.model.expression_checker import FieldType, checked_type
from decision_store.model.expression_errors import ExpressionError

__all__ = ["Expression", "ExpressionError", "FieldType", "NoValueError", "Value", "compile_expression"]

Value = str | int | float | bool


class NoValueError(Exception):
    """An expression failed on this event: it has no value."""


class Expression:
    """A checked expression; made by `compile_expression`.

    Attributes:
        source: as written.
        result: the type of its value.
        names: the fields it names.
    """

    def __init__(self, source: str, result: FieldType) -> None:
        self.source = source
        self.result = result
        self._program = cel.compile(source)
        self.names: frozenset[str] = frozenset(self._program.variables())

    def value(self, fields: Mapping[str, Value | None]) -> Value | None:
        """The value for one event.

        Args:
            fields: every field the expression may name, in its declared type.

        Raises:
            NoValueError: it fails on these fields.
        """
        # Only what it names: each field that is handed over is converted, which costs more than the evaluation.
        try:
            value: Value | None = self._program.execute({name: fields[name] for name in self.names})
        except (TypeError, ArithmeticError, ValueError, RuntimeError) as failure:
            raise NoValueError(f"{self.source}: {failure}") from None
        return value

    def matches(self, fields: Mapping[str, Value | None]) -> bool:
        """The value as a condition: one that fails does not match."""
        try:
            return self.value(fields) is True
        except NoValueError:
            return False


def compile_expression(source: str, fields: Mapping[str, FieldType]) -> Expression:
    """Parses and type-checks an expression.

    Args:
        source: CEL.
        fields: what it may name.

    Raises:
        ExpressionError: it is not in the part of CEL that means the same in both languages, names something unknown, or
            its types do not go together.
    """
    return _compiled(source, tuple(fields.items()))


@lru_cache(4_096)
def _compiled(source: str, fields: tuple[tuple[str, FieldType], ...]) -> Expression:
    """The reference compiles a plan anew at every look at the table; what was compiled once is kept."""
    return Expression(source, checked_type(source, dict(fields)))
