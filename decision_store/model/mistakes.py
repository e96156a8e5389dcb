"""Finds every mistake in declarations, where compiling them stops at the first."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from decision_store.model.aggregates import count
from decision_store.model.declarations import DeclarationError

Declaration = TypeVar("Declaration")
Compiled = TypeVar("Compiled")

_PLACE = re.compile(r"use case [^,]*, \w+ [^,]*, (?P<place>\w+): ")
_UNNAMED = "unnamed"

# By the place that is refused, what it is replaced with, so that the other mistakes of a declaration are found too.
HARMLESS_IN_VARIABLE: Mapping[str, Mapping[str, Any]] = {
    "name": {"name": _UNNAMED},
    "key": {"key": "customer_id"},
    "where": {"where": None},
    "value": {"value": count()},
    "window": {"window": None, "hop": None},
    "hop": {"hop": None},
    "version": {"version": 1},
}
HARMLESS_IN_ENRICHMENT: Mapping[str, Mapping[str, Any]] = {
    "name": {"name": _UNNAMED},
    "where": {"where": None},
    "value": {"value": count()},
    "same": {"same": ()},
    "window": {"window": None},
}
HARMLESS_IN_RULE: Mapping[str, Mapping[str, Any]] = {"name": {"name": _UNNAMED}, "when": {"when": "true"}}


def without_mistakes(
    declared: Sequence[Declaration],
    compile_all: Callable[[Sequence[Declaration]], Compiled],
    told: Callable[[str], None],
    harmless: Mapping[str, Mapping[str, Any]] | None = None,
) -> Compiled:
    """Compiles what can be compiled together, and tells what is wrong with the rest.

    Args:
        declared: all of one kind and use case, in their order; one may need those before it.
        compile_all: compiles some of them; raises DeclarationError at the first mistake.
        told: called with the sentence of each mistake.
        harmless: such as `HARMLESS_IN_VARIABLE`, for declarations that do not need each other; without it one mistake
            of each declaration is found.
    """
    try:
        return compile_all(declared)
    except DeclarationError:
        pass  # found again below, with the others
    good: list[Declaration] = []
    for one in declared:
        found = _mistakes_of(one, compile_all, harmless) if harmless else []
        if not found:
            try:
                compile_all([*good, one])
                good.append(one)
            except DeclarationError as refused:  # beside the others
                found.append(str(refused))
        for sentence in found:
            told(sentence)
    return compile_all(good)


def _mistakes_of(
    one: Any, compile_all: Callable[[Sequence[Any]], object], harmless: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    found: list[str] = []
    trial = one
    while True:
        try:
            compile_all([trial])
            return found
        except DeclarationError as refused:
            sentence = str(refused).replace(f" {_UNNAMED},", f" {one.name},", 1) if trial is not one else str(refused)
            if sentence in found:  # what should be harmless is not: there is no more to be found
                return found
            found.append(sentence)
            place = _PLACE.match(sentence)
            if place is None or place["place"] not in harmless:
                return found
            trial = replace(trial, **harmless[place["place"]])
