"""Where a declaration stands, so that an error names use case, name and place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from decision_store.errors import ActionableError
from decision_store.model.expression_checker import CEL_WORD
from decision_store.model.expressions import Expression, ExpressionError, FieldType, compile_expression

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
NAMES = "a name has lower-case letters, digits and _, a letter first, 64 characters at most"


class DeclarationError(ActionableError):
    """A declaration that cannot work; the message names use case, variable and place, and shows the expression.

    Attributes:
        refused: what is wrong with which expression; None when the mistake is not in an expression.
    """

    def __init__(self, message: str, refused: ExpressionError | None = None) -> None:
        self.refused = refused
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Declared:
    """One declared thing of a use case, and what its expressions may name.

    Attributes:
        use_case: whose it is.
        kind: "variable", "enrichment", "rule" or "field".
        name: of the thing, as declared.
        fields: by name, the types of what its expressions may name.
    """

    use_case: str
    kind: str
    name: object
    fields: Mapping[str, FieldType]

    def fail(self, place: str, problem: str | ExpressionError) -> NoReturn:
        """Refuses the declaration.

        Args:
            place: the argument that is wrong, such as `where`.
            problem: a sentence, or what is wrong with an expression.

        Raises:
            DeclarationError: always.
        """
        begin = f"use case {self.use_case}, {self.kind} {self.name}, {place}: "
        if isinstance(problem, str):
            raise DeclarationError(begin + problem)
        line = f" (line {problem.line})" if problem.line is not None and problem.several_lines else ""
        shown = "".join(f"\n  {text}" for text in problem.excerpt().splitlines())
        raise DeclarationError(begin + problem.message + line + shown, problem) from None

    def check_name(self) -> None:
        """Refuses a name that cannot be one."""
        if not (isinstance(self.name, str) and NAME.fullmatch(self.name)):
            self.fail("name", NAMES)

    def check_field_name(self) -> None:
        """Refuses a name that expressions could not say."""
        self.check_name()
        if CEL_WORD.fullmatch(str(self.name)):
            self.fail("name", "is a word of CEL, so no expression could say it; take another")

    def compile(self, place: str, source: object) -> Expression:
        """A checked expression; one that is refused is shown."""
        if not isinstance(source, str):
            self.fail(place, f"an expression is a text in quotes, not {source!r}")
        try:
            return compile_expression(source, self.fields)
        except ExpressionError as refused:
            self.fail(place, refused)

    def condition(self, place: str, source: object) -> Expression:
        """A checked expression that is true or false."""
        expression = self.compile(place, source)
        if expression.result.type != "boolean":
            what = f"a condition is a boolean, and this is a {expression.result.type}"
            self.fail(place, whole(what, expression.source))
        return expression


def whole(what: str, source: str) -> ExpressionError:
    """A mistake that is not at one place of an expression; all of its first line is marked."""
    lead = len(source) - len(source.lstrip())
    return ExpressionError(what, source, lead, len(source.strip().split("\n")[0]))
