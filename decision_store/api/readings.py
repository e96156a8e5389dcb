"""What a decision's items say: the parts of the decision, and what another program wrote among them.

`assemble` is strict and takes the parts of one decision only. The table is open to other programs, so what does not
conform is set apart here, with the reason, as the job `decision_events` sends it to its dead letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from decision_store.api.decision_table import DecisionTable, Item
from decision_store.api.part_schemas import PartSchemas, UnknownSchemaError
from decision_store.model.parts import InvalidPartError, Part, PartKind
from decision_store.model.validation import InvalidPayloadError

_MAX_ITEMS_A_PAGE = 1_000  # request items looked at for one page; a customer's corrections may be many


@dataclass(frozen=True, slots=True)
class InvalidItem:
    """An item that is no part of its decision.

    Attributes:
        part_revision: its sort key.
        reason: the first problem, beginning with the attribute.
    """

    part_revision: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A decision as its items say.

    Attributes:
        decision_id: the decision.
        customer_id: of the first revision of the request, or while there is none of the first part by sort key; None
            when no item is valid.
        parts: what the decision is made of, by sort key.
        invalid: the other items.
        indexed: customer and sort key of the items in the index `by_customer`, valid or not, by sort key.
    """

    decision_id: str
    customer_id: str | None
    parts: tuple[Part, ...]
    invalid: tuple[InvalidItem, ...]
    indexed: tuple[tuple[str, str], ...]

    def listed_as(self, customer_id: str) -> str | None:
        """The sort key of the one request item by which a customer's list shows this decision, or None.

        It is the newest valid request, so that a decision stands at its event time; and if no request is valid, the
        last broken one, so that the decision is not hidden.
        """
        if self.customer_id not in (None, customer_id):
            return None
        own = [sort_key for owner, sort_key in self.indexed if owner == customer_id]
        requests = {part.sort_key for part in self.parts if part.kind is PartKind.REQUEST}
        return max([key for key in own if key in requests] or own, default=None)


def reading_of(items: Sequence[Item], schemas: PartSchemas) -> Reading:
    """Tells the parts of a decision from items that are none.

    Args:
        items: at least one, all of one decision, by sort key.
        schemas: what payloads are validated against.
    """
    parts: list[Part] = []
    invalid: list[InvalidItem] = []
    for item in items:
        try:
            parts.append(_part(item, schemas))
        except (InvalidPartError, UnknownSchemaError, InvalidPayloadError) as broken:
            invalid.append(InvalidItem(item["part_revision"], str(broken)))
    requests = [part for part in parts if part.kind is PartKind.REQUEST]
    customer_id = (requests or parts)[0].customer_id if parts else None
    strangers = [part for part in parts if part.customer_id != customer_id]
    invalid += [
        InvalidItem(part.sort_key, "customer_id: the decision belongs to another customer") for part in strangers
    ]
    return Reading(
        decision_id=items[0]["decision_id"],
        customer_id=customer_id,
        parts=tuple(part for part in parts if part.customer_id == customer_id),
        invalid=tuple(sorted(invalid, key=lambda one: one.part_revision)),
        indexed=tuple((item["customer_id"], item["part_revision"]) for item in items if _is_indexed(item)),
    )


def page_of_customer(
    table: DecisionTable,
    schemas: PartSchemas,
    customer_id: str,
    since: int,
    until: int,
    limit: int,
    after: dict[str, Any] | None,
) -> tuple[list[Reading], dict[str, Any] | None]:
    """A page of a customer's decisions, newest first, each once on all pages together.

    A corrected request has several items in the index, near each other or not: the decision is shown at the newest.

    Args:
        table: of the decisions.
        schemas: what payloads are validated against.
        customer_id: whose.
        since: first event time, epoch ms, inclusive.
        until: last event time, epoch ms, inclusive.
        limit: decisions a page.
        after: the key the page before returned.

    Returns:
        The decisions, and the key for the next page or None. A page is short only at the end, or after 1,000 items.

    Raises:
        InvalidCursorError: `after` is no key of this customer's requests.
    """
    found: list[Reading] = []
    read: dict[str, Reading] = {}
    looked_at = 0
    while True:
        keys, after = table.requests_of(customer_id, since, until, limit - len(found), after)
        looked_at += len(keys)
        for decision_id, sort_key in keys:
            if decision_id not in read:
                read[decision_id] = reading_of(table.items_of(decision_id), schemas)
            if read[decision_id].listed_as(customer_id) == sort_key:
                found.append(read[decision_id])
        if after is None or len(found) >= limit or looked_at >= _MAX_ITEMS_A_PAGE:
            return found, after


def _part(item: Item, schemas: PartSchemas) -> Part:
    part = Part.from_item(item)
    try:
        schemas.payload_schema(part.schema).parse(part.payload)
    except UnknownSchemaError as unknown:
        raise UnknownSchemaError(f"schema: {unknown}") from None
    except InvalidPayloadError as broken:
        raise InvalidPayloadError(below_payload(broken)) from None
    return part


def below_payload(broken: InvalidPayloadError) -> str:
    """A payload's problem with its path inside the part: `payload.amount: …`."""
    text = str(broken)
    return text if text.startswith("payload: ") else f"payload.{text}"


def _is_indexed(item: Item) -> bool:
    return isinstance(item.get("requested_at"), Decimal) and isinstance(item.get("customer_id"), str)
