"""The policy's way to the Decision Store: HTTP with connections kept open, light enough to share two cores."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import urllib3
from boto3.dynamodb.types import TypeSerializer

from decision_store.ops.demo.load import Action, Script, Step
from decision_store.ops.demo.policy import Knowledge, knowledge_from

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PATIENCE_SECONDS = 30.0
_PAUSE, _LONGEST_PAUSE = 0.1, 2.0


class StoreError(RuntimeError):
    """The Decision Store did not answer as it must; the message says what was asked and what came."""


class StoreClient:
    """A client for many threads. What is answered with 503, or not at all, is asked again: every write may be repeated.

    Args:
        url: of the API.
        dynamodb: for what is written past the API.
        decisions_table: where that goes.
        connections: kept open.
    """

    def __init__(self, url: str, dynamodb: DynamoDBClient, decisions_table: str, connections: int) -> None:
        self._pool = urllib3.PoolManager(maxsize=connections, block=True, retries=False, timeout=10.0)
        self._url = url.rstrip("/")
        self._dynamodb = dynamodb
        self._table = decisions_table
        self._lock = Lock()
        self.retries = 0

    def knowledge_of(self, script: Script) -> Knowledge:
        """What the policy reads before it decides."""
        variables = self._get(f"/customers/{quote(script.customer_id, safe='')}/variables")
        return knowledge_from(variables, self._similar(script))

    def newest_similar_time(self, script: Script) -> int | None:
        """The event time (epoch ms) of the newest decision similar to this one; None when there is none."""
        times = [int(one["event_time"]) for one in self._similar(script)["similar"]]
        return max(times, default=None)

    def do(self, step: Step) -> None:
        """Does a write.

        Raises:
            StoreError: the answer is not the one the step must get.
        """
        if step.action is Action.PAST_API:
            serializer = TypeSerializer()
            item = {name: serializer.serialize(value) for name, value in step.body.items()}
            self._dynamodb.put_item(TableName=self._table, Item=item)
            return
        path = "/parts" if step.action is Action.PART else "/decisions"
        status, asked_again, _ = self._ask("POST", path, step.body)
        # A write whose answer was lost had been stored: asked again, it is answered as a repeat.
        if status != step.status and not (asked_again and (status, step.status) == (200, 201)):
            raise StoreError(f"POST {path} was answered {status} where {step.status} was due")

    def _similar(self, script: Script) -> Mapping[str, Any]:
        asked = {
            "customer_id": script.customer_id,
            "merchant_id": script.merchant_id,
            "amount": script.amount,
            "currency": script.currency,
        }
        return self._get(f"/similar-decisions?{urlencode(asked)}")

    def _get(self, path: str) -> Mapping[str, Any]:
        status, _, body = self._ask("GET", path, None)
        if status != 200:
            raise StoreError(f"GET {path.partition('?')[0]} was answered {status}")
        found = json.loads(body)
        assert isinstance(found, dict)
        return found

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> tuple[int, bool, bytes]:
        data = None if body is None else json.dumps(body, separators=(",", ":")).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        deadline = time.monotonic() + PATIENCE_SECONDS
        pause = _PAUSE
        asked_again = False
        while True:
            try:
                answer = self._pool.request(method, self._url + path, body=data, headers=headers)
                if answer.status != 503:
                    return answer.status, asked_again, answer.data
                problem = "503"
            except urllib3.exceptions.HTTPError as broken:
                problem = type(broken).__name__
            if time.monotonic() + pause > deadline:
                raise StoreError(
                    f"{method} {path.partition('?')[0]} found no answer in {PATIENCE_SECONDS:.0f} s: {problem}"
                )
            asked_again = True
            with self._lock:
                self.retries += 1
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
