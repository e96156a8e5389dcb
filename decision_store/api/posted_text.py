"""The bytes of a request's body: payloads are stored as they were posted, digit for digit.

The models of `bodies` say what a body means; here its text is held to the strict rules of `parse_json`, which FastAPI's
own parser does not know, and the payloads are cut out of it.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import Depends, HTTPException, Request

from decision_store.model.validation import InvalidPayloadError, parse_json


class _Alone(msgspec.Struct):
    payload: msgspec.Raw


class _Together(msgspec.Struct):
    parts: list[_Alone]


async def strict_body(request: Request) -> bytes:
    """The body, which is JSON without duplicate keys.

    Raises:
        HTTPException: 422, it is not.
    """
    body = await request.body()
    try:
        parse_json(body.decode())
    except (UnicodeDecodeError, InvalidPayloadError):
        raise HTTPException(422, "The body is not strict JSON: UTF-8, each key once, no NaN or Infinity.") from None
    return body


def payload_text(body: Annotated[bytes, Depends(strict_body)]) -> str:
    """The payload of a part; empty when the body has another shape, which its model then refuses by name."""
    try:
        return _text(msgspec.json.decode(body, type=_Alone))
    except msgspec.MsgspecError:
        return ""


def payload_texts(body: Annotated[bytes, Depends(strict_body)]) -> list[str]:
    """The payloads of a decision's parts, in their order; none when the body has another shape, as above."""
    try:
        return [_text(part) for part in msgspec.json.decode(body, type=_Together).parts]
    except msgspec.MsgspecError:
        return []


def _text(part: _Alone) -> str:
    return bytes(part.payload).decode()
