"""How much DynamoDB takes, and how much of a body is read: more is refused with a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from decision_store.model.parts import Part

MAX_ITEM_BYTES = 400 * 1024  # DynamoDB's limit of an item: names and values together
MAX_TRANSACTION_BYTES = 4 * 1024 * 1024  # DynamoDB's limit of all items of a transaction together
# What a transaction takes, and room for white space and the parts' other fields.
MAX_BODY_BYTES = 2 * MAX_TRANSACTION_BYTES


class PartTooLargeError(ValueError):
    """A part, or the parts of a decision together, over a limit of DynamoDB."""


def check_size(parts: Sequence[Part]) -> None:
    """Refuses what DynamoDB would refuse, with a sentence.

    Raises:
        PartTooLargeError: a part is over 400 KB, or all together are over 4 MB.
    """
    sizes = [sum(len(name) + len(str(value).encode()) for name, value in part.to_item().items()) for part in parts]
    if (largest := max(sizes)) > MAX_ITEM_BYTES:
        raise PartTooLargeError(
            f"payload: the part takes {largest:,} bytes and DynamoDB stores at most {MAX_ITEM_BYTES:,} in an item: "
            f"keep large documents elsewhere and refer to them."
        )
    if (total := sum(sizes)) > MAX_TRANSACTION_BYTES:
        raise PartTooLargeError(
            f"parts: together they take {total:,} bytes and DynamoDB stores at most {MAX_TRANSACTION_BYTES:,} at once: "
            f"send them in several requests."
        )


class BodyLimit:
    """Middleware that refuses a body over 8 MB before it fills the memory."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, counting its bytes."""
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > MAX_BODY_BYTES:
                raise HTTPException(413, f"The body takes more than {MAX_BODY_BYTES:,} bytes: send it in several.")
            return message

        await self._app(scope, counted, send)
