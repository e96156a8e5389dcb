"""Endpoints that read variables."""

from __future__ import annotations

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, Field

from decision_store.api.bodies import Problem
from decision_store.api.identifiers import known_identifier
from decision_store.api.variable_table import Stored, VariableTable
from decision_store.model.entities import entity_key

router = APIRouter(
    tags=["variables"],
    responses={
        422: {"model": Problem, "description": "the entity cannot be a key"},
        503: {"model": Problem, "description": "DynamoDB does not answer, try again"},
    },
)
MAX_KEY_BYTES = 2_048  # DynamoDB's limit of a partition key


class Variables(BaseModel):
    """The variables of an entity."""

    entity: str = Field(examples=["customer_id=c-1"])
    use_cases: dict[str, dict[str, Stored]] = Field(
        description="values by use case, with as_of (ms) and version; a last_k is a list, the newest decision first;"
        " empty before any decision",
        examples=[{"fraud_prevention": {"declines_30d": 2, "as_of": 1700000000000, "version": 1700000000000001}}],
    )


@router.get(
    "/customers/{customer_id:path}/variables", response_model=Variables, dependencies=[Depends(known_identifier)]
)
def read_variables_of_customer(customer_id: str, request: Request) -> Variables:
    """The variables of a customer, of all use cases, in one read."""
    return read(entity_key([("customer_id", customer_id)]), request)


@router.get("/variables", response_model=Variables)
def read_variables(entity: str, request: Request) -> Variables:
    """The variables of any entity, by its key as stored: `customer_id=c-1|merchant_id=m-17`."""
    return read(entity, request)


def read(entity: str, request: Request) -> Variables:
    """The answer for one entity.

    Raises:
        HTTPException: 422, no entity has this key.
    """
    if not 1 <= len(entity.encode(errors="replace")) <= MAX_KEY_BYTES:
        raise HTTPException(422, f"entity: expected 1 to {MAX_KEY_BYTES:,} bytes in its percent-encoded form")
    table = request.app.state.variables
    assert isinstance(table, VariableTable)
    return Variables(entity=entity, use_cases=table.read(entity))
