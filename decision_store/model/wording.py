"""Declarations in words, as they are locked, listed and explained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from decision_store.model.expressions import FieldType, compile_expression
from decision_store.model.plan import PlanArgument, PlanEnrichment, PlanField, PlanKey, PlanVariable

_UNITS = (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000))


def span_text(milliseconds: int) -> str:
    """A span in the largest units that say it exactly: `30 d`, `1 h 30 min`, `250 ms`."""
    words = []
    for unit, size in _UNITS:
        number, milliseconds = divmod(milliseconds, size)
        if number:
            words.append(f"{number} {unit}")
    if milliseconds or not words:
        words.append(f"{milliseconds} ms")
    return " ".join(words)


def aggregate_text(variable: PlanVariable | PlanEnrichment) -> str:
    """The aggregate as it is declared: `last_k(5, outcome, amount)`."""
    name = f"{variable.aggregate}_" if variable.aggregate in ("sum", "min", "max") else variable.aggregate
    arguments = [_part_text(argument) for argument in variable.arguments]
    if isinstance(variable, PlanVariable) and variable.limit is not None:
        limit = str(variable.limit)
        arguments = [limit, *arguments] if variable.aggregate == "last_k" else [*arguments, f"exact={limit}"]
    return f"{name}({', '.join(arguments)})"


def key_text(key: Sequence[PlanKey]) -> str:
    """The key's parts as they are declared."""
    return ", ".join(_part_text(part) for part in key)


def fields_named(
    sources: Iterable[str], fields: Sequence[PlanField], types: Mapping[str, FieldType]
) -> tuple[PlanField, ...]:
    """The fields that expressions are made of, in the plan's order: named by them, or by a field they name.

    Args:
        sources: the expressions.
        fields: what they may name, in the plan's order.
        types: of these, and of whatever else they may name.
    """
    names = {name for source in sources for name in compile_expression(source, types).names}
    found = []
    for field in reversed(fields):  # a derived field names only fields before it
        if field.name in names:
            found.append(field)
            if field.expression is not None:
                names |= compile_expression(field.expression, types).names
    return tuple(reversed(found))


def expressions_of(variable: PlanVariable | PlanEnrichment, key: Sequence[PlanKey] = ()) -> list[str]:
    """Every expression of a variable with its key, or of an enrichment."""
    sources = [part.expression for part in key] + [part.expression for part in variable.arguments]
    return sources if variable.where is None else [*sources, variable.where]


def _part_text(part: PlanKey | PlanArgument) -> str:
    if part.name == part.expression or (isinstance(part, PlanArgument) and part.name == "value"):
        return part.expression
    return f"{part.name} = {part.expression}"
