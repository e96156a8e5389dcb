"""What is wrong with an expression, and where: as a compiler shows it, with a caret under the place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_WIDTH = 100  # of the line that is shown: what a terminal has, so that the caret stays under its place


class ExpressionError(ValueError):
    """An expression that is refused.

    Its text is one line: the message and the column. `excerpt` shows the place.

    Attributes:
        message: what is wrong.
        source: the expression as written.
        line: of the place, from 1; None when the whole expression is meant.
        column: of the place in its line, from 1; None when the whole expression is meant.
        length: how many characters of that line are meant, 1 at least.
    """

    def __init__(self, message: str, source: str, offset: int | None = None, length: int = 1) -> None:
        self.message = message
        self.source = source
        self.line: int | None = None
        self.column: int | None = None
        self.length = 1
        if offset is not None:
            start = source.rfind("\n", 0, offset) + 1
            self.line = source.count("\n", 0, offset) + 1
            self.column = offset - start + 1
            self.length = max(1, min(length, len(self._text) - self.column + 1))
        super().__init__(message + self._where())

    def excerpt(self) -> str:
        """The line of the place and, below it, carets under the place; "" when the whole expression is meant."""
        if self.line is None or self.column is None:
            return ""
        text, at = self._text.rstrip(), self.column - 1
        cut = max(0, at - _WIDTH // 2) if len(text) > _WIDTH else 0
        shown = ("…" if cut else "") + text[cut : cut + _WIDTH] + ("…" if cut + _WIDTH < len(text) else "")
        before = ("…" if cut else "") + self._text[cut:at]
        blank = "".join("\t" if character == "\t" else " " for character in before)
        return f"{shown}\n{blank}{'^' * min(self.length, max(1, len(shown) - len(before)))}"

    @property
    def several_lines(self) -> bool:
        """Whether the expression has more than one line, so that a place needs its line."""
        return "\n" in self.source.strip()

    @property
    def _text(self) -> str:
        return self.source.split("\n")[(self.line or 1) - 1]

    def _where(self) -> str:
        if self.column is None:
            return ""
        return f" (line {self.line}, column {self.column})" if self.several_lines else f" (column {self.column})"


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """The sentence about a name that there is not: with the name that was probably meant, else with all there are.

    Args:
        what: kind of thing, such as "field".
        name: as written.
        known: the names there are.
    """
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(names) or 'none'}"
    return f"there is no {what} {name!r}; {hint}"
