"""Endpoints that write and read decisions."""

from __future__ import annotations

import base64
import binascii
import json
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response

from decision_store.api.bodies import (
    DecisionBody,
    DecisionPage,
    DecisionView,
    PartBody,
    PartOfDecision,
    Problem,
    StoredPart,
)
from decision_store.api.decision_table import DecisionTable
from decision_store.model.assembly import Incomplete, assemble
from decision_store.model.parts import InvalidPartError, Part, subject_of
from decision_store.model.schemas import payload_schema, shipped_schemas
from decision_store.model.validation import InvalidPayloadError

router = APIRouter(tags=["decisions"])

FOREVER = 2**53 - 1  # the largest whole number every JSON reader keeps exactly

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    200: {"description": "stored before with the same body"},
    409: {"model": Problem, "description": "another body is stored under this revision"},
    413: {"model": Problem, "description": "over DynamoDB's 400 KB an item"},
    422: {"description": "a field does not fit; it is named"},
    503: {"model": Problem, "description": "DynamoDB does not answer; nothing was acknowledged, try again"},
}


@router.post("/parts", status_code=201, response_model=StoredPart, responses=_PROBLEMS)
def write_part(body: PartBody, request: Request, response: Response) -> StoredPart:
    """Stores one part of a decision; acknowledged only when DynamoDB has it. The same write again answers 200."""
    stored = table_of(request).write(part_from(body, body.decision_id, body.customer_id, ""))
    if not stored.created:
        response.status_code = 200
    return view_of_part(stored.part)


@router.post("/decisions", status_code=201, response_model=list[StoredPart], responses=_PROBLEMS)
def write_decision(body: DecisionBody, request: Request, response: Response) -> list[StoredPart]:
    """Stores several parts of a decision, all or none. Parts stored before with the same body are fine."""
    parts = [part_from(part, body.decision_id, body.customer_id, f"parts[{i}].") for i, part in enumerate(body.parts)]
    if len({part.sort_key for part in parts}) != len(parts):
        raise HTTPException(422, "parts: the same revision of the same part is given twice")
    stored = table_of(request).write_all(parts)
    if not any(one.created for one in stored):
        response.status_code = 200
    return [view_of_part(one.part) for one in stored]


@router.get("/decisions/{decision_id:path}", response_model=DecisionView, responses={404: {"model": Problem}})
def read_decision(decision_id: str, request: Request) -> DecisionView:
    """A decision with its parts and the history of their revisions."""
    parts = table_of(request).parts_of(decision_id)
    if not parts:
        raise HTTPException(404, f"There is no decision {decision_id}.")
    return view_of_decision(parts)


@router.get("/customers/{customer_id:path}/decisions", response_model=DecisionPage)
def read_decisions_of_customer(
    customer_id: str,
    request: Request,
    since: Annotated[int, Query(alias="from", ge=0, description="epoch ms of the request, inclusive")] = 0,
    until: Annotated[int, Query(alias="to", ge=0, description="epoch ms of the request, inclusive")] = FOREVER,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(description="of the page before")] = None,
) -> DecisionPage:
    """A customer's decisions in a span of time, newest first; a new one may take a moment to appear here."""
    table = table_of(request)
    requests, following = table.requests_of(customer_id, since, until, limit, decode_cursor(cursor))
    # A corrected request has two items in the index, next to each other unless its time was corrected too.
    decision_ids = [decision_id for decision_id, _ in groupby(requests, key=lambda part: part.decision_id)]
    decisions = [view_of_decision(table.parts_of(decision_id)) for decision_id in decision_ids]
    return DecisionPage(decisions=decisions, cursor=encode_cursor(following))


def part_from(body: PartOfDecision, decision_id: str, customer_id: str, path: str) -> Part:
    """The part in a body, validated against its schema.

    Args:
        body: what was posted.
        decision_id: the decision.
        customer_id: the customer.
        path: where in the body the part stands, for error messages.

    Raises:
        HTTPException: 422 naming the field.
    """
    subject = subject_of(body.part, body.name)
    text = json.dumps(body.payload, ensure_ascii=False, separators=(",", ":"))
    try:
        part = Part(
            decision_id=decision_id,
            kind=body.part,
            name=body.name,
            revision=body.revision,
            customer_id=customer_id,
            event_time=body.event_time,
            schema=body.schema_ or f"{subject}:1",
            payload=text,
        )
    except InvalidPartError as broken:
        raise HTTPException(422, f"{path}{broken}") from None
    if part.schema_version != 1 or part.subject not in shipped_schemas():
        raise HTTPException(422, f"{path}schema: there is no schema {part.schema}")
    try:
        payload_schema(part.subject).parse(text)
    except InvalidPayloadError as broken:
        raise HTTPException(422, f"{path}payload.{broken}") from None
    return part


def view_of_part(part: Part) -> StoredPart:
    """What callers see of a part."""
    return StoredPart(
        decision_id=part.decision_id,
        part=part.kind.value,
        name=part.name,
        revision=part.revision,
        customer_id=part.customer_id,
        event_time=part.event_time,
        schema=part.schema,
        payload=json.loads(part.payload),
    )


def view_of_decision(parts: list[Part]) -> DecisionView:
    """What callers see of a decision."""
    assembled = assemble(parts)
    missing, event = (assembled.missing, None) if isinstance(assembled, Incomplete) else ((), assembled)
    return DecisionView(
        decision_id=parts[0].decision_id,
        customer_id=parts[0].customer_id,
        complete=event is not None,
        missing=list(missing),
        event=event,
        parts=[view_of_part(part) for part in parts],
    )


def table_of(request: Request) -> DecisionTable:
    """The table this process writes to."""
    table = request.app.state.decisions
    assert isinstance(table, DecisionTable)
    return table


def encode_cursor(key: dict[str, Any] | None) -> str | None:
    """DynamoDB's last key as one opaque word."""
    return None if key is None else base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def decode_cursor(cursor: str | None) -> dict[str, Any] | None:
    """The key in a cursor.

    Raises:
        HTTPException: 422, it is not one of ours.
    """
    if cursor is None:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, ValueError):
        key = None
    if not isinstance(key, dict):
        raise HTTPException(422, "cursor: is not a cursor of an earlier page")
    return key
