"""Waits between the tries of a write that other writers got in the way of."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError


class BusyError(Exception):
    """DynamoDB was too busy, or other writers too many, for all tries; nothing of this write was acknowledged."""


def waits(tries: int = 7, first_s: float = 0.01, longest_s: float = 0.4) -> Iterator[int]:
    """Sleeps before each item it gives; twice as long each time, by chance between half and all of it.

    Seven tries take 1.1 s at most: below the patience of a caller, above the length of a DynamoDB transaction.

    Args:
        tries: how many items.
        first_s: the first wait, seconds.
        longest_s: no wait is longer, seconds.
    """
    for number in range(tries):
        wait = min(longest_s, first_s * 2**number)
        time.sleep(random.uniform(wait / 2, wait))
        yield number


_CONFLICTS = frozenset({"TransactionConflict", "TransactionConflictException", "TransactionInProgressException"})
_THROTTLES = frozenset(
    {"ProvisionedThroughputExceeded", "ProvisionedThroughputExceededException", "RequestLimitExceeded"}
)


def is_transient(error: ClientError) -> bool:
    """Whether the caller may simply try again."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    codes = cancellation_codes(error) or [error.response["Error"]["Code"]]
    return status >= 500 or all(is_conflict(code) or is_throttle(code) for code in codes)


def is_conflict(code: str) -> bool:
    """Whether DynamoDB says that another transaction was at work on an item."""
    return code in _CONFLICTS


def is_throttle(code: str) -> bool:
    """Whether DynamoDB says that too much was asked of it."""
    return "Throttl" in code or code in _THROTTLES


def cancellation_codes(error: ClientError) -> list[str]:
    """Why a transaction was cancelled, without the items that would have been fine; empty for any other error."""
    reasons: Any = error.response.get("CancellationReasons", ())
    return [reason["Code"] for reason in reasons if reason["Code"] != "None"]
