"""Reads and writes of the append-only decision table.

Every write is conditional on the item's absence, so that a revision, once acknowledged, is never replaced, and two
writers of one revision cannot both win. There is no read before a write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from decision_store.api.tables import CUSTOMER_INDEX
from decision_store.model.parts import Part
from decision_store.model.validation import parse_json

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_ITEM_BYTES = 400 * 1024  # DynamoDB's limit of an item: names and values together
_ABSENT = "attribute_not_exists(decision_id)"
_TRANSACTION_CONFLICTS = ("TransactionConflict", "TransactionInProgressException")
_CONFLICT_RETRIES = 5


class RevisionUsedError(Exception):
    """Another body is stored under a revision; the message names decision, part and revision."""


class PartTooLargeError(ValueError):
    """A part over DynamoDB's limit of an item."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A part as the table has it.

    Attributes:
        part: the stored part; of a repeated write, what the first one stored.
        created: whether this write stored it.
    """

    part: Part
    created: bool


class DecisionTable:
    """The table `decisions`.

    Args:
        client: of DynamoDB; may be shared between threads.
        name: the table's name.
    """

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def write(self, part: Part) -> Stored:
        """Stores one part; the same part again changes nothing.

        Raises:
            RevisionUsedError: the revision holds another body.
            PartTooLargeError: over 400 KB.
        """
        check_size(part)
        try:
            self._client.put_item(
                TableName=self._name,
                Item=to_attributes(part),
                ConditionExpression=_ABSENT,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as refused:
            stored: dict[str, Any] = refused.response["Item"]  # type: ignore[typeddict-item]  # the stubs lack it
            return Stored(same_or_refuse(part, from_attributes(stored)), created=False)
        return Stored(part, created=True)

    def write_all(self, parts: Sequence[Part]) -> list[Stored]:
        """Stores all parts of a decision or none; parts stored before with the same body are fine.

        Raises:
            RevisionUsedError: a revision holds another body; nothing was stored.
            PartTooLargeError: a part is over 400 KB; nothing was stored.
        """
        for part in parts:
            check_size(part)
        known: dict[str, Part] = {}
        conflicts = 0
        while missing := [part for part in parts if part.sort_key not in known]:
            try:
                self._client.transact_write_items(TransactItems=[self._put(part) for part in missing])
            except self._client.exceptions.TransactionCanceledException as cancelled:
                reasons = cancelled.response["CancellationReasons"]
                stored = {
                    part.sort_key: same_or_refuse(part, from_attributes(reason["Item"]))
                    for part, reason in zip(missing, reasons, strict=True)
                    if reason["Code"] == "ConditionalCheckFailed"
                }
                known |= stored
                conflicts += not stored
                lasting = any(reason["Code"] not in ("None", *_TRANSACTION_CONFLICTS) for reason in reasons)
                if not stored and (lasting or conflicts > _CONFLICT_RETRIES):
                    raise
            else:
                break
        return [Stored(known.get(part.sort_key, part), part.sort_key not in known) for part in parts]

    def parts_of(self, decision_id: str) -> list[Part]:
        """Every revision of every part of a decision, by part and revision; consistent with all acknowledged writes."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            ConsistentRead=True,
            KeyConditionExpression="decision_id = :id",
            ExpressionAttributeValues={":id": {"S": decision_id}},
        )
        return [from_attributes(item) for page in pages for item in page["Items"]]

    def requests_of(
        self, customer_id: str, since: int, until: int, limit: int, after: dict[str, Any] | None
    ) -> tuple[list[Part], dict[str, Any] | None]:
        """A page of a customer's requests, newest first (eventually consistent: it is read from an index).

        Args:
            customer_id: whose.
            since: first event time, epoch ms, inclusive.
            until: last event time, epoch ms, inclusive.
            limit: requests a page.
            after: the key the page before returned.

        Returns:
            The requests, and the key for the next page or None.
        """
        start = {"ExclusiveStartKey": after} if after else {}
        page = self._client.query(
            TableName=self._name,
            IndexName=CUSTOMER_INDEX,
            KeyConditionExpression="customer_id = :customer AND requested_at BETWEEN :since AND :until",
            ExpressionAttributeValues={
                ":customer": {"S": customer_id},
                ":since": {"N": str(since)},
                ":until": {"N": str(until)},
            },
            ScanIndexForward=False,
            Limit=limit,
            **start,  # type: ignore[arg-type]  # mypy cannot match an unpacked dict to one argument
        )
        return [from_attributes(item) for item in page["Items"]], page.get("LastEvaluatedKey")

    def _put(self, part: Part) -> Any:
        return {
            "Put": {
                "TableName": self._name,
                "Item": to_attributes(part),
                "ConditionExpression": _ABSENT,
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }


def to_attributes(part: Part) -> dict[str, Any]:
    """The item in DynamoDB's attribute values."""
    serializer = TypeSerializer()
    return {name: serializer.serialize(value) for name, value in part.to_item().items()}


def from_attributes(item: Mapping[str, Any]) -> Part:
    """The part in an item of DynamoDB's attribute values."""
    deserializer = TypeDeserializer()
    return Part.from_item({name: deserializer.deserialize(value) for name, value in item.items()})


def same_or_refuse(part: Part, stored: Part) -> Part:
    """The stored part if it says the same: payloads are compared as JSON, not as text.

    Raises:
        RevisionUsedError: it says something else.
    """
    same_fields = (part.customer_id, part.event_time, part.schema) == (
        stored.customer_id,
        stored.event_time,
        stored.schema,
    )
    if same_fields and _comparable(part.payload) == _comparable(stored.payload):
        return stored
    raise RevisionUsedError(
        f"Revision {part.revision} of {part.label} of decision {part.decision_id} is stored with another body: "
        f"send a correction under a higher revision."
    )


def check_size(part: Part) -> None:
    """Refuses what DynamoDB would refuse, with a sentence.

    Raises:
        PartTooLargeError: over 400 KB.
    """
    size = sum(len(name) + len(str(value).encode()) for name, value in part.to_item().items())
    if size > MAX_ITEM_BYTES:
        raise PartTooLargeError(
            f"payload: the part takes {size:,} bytes and DynamoDB stores at most {MAX_ITEM_BYTES:,} in an item: "
            f"keep large documents elsewhere and refer to them."
        )


def _comparable(payload: str) -> Any:
    """JSON in which 1 and 1.0 are one number, and true and 1 are not."""
    return _tagged(parse_json(payload))


def _tagged(value: Any) -> Any:
    match value:
        case bool():
            return ("boolean", value)
        case int() | float():
            return ("number", Decimal(str(value)))
        case list():
            return [_tagged(item) for item in value]
        case dict():
            return {key: _tagged(item) for key, item in value.items()}
        case _:
            return value
