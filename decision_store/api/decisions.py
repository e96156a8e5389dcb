"""Endpoints that write and read decisions."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response

from decision_store.api.bodies import (
    DecisionBody,
    DecisionPage,
    DecisionView,
    InvalidPart,
    PartBody,
    PartOfDecision,
    Problem,
    StoredPart,
)
from decision_store.api.decision_table import DecisionTable, InvalidCursorError, Posted
from decision_store.api.identifiers import known_identifier
from decision_store.api.part_schemas import PartSchemas, UnknownSchemaError
from decision_store.api.posted_text import payload_text, payload_texts
from decision_store.api.readings import Reading, below_payload, page_of_customer, reading_of
from decision_store.model.assembly import Incomplete, assemble
from decision_store.model.parts import InvalidPartError, Part, subject_of
from decision_store.model.validation import InvalidPayloadError

router = APIRouter(tags=["decisions"])

FOREVER = 2**53 - 1  # the largest whole number every JSON reader keeps exactly

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    200: {"description": "stored before with the same body"},
    409: {"model": Problem, "description": "another body is stored under this revision"},
    413: {"model": Problem, "description": "over DynamoDB's 400 KB a part, or 4 MB a decision"},
    422: {"description": "a field does not fit; it is named"},
    503: {"model": Problem, "description": "DynamoDB does not answer; nothing was acknowledged, try again"},
}


def table_of(request: Request) -> DecisionTable:
    """The table this process writes to."""
    table = request.app.state.decisions
    assert isinstance(table, DecisionTable)
    return table


def schemas_of(request: Request) -> PartSchemas:
    """The schemas payloads are validated against."""
    schemas = request.app.state.part_schemas
    assert isinstance(schemas, PartSchemas)
    return schemas


Table = Annotated[DecisionTable, Depends(table_of)]
Schemas = Annotated[PartSchemas, Depends(schemas_of)]
DecisionId = Annotated[str, Path(examples=["d-1"])]
CustomerId = Annotated[str, Path(examples=["c-1"])]
_READ: dict[int | str, dict[str, Any]] = {
    422: {"model": Problem, "description": "an identifier or a parameter does not fit; it is named"},
    503: _PROBLEMS[503],
}


@router.post("/parts", status_code=201, response_model=StoredPart, responses=_PROBLEMS)
def write_part(
    body: PartBody,
    payload: Annotated[str, Depends(payload_text)],
    table: Table,
    schemas: Schemas,
    response: Response,
) -> StoredPart:
    """Stores one part of a decision; acknowledged only when DynamoDB has it. The same write again answers 200."""
    stored = table.write(part_from(body, body.decision_id, body.customer_id, payload, schemas, ""))
    if not stored.created:
        response.status_code = 200
    return view_of_part(stored.part)


@router.post("/decisions", status_code=201, response_model=list[StoredPart], responses=_PROBLEMS)
def write_decision(
    body: DecisionBody,
    payloads: Annotated[list[str], Depends(payload_texts)],
    table: Table,
    schemas: Schemas,
    response: Response,
) -> list[StoredPart]:
    """Stores several parts of a decision, all or none. Parts stored before with the same body are fine."""
    if len(payloads) != len(body.parts):  # one parser takes what another refuses
        raise HTTPException(422, "parts: not JSON")
    posted = [
        part_from(part, body.decision_id, body.customer_id, payload, schemas, f"parts[{i}].")
        for i, (part, payload) in enumerate(zip(body.parts, payloads, strict=True))
    ]
    if len({one.part.sort_key for one in posted}) != len(posted):
        raise HTTPException(422, "parts: the same revision of the same part is given twice")
    stored = table.write_all(posted)
    if not any(one.created for one in stored):
        response.status_code = 200
    return [view_of_part(one.part) for one in stored]


@router.get(
    "/decisions/{decision_id:path}",
    response_model=DecisionView,
    responses=_READ | {404: {"model": Problem, "description": "there is no such decision"}},
    dependencies=[Depends(known_identifier)],
)
def read_decision(decision_id: DecisionId, table: Table, schemas: Schemas) -> DecisionView:
    """A decision with every revision of its parts, consistent with every write acknowledged before.

    Items that another program wrote and that do not conform are shown under `invalid` and left out of the event.
    """
    items = table.items_of(decision_id)
    if not items:
        raise HTTPException(404, f"There is no decision {decision_id}.")
    return view_of_decision(reading_of(items, schemas), schemas)


@router.get(
    "/customers/{customer_id:path}/decisions",
    response_model=DecisionPage,
    responses=_READ,
    dependencies=[Depends(known_identifier)],
)
def read_decisions_of_customer(
    customer_id: CustomerId,
    table: Table,
    schemas: Schemas,
    since: Annotated[int, Query(alias="from", ge=0, le=FOREVER, description="epoch ms, inclusive")] = 0,
    until: Annotated[int, Query(alias="to", ge=0, le=FOREVER, description="epoch ms, inclusive")] = FOREVER,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(description="of the page before")] = None,
) -> DecisionPage:
    """A customer's decisions in a span of time, newest first, each once, at the time of its newest request.

    A new decision, or one whose request was corrected, may take a moment to appear here. Ask with the same span on
    every page; a page may be short, and only the last has no cursor.
    """
    if since > until:
        return DecisionPage(decisions=[], cursor=None)
    try:
        key = decode_cursor(cursor)
        readings, following = page_of_customer(table, schemas, customer_id, since, until, limit, key)
    except InvalidCursorError:
        raise HTTPException(422, "cursor: is not a cursor of an earlier page") from None
    return DecisionPage(decisions=[view_of_decision(one, schemas) for one in readings], cursor=encode_cursor(following))


def part_from(
    body: PartOfDecision, decision_id: str, customer_id: str, payload: str, schemas: PartSchemas, path: str
) -> Posted:
    """The part in a body, validated against its schema.

    Args:
        body: what was posted.
        decision_id: the decision.
        customer_id: the customer.
        payload: its text in the body.
        schemas: what payloads are validated against.
        path: where in the body the part stands, for error messages.

    Raises:
        HTTPException: 422 naming the field.
    """
    try:
        part = Part(
            decision_id=decision_id,
            kind=body.part,
            name=body.name,
            revision=body.revision,
            customer_id=customer_id,
            event_time=body.event_time,
            schema=body.schema_ or f"{subject_of(body.part, body.name)}:1",
            payload=payload,
        )
        if body.schema_ is None:
            part = replace(part, schema=schemas.newest(part.subject))
        schemas.payload_schema(part.schema).parse(payload)
    except InvalidPartError as broken:
        raise HTTPException(422, f"{path}{broken}") from None
    except UnknownSchemaError as unknown:
        raise HTTPException(422, f"{path}schema: {unknown}") from None
    except InvalidPayloadError as broken:
        raise HTTPException(422, f"{path}{below_payload(broken)}") from None
    return Posted(part, schema_named=body.schema_ is not None)


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


def view_of_decision(reading: Reading, schemas: PartSchemas) -> DecisionView:
    """What callers see of a decision."""
    assembled: dict[str, Any] | Incomplete = Incomplete(reading.decision_id, ("outcome", "request"))
    if reading.parts:
        assembled = assemble(reading.parts, schemas.payload_schema)
    missing, event = (assembled.missing, None) if isinstance(assembled, Incomplete) else ((), assembled)
    return DecisionView(
        decision_id=reading.decision_id,
        customer_id=reading.customer_id,
        complete=event is not None,
        missing=list(missing),
        event=event,
        parts=[view_of_part(part) for part in reading.parts],
        invalid=[InvalidPart(part_revision=one.part_revision, reason=one.reason) for one in reading.invalid],
    )


def encode_cursor(key: dict[str, Any] | None) -> str | None:
    """DynamoDB's last key as one opaque word."""
    return None if key is None else base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def decode_cursor(cursor: str | None) -> dict[str, Any] | None:
    """The key in a cursor.

    Raises:
        InvalidCursorError: it is not one of ours.
    """
    if cursor is None:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, ValueError, RecursionError):
        key = None
    if not isinstance(key, dict) or not key:
        raise InvalidCursorError(cursor)
    return key
