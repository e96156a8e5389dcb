"""The wire to the script: POST /_control/NAME with JSON, answered with JSON."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Mapping
from typing import Any, Literal

Operation = Literal["ListStreams", "DescribeStream", "GetShardIterator", "GetRecords", "DescribeTable"]
"""What readers ask; DescribeTable is DynamoDB's own, by which they find a table's stream."""

Fault = Literal[
    "throttled",
    "limit_exceeded",
    "throttling",
    "internal_error",
    "unavailable",
    "expired_iterator",
    "trimmed",
    "not_found",
    "access_denied",
    "unrecognized_client",
    "empty_page",
    "missing_shard",
    "cut_before",
    "cut_in_body",
    "garbage",
]
"""What can go wrong on purpose; the README's table says what each one is."""

TableOperation = Literal["BatchWriteItem", "PutItem", "UpdateItem", "DeleteItem", "GetItem", "DescribeTable"]
"""What writers ask."""

TableFault = Literal[
    "throttled",
    "throttling",
    "limit_exceeded",
    "request_limit",
    "conflict",
    "internal_error",
    "unavailable",
    "not_found",
    "access_denied",
    "unrecognized_client",
    "cut_before",
    "cut_unwritten",
    "cut_in_body",
    "garbage",
]
"""What can go wrong with them on purpose. `cut_before` was carried out, `cut_unwritten` was not."""

TIMEOUT_SECONDS = 60


class ScriptError(ValueError):
    """The script asks for something impossible; the server's sentence says what."""


class Script:
    """Sends the script's lines, one at a time; safe for several threads."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
        self._lock = threading.Lock()

    def __call__(self, name: str, **arguments: object) -> Mapping[str, Any]:
        """Runs one line.

        Raises:
            ScriptError: it is refused.
        """
        body = json.dumps(arguments).encode()
        with self._lock:
            try:
                self._connection.request("POST", f"/_control/{name}", body)
                answer = self._connection.getresponse()
                result: dict[str, Any] = json.loads(answer.read())
            except BaseException:
                # The next line must not read this one's answer.
                self._connection.close()
                raise
        if answer.status != 200:
            raise ScriptError(result["error"])
        return result

    def close(self) -> None:
        """Hangs up."""
        with self._lock:
            self._connection.close()
