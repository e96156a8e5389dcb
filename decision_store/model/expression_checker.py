"""What may be written in an expression, and the type of its value: see `expressions`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from decision_store.model.expression_errors import ExpressionError, unknown
from decision_store.model.plan import ValueType

CEL_WORD = re.compile(
    "as|bool|break|bytes|const|continue|double|dyn|else|false|for|function|if|import|in|int|let|list|loop|map|namespace"
    "|null|null_type|package|return|string|true|type|uint|var|void|while"
)
"""What no field can be called: CEL's reserved words and the names of its types."""
MAX_LENGTH = 2_000
MAX_DEPTH = 30  # the parsers of both languages go deeper; no expression a person reads does
_LONG_MAX = 2**63 - 1
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<double>[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)
    |(?P<long>[0-9]+)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<string>'(?:[^'\\\r\n]|\\['"\\nrt])*'|"(?:[^"\\\r\n]|\\['"\\nrt])*")
    |(?P<operator>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]])""",
    re.VERBOSE,
)
_METHODS = ("startsWith", "endsWith", "contains")
_CONVERSIONS: dict[str, ValueType] = {"string": "string", "double": "double"}


@dataclass(frozen=True, slots=True)
class FieldType:
    """What is known of a value before there is one."""

    type: ValueType
    nullable: bool = False


def checked_type(source: str, fields: Mapping[str, FieldType]) -> FieldType:
    """The type of an expression's value.

    Args:
        source: CEL.
        fields: what it may name.

    Raises:
        ExpressionError: it is not in the part of CEL that means the same in both languages, names something unknown, or
            its types do not go together.
    """
    return _Checker(source, fields).result()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    offset: int


_NULL = "null"


@dataclass(frozen=True, slots=True)
class _Checked:
    """A checked part.

    Attributes:
        type: of the value; 'null' for the literal.
        nullable: whether it may be null.
        field: whether it is a field, or a choice between fields: only they have a type that null goes with in the JVM.
        literal: whether it is one literal.
        zero: whether that is a zero.
    """

    type: str
    nullable: bool = False
    field: bool = False
    literal: bool = False
    zero: bool = False


class _Checker:
    """CEL's grammar, as far as it is allowed, by recursive descent; types are found on the way."""

    def __init__(self, source: str, fields: Mapping[str, FieldType]) -> None:
        if len(source) > MAX_LENGTH:
            raise ExpressionError(f"an expression has at most {MAX_LENGTH} characters", source)
        self._source = source
        self._tokens = _tokens(source)
        self._next = 0
        self._depth = 0
        self._fields = fields

    def result(self) -> FieldType:
        checked = self._expression()
        if self._token.kind != "end":
            self._fail(f"{self._token.text!r} is not expected here")
        for scalar in ("string", "long", "double", "boolean"):
            if checked.type == scalar:
                return FieldType(scalar, checked.nullable)
        self._fail("null alone is not a value")

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _fail(self, what: str, token: _Token | None = None) -> NoReturn:
        place = token or self._token
        raise ExpressionError(what, self._source, place.offset, len(place.text))

    def _take(self, *operators: str) -> _Token | None:
        token = self._token
        if token.kind in ("operator", "name") and token.text in operators:
            self._next += 1
            return token
        return None

    def _expect(self, operator: str) -> None:
        if not self._take(operator):
            self._fail(f"expected {operator!r}, got {self._token.text or 'the end'!r}")

    def _expression(self) -> _Checked:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._fail(f"more than {MAX_DEPTH} levels of brackets or choices")
        checked = self._or()
        if question := self._take("?"):
            self._boolean(checked, question)
            first = self._or()
            self._expect(":")
            second = self._expression()
            if _NULL in (first.type, second.type):
                self._fail("null can only be compared with == and !=", question)
            if first.type != second.type:
                self._fail(f"both sides of ? : need one type, not {first.type} and {second.type}", question)
            checked = _Checked(first.type, first.nullable or second.nullable, first.field and second.field)
        self._depth -= 1
        return checked

    def _or(self) -> _Checked:
        return self._logical("||", lambda: self._logical("&&", self._relation))

    def _logical(self, operator: str, operand: Any) -> _Checked:
        left: _Checked = operand()
        while token := self._take(operator):
            self._boolean(left, token)
            self._boolean(operand(), token)
            left = _Checked("boolean")
        return left

    def _boolean(self, checked: _Checked, operator: _Token) -> None:
        if checked.type != "boolean":
            self._fail(f"{operator.text} needs a boolean, not {checked.type}", operator)
        if checked.nullable:  # null && false: false in Python, a failure in the JVM
            self._fail(f"{operator.text} needs a boolean that is never null: compare it, as in (x == true)", operator)

    def _relation(self) -> _Checked:
        left = self._sum()
        while operator := self._take("==", "!=", "<", "<=", ">", ">=", "in"):
            if operator.text == "in":
                self._membership(left, operator)
            elif operator.text in ("==", "!="):
                self._equality(left, self._sum(), operator)
            else:
                self._same(left, self._sum(), operator)
                if left.type not in ("long", "double"):
                    self._fail(f"{operator.text} orders numbers only, not {left.type}", operator)
            left = _Checked("boolean")
        return left

    def _equality(self, left: _Checked, right: _Checked, operator: _Token) -> None:
        if _NULL not in (left.type, right.type):
            self._same(left, right, operator)
        elif not all(side.field or side.type == _NULL for side in (left, right)):
            self._fail(f"{operator.text} compares null with a field only, not with what is calculated", operator)

    def _membership(self, left: _Checked, operator: _Token) -> None:
        if left.type == _NULL:
            self._fail("null can only be compared with == and !=", operator)
        self._expect("[")
        while True:
            item = self._unary()
            if not item.literal or item.type == _NULL:
                self._fail("a list after in holds literals only", operator)
            self._same(left, item, operator)
            if not self._take(","):
                break
        self._expect("]")

    def _same(self, left: _Checked, right: _Checked, operator: _Token) -> None:
        if left.type != right.type:
            hint = " (write 1.0 for a double)" if {left.type, right.type} == {"long", "double"} else ""
            self._fail(
                f"{operator.text} needs one type on both sides, not {left.type} and {right.type}{hint}", operator
            )

    def _sum(self) -> _Checked:
        return self._arithmetic(("+", "-"), lambda: self._arithmetic(("*", "/", "%"), self._unary))

    def _arithmetic(self, operators: tuple[str, ...], operand: Any) -> _Checked:
        left: _Checked = operand()
        while operator := self._take(*operators):
            right: _Checked = operand()
            self._same(left, right, operator)
            if (operator.text, left.type) == ("/", "double") and (right.zero or not right.literal):
                self._fail("a double is divided by a literal other than 0 only", operator)  # 0.0 / 0.0 is no number
            allowed = {"+": ("long", "double", "string"), "%": ("long",)}.get(operator.text, ("long", "double"))
            if left.type not in allowed:
                self._fail(f"{operator.text} takes {' or '.join(allowed)}, not {left.type}", operator)
            left = _Checked(left.type)
        return left

    def _unary(self) -> _Checked:
        if operator := self._take("!"):
            self._depth += 1
            if self._depth > MAX_DEPTH:
                self._fail("too many !")
            checked = self._unary()
            self._depth -= 1
            self._boolean(checked, operator)
            return _Checked("boolean")
        if operator := self._take("-"):
            if self._token.kind not in ("long", "double"):  # -x of the smallest long wraps in Python, fails in the JVM
                self._fail("- stands before a number or between two values: write 0 - x", operator)
            return self._member(self._number(negative=True))
        return self._member(self._primary())

    def _member(self, checked: _Checked) -> _Checked:
        while self._take("."):
            method = self._token
            if method.text not in _METHODS:
                self._fail(f"there is no .{method.text}; strings have {', '.join(_METHODS)}")
            self._next += 1
            self._expect("(")
            argument = self._expression()
            self._expect(")")
            if (checked.type, argument.type) != ("string", "string"):
                self._fail(f"{method.text} takes strings, not {checked.type} and {argument.type}", method)
            checked = _Checked("boolean")
        return checked

    def _primary(self) -> _Checked:
        token = self._token
        if token.kind in ("long", "double"):
            return self._number(negative=False)
        self._next += 1
        if token.kind == "string":
            return _Checked("string", literal=True)
        if token.text == "(":
            checked = self._expression()
            self._expect(")")
            return _Checked(checked.type, checked.nullable, checked.field)
        if token.kind == "name":
            return self._name(token)
        self._next -= 1
        self._fail(f"{token.text!r} is not expected here" if token.text else "the expression ends too early")

    def _name(self, token: _Token) -> _Checked:
        if token.text in ("true", "false"):
            return _Checked("boolean", literal=True)
        if token.text == "null":
            return _Checked(_NULL, nullable=True, literal=True)
        if self._take("("):
            if token.text not in _CONVERSIONS:
                self._fail(f"there is no function {token.text}; there are {', '.join(_CONVERSIONS)}", token)
            argument = self._expression()
            self._expect(")")
            if argument.type != "long":  # a double's digits differ between the languages
                self._fail(f"{token.text}() takes a long, not {argument.type}", token)
            return _Checked(_CONVERSIONS[token.text])
        field = self._fields.get(token.text)
        if field is None:
            self._fail(unknown("field", token.text, self._fields), token)
        return _Checked(field.type, field.nullable, field=True)

    def _number(self, *, negative: bool) -> _Checked:
        token = self._token
        self._next += 1
        if token.kind == "long" and int(token.text) > _LONG_MAX + negative:
            self._fail(f"{token.text} does not fit a long", token)
        if token.kind == "double" and not math.isfinite(float(token.text)):
            self._fail(f"{token.text} does not fit a double", token)
        return _Checked(token.kind, literal=True, zero=float(token.text) == 0)


def _tokens(source: str) -> list[_Token]:
    tokens, at = [], 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise ExpressionError(f"{source[at]!r} cannot be read here", source, at)
        if match.lastgroup and match.lastgroup != "space":
            tokens.append(_Token(match.lastgroup, match.group(), at))
        at = match.end()
    return [*tokens, _Token("end", "", len(source.rstrip()))]
