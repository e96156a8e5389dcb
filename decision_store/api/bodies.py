"""What callers send and get: the API's contract, with the examples shown in its documentation."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from decision_store.model.parts import MAX_REVISION, PartKind

EventTime = Annotated[
    int,
    Field(
        ge=0,
        le=253_402_300_799_999,  # the year 9999: larger numbers are micro- or nanoseconds
        description="epoch milliseconds, by the producer's clock",
        examples=[1700000000000],
    ),
]
Revision = Annotated[int, Field(ge=1, le=MAX_REVISION, description="counts the corrections of this part", examples=[1])]
Payload = Annotated[dict[str, Any], Field(description="conforms to the part's schema")]
SchemaReference = Annotated[
    str | None,
    Field(description="subject:version; the newest registered version when left out", examples=["check-credit:1"]),
]

_OUTCOME: JsonValue = {"outcome": "APPROVED", "checks": ["credit"], "policy": "checkout@7"}
_REQUEST: JsonValue = {"merchant_id": "m-17", "amount": 129.0, "currency": "EUR"}
_STORED_CHECK: JsonValue = {
    "decision_id": "d-1",
    "part": "check",
    "name": "credit",
    "revision": 1,
    "customer_id": "c-1",
    "event_time": 1700000000000,
    "schema": "check-credit:1",
    "payload": {"status": "PASSED", "score": 0.93},
}
_VIEW: JsonValue = {
    "decision_id": "d-1",
    "customer_id": "c-1",
    "complete": False,
    "missing": ["outcome", "request"],
    "event": None,
    "parts": [_STORED_CHECK],
    "invalid": [],
}


class PartOfDecision(BaseModel):
    """One part, inside the decision it belongs to."""

    model_config = ConfigDict(extra="forbid", strict=True)

    part: Annotated[PartKind, Field(strict=False)]
    name: str | None = Field(default=None, description="the check's name; only for a check", examples=["credit"])
    revision: Revision = 1
    event_time: EventTime
    schema_: SchemaReference = Field(default=None, alias="schema")
    payload: Payload


class PartBody(PartOfDecision):
    """One part of a decision."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "decision_id": "d-1",
                "customer_id": "c-1",
                "part": "check",
                "name": "credit",
                "revision": 1,
                "event_time": 1700000000000,
                "payload": {"status": "PASSED", "score": 0.93},
            }
        }
    )

    decision_id: str
    customer_id: str


class DecisionBody(BaseModel):
    """A decision with several of its parts; stored together or not at all."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "example": {
                "decision_id": "d-1",
                "customer_id": "c-1",
                "parts": [
                    {"part": "request", "event_time": 1700000000000, "payload": _REQUEST},
                    {"part": "outcome", "event_time": 1700000000100, "payload": _OUTCOME},
                ],
            }
        },
    )

    decision_id: str
    customer_id: str
    # DynamoDB takes 100 items in a transaction.
    parts: list[PartOfDecision] = Field(min_length=1, max_length=100)


class StoredPart(BaseModel):
    """A part as it is stored."""

    model_config = ConfigDict(json_schema_extra={"example": _STORED_CHECK})

    decision_id: str
    part: str
    name: str | None
    revision: int
    customer_id: str
    event_time: int
    schema_: str = Field(alias="schema")
    payload: dict[str, Any]


class InvalidPart(BaseModel):
    """An item of a decision that is none of its parts."""

    part_revision: str = Field(description="its sort key", examples=["check#credit#000002"])
    reason: str = Field(examples=["payload.status: expected one of PASSED, FAILED, REFERRED"])


class DecisionView(BaseModel):
    """A decision as the table has it now."""

    model_config = ConfigDict(json_schema_extra={"example": _VIEW})

    decision_id: str
    customer_id: str | None = Field(description="null when no item of the decision is valid")
    complete: bool
    missing: list[str] = Field(description="parts it waits for, as check#credit")
    event: dict[str, Any] | None = Field(description="the assembled decision, without the customer's history")
    parts: list[StoredPart] = Field(description="every revision of every part")
    invalid: list[InvalidPart] = Field(description="items that another program wrote and that do not conform")


class DecisionPage(BaseModel):
    """A page of a customer's decisions, newest first."""

    model_config = ConfigDict(json_schema_extra={"example": {"decisions": [_VIEW], "cursor": None}})

    decisions: list[DecisionView]
    cursor: str | None = Field(description="send it back for the next page; null on the last")


class Problem(BaseModel):
    """Why a request was refused."""

    detail: str = Field(
        examples=[
            "Revision 1 of check#credit of decision d-1 is stored with another body: "
            "send a correction under a higher revision."
        ]
    )
