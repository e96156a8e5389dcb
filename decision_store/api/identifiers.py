"""Identifiers in paths."""

from __future__ import annotations

from fastapi import HTTPException, Request

from decision_store.model.parts import InvalidPartError, check_identifier


def known_identifier(request: Request) -> None:
    """Refuses an identifier that no part can have, and that DynamoDB would not take as a key either.

    Raises:
        HTTPException: 422 naming it.
    """
    for name, value in request.path_params.items():
        try:
            check_identifier(name, value)
        except InvalidPartError as broken:
            raise HTTPException(422, str(broken)) from None
