"""The endpoint that answers what was decided about requests like this one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, Field

from decision_store.api.variable_table import Stored, Value, VariableTable
from decision_store.model.attributes import attributes
from decision_store.model.declarations import DeclarationError
from decision_store.model.interpreter import EntityKey, FieldReader, bucket_end
from decision_store.model.plan import PlanVariable
from decision_store.model.use_cases import declared_variables_plan

router = APIRouter(tags=["variables"])

REQUEST_FIELDS = frozenset({"customer_id", "merchant_id", "amount", "currency", "product"})
_NEEDED = {"decision_id", "outcome"}


class SimilarDecision(BaseModel):
    """A past decision under a declared similarity key."""

    use_case: str = Field(examples=["fraud_prevention"])
    variable: str = Field(examples=["similar_decision"])
    decision_id: str
    outcome: str = Field(examples=["APPROVED"])
    event_time: int | None = Field(description="epoch ms of the request; null when the variable does not keep it")
    age_ms: int | None = Field(description="since event_time; 0 when that is in the future")


class SimilarDecisions(BaseModel):
    """What was decided about requests like this one, by declared similarity; empty when there is nothing."""

    similar: list[SimilarDecision]


@dataclass(frozen=True, slots=True)
class Similarity:
    """A declared variable that keeps the last decision under a key of what a request has."""

    use_case: str
    variable: PlanVariable
    key: EntityKey


@dataclass(frozen=True, slots=True)
class Similarities:
    """Attributes: the declared similarities, and what derives fields such as the amount's band."""

    reader: FieldReader
    declared: tuple[Similarity, ...]


@cache
def declared_similarities() -> Similarities:
    """The similarities of all use cases.

    Raises:
        DeclarationError: a declaration cannot work.
    """
    plan = declared_variables_plan()
    reader = FieldReader(plan)
    known = reader.known_with(REQUEST_FIELDS)
    found = []
    for entity in plan.entities:
        key = EntityKey(entity, reader.types)
        if not key.names <= known:
            continue
        for variable in entity.variables:
            if variable.aggregate == "last" and {one.name for one in variable.arguments} >= _NEEDED:
                found.append(Similarity(entity.use_case, variable, key))
    return Similarities(reader, tuple(found))


@router.get("/similar-decisions", response_model=SimilarDecisions)
def read_similar_decisions(
    request: Request,
    customer_id: str,
    merchant_id: str,
    amount: Annotated[float, Query(allow_inf_nan=False)],
    currency: str,
    product: str | None = None,
) -> SimilarDecisions:
    """The last decision about a request like this one, for each declared similarity."""
    table = request.app.state.variables
    assert isinstance(table, VariableTable)
    try:
        similarities = declared_similarities()
    except (DeclarationError, FileNotFoundError) as broken:
        raise HTTPException(500, str(broken)) from None
    asked: dict[str, Value | None] = {
        "customer_id": customer_id,
        "merchant_id": merchant_id,
        "amount": amount,
        "currency": currency,
        "product": product,
    }
    return SimilarDecisions(similar=similar_to(asked, similarities, table.read, time.time_ns() // 1_000_000))


def similar_to(
    asked: dict[str, Value | None],
    similarities: Similarities,
    read: Callable[[str], dict[str, dict[str, Stored]]],
    now_ms: int,
) -> list[SimilarDecision]:
    """The similar decisions of a request.

    Args:
        asked: the request's fields.
        similarities: what is declared.
        read: the items of an entity by use case.
        now_ms: the wall clock; what is older than its window is left out, also when the table still has it.
    """
    fields = similarities.reader.derive(asked)
    items: dict[str, dict[str, dict[str, Stored]]] = {}
    found = []
    for similarity in similarities.declared:
        entity = similarity.key.of(fields)
        if entity is None:
            continue
        if entity not in items:
            items[entity] = read(entity)
        item = items[entity].get(similarity.use_case, {})
        if (one := _similar(similarity, item, now_ms)) is not None:
            found.append(one)
    return found


def _similar(similarity: Similarity, item: dict[str, Stored], now_ms: int) -> SimilarDecision | None:
    variable = similarity.variable
    names = zip((argument.name for argument in variable.arguments), attributes(variable), strict=True)
    values = {argument: item.get(attribute) for argument, attribute in names}
    decision_id, outcome, event_time = values["decision_id"], values["outcome"], values.get("event_time")
    if decision_id is None or outcome is None:
        return None
    age_ms = None
    if isinstance(event_time, int):
        window = variable.window_ms
        if window is not None and bucket_end(event_time, window, variable.hop_ms) <= now_ms:
            return None
        age_ms = max(0, now_ms - event_time)
    return SimilarDecision(
        use_case=similarity.use_case,
        variable=variable.name,
        decision_id=str(decision_id),
        outcome=str(outcome),
        event_time=event_time if isinstance(event_time, int) else None,
        age_ms=age_ms,
    )
