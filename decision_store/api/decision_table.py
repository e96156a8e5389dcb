"""Reads and writes of the append-only decision table.

Every write is conditional on the item's absence, so that a revision, once acknowledged, is never replaced, and two
writers of one revision cannot both win. There is no read before a write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeSerializer
from botocore.exceptions import ClientError, ParamValidationError

from decision_store.api.limits import check_size
from decision_store.api.tables import CUSTOMER_INDEX
from decision_store.api.waiting import BusyError, is_conflict, is_transient, waits
from decision_store.model.parts import InvalidPartError, Part
from decision_store.model.validation import InvalidPayloadError, parse_json

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ABSENT = "attribute_not_exists(decision_id)"

Item = Mapping[str, Any]


class RevisionUsedError(Exception):
    """Another body is stored under a revision; the message names decision, part and revision."""


class InvalidCursorError(ValueError):
    """A key that no earlier page returned."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A part to store.

    Attributes:
        part: the part.
        schema_named: whether the caller named the schema. If not, the newest version was taken, and the same write
            must stay the same write after a version has been registered.
    """

    part: Part
    schema_named: bool = True


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
        is_valid: whether a stored part's payload conforms to the schema it names.
    """

    def __init__(self, client: DynamoDBClient, name: str, is_valid: Callable[[Part], bool]) -> None:
        self._client = client
        self._name = name
        self._is_valid = is_valid

    def write(self, posted: Posted) -> Stored:
        """Stores one part; the same part again changes nothing.

        Raises:
            RevisionUsedError: the revision holds another body.
            PartTooLargeError: over 400 KB.
            BusyError: a transaction held the item at every try.
        """
        part = posted.part
        check_size([part])
        pauses = waits()
        while True:
            try:
                self._client.put_item(
                    TableName=self._name,
                    Item=to_attributes(part),
                    ConditionExpression=_ABSENT,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except self._client.exceptions.ConditionalCheckFailedException as refused:
                stored: dict[str, Any] = refused.response["Item"]  # type: ignore[typeddict-item]  # the stubs lack it
                return Stored(self._same_or_refuse(posted, stored), created=False)
            except ClientError as refused:
                if not is_conflict(refused.response["Error"]["Code"]):
                    raise
                pause_or_give_up(pauses, part.decision_id, refused)
            else:
                return Stored(part, created=True)

    def write_all(self, posted: Sequence[Posted]) -> list[Stored]:
        """Stores all parts of a decision or none; parts stored before with the same body are fine.

        Raises:
            RevisionUsedError: a revision holds another body; nothing was stored.
            PartTooLargeError: a part is over 400 KB, or all are over 4 MB; nothing was stored.
            BusyError: other writers or throttling were in the way at every try; nothing was stored.
        """
        check_size([one.part for one in posted])
        known: dict[str, Part] = {}
        pauses = waits()
        while missing := [one for one in posted if one.part.sort_key not in known]:
            try:
                self._client.transact_write_items(TransactItems=[self._put(one.part) for one in missing])
            except self._client.exceptions.TransactionCanceledException as cancelled:
                reasons: list[Any] = cancelled.response["CancellationReasons"]
                stored = {
                    one.part.sort_key: self._same_or_refuse(one, reason["Item"])
                    for one, reason in zip(missing, reasons, strict=True)
                    if reason["Code"] == "ConditionalCheckFailed"
                }
                known |= stored
                if not stored:
                    pause_or_give_up(pauses, posted[0].part.decision_id, cancelled)
            except ClientError as refused:
                if not is_conflict(refused.response["Error"]["Code"]):
                    raise
                pause_or_give_up(pauses, posted[0].part.decision_id, refused)
            else:
                break
        return [Stored(known.get(one.part.sort_key, one.part), one.part.sort_key not in known) for one in posted]

    def items_of(self, decision_id: str) -> list[Item]:
        """Every item of a decision, by sort key, as plain values; consistent with all acknowledged writes.

        Another program may have written some of them: `decision_store.api.readings` tells parts from the rest.
        """
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            ConsistentRead=True,
            KeyConditionExpression="decision_id = :id",
            ExpressionAttributeValues={":id": {"S": decision_id}},
        )
        return [plain(item) for page in pages for item in page["Items"]]

    def requests_of(
        self, customer_id: str, since: int, until: int, limit: int, after: dict[str, Any] | None
    ) -> tuple[list[tuple[str, str]], dict[str, Any] | None]:
        """A page of a customer's request items, newest first (eventually consistent: it is read from an index).

        Args:
            customer_id: whose.
            since: first event time, epoch ms, inclusive.
            until: last event time, epoch ms, inclusive.
            limit: requests a page.
            after: the key the page before returned.

        Returns:
            Partition and sort keys, and the key for the next page or None.

        Raises:
            InvalidCursorError: `after` is no key of this customer's requests.
        """
        start = {"ExclusiveStartKey": after} if after else {}
        try:
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
        except (ClientError, ParamValidationError) as refused:
            if isinstance(refused, ClientError) and refused.response["Error"]["Code"] != "ValidationException":
                raise
            if not after:
                raise
            raise InvalidCursorError(str(refused)) from refused
        keys = [(item["decision_id"]["S"], item["part_revision"]["S"]) for item in page["Items"]]
        return keys, page.get("LastEvaluatedKey")

    def _same_or_refuse(self, posted: Posted, attributes: Item) -> Part:
        """The stored part if it says the same: payloads are compared as JSON, not as text.

        Args:
            posted: the part to write.
            attributes: of the item under its key, which another program may have written.

        Raises:
            RevisionUsedError: it says something else.
        """
        part = posted.part
        try:
            stored = Part.from_item(plain(attributes))
            same = (part.customer_id, part.event_time) == (stored.customer_id, stored.event_time)
            same = same and (part.schema == stored.schema or (not posted.schema_named and self._is_valid(stored)))
            if same and _comparable(part.payload) == _comparable(stored.payload):
                return stored
            problem = "with another body"
        except (InvalidPartError, InvalidPayloadError) as broken:
            problem = f"by another program and is not valid ({broken})"
        raise RevisionUsedError(
            f"Revision {part.revision} of {part.label} of decision {part.decision_id} is stored {problem}: "
            f"send a correction under a higher revision."
        )

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


def plain(item: Item) -> Item:
    """The plain values in an item of DynamoDB's attribute values, of any type that another program may have written.

    boto3's own deserializer refuses the numbers of more than 38 digits that DynamoDB Local writes out for 1E+120.
    """
    return {name: _plain_value(value) for name, value in item.items()}


def _plain_value(attribute: Item) -> Any:
    [(kind, value)] = attribute.items()
    match kind:
        case "N":
            return Decimal(value)
        case "NULL":
            return None
        case "M":
            return plain(value)
        case "L":
            return [_plain_value(item) for item in value]
        case _:
            return value


def pause_or_give_up(pauses: Iterator[int], decision_id: str, error: ClientError) -> None:
    """Waits before the next try.

    Args:
        pauses: what is left of them.
        decision_id: what is being written.
        error: why this try failed; raised itself when trying again would not help.

    Raises:
        BusyError: this was the last try.
    """
    if not is_transient(error):
        raise error
    if next(pauses, None) is None:
        raise BusyError(
            f"Decision {decision_id}: DynamoDB or other writers were busy; nothing was acknowledged, try again."
        ) from error


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
