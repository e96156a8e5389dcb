"""What the tests of the scripted server do over and over, with a real client."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import boto3
from botocore.config import Config

from flink_dynamodb.testing import Shard, StreamsServer, Table


@dataclass(frozen=True)
class Client:
    """A boto3 client of the server, whose calls are short to write."""

    boto: Any

    def iterator(self, table: Table, shard: str | Shard, kind: str = "TRIM_HORIZON", number: str | None = None) -> str:
        asked = {"StreamArn": table.stream_arn, "ShardId": getattr(shard, "id", shard), "ShardIteratorType": kind}
        if number is not None:
            asked["SequenceNumber"] = number
        return str(self.boto.get_shard_iterator(**asked)["ShardIterator"])

    def page(self, iterator: str, **more: int) -> tuple[list[dict[str, Any]], str | None]:
        answer = self.boto.get_records(ShardIterator=iterator, **more)
        return answer["Records"], answer.get("NextShardIterator")

    def records(
        self, table: Table, shard: str | Shard, kind: str = "TRIM_HORIZON", number: str | None = None
    ) -> list[Any]:
        """Every record until the end of the shard or an empty page."""
        iterator: str | None = self.iterator(table, shard, kind, number)
        found: list[Any] = []
        while iterator is not None:
            page, iterator = self.page(iterator)
            found += page
            if not page:
                break
        return found

    def listed(self, table: Table, children_of: Shard | None = None) -> list[str]:
        """The ids of all shards, or of one's children, over all pages."""
        asked: dict[str, Any] = {"StreamArn": table.stream_arn}
        if children_of is not None:
            asked["ShardFilter"] = {"Type": "CHILD_SHARDS", "ShardId": children_of.id}
        return [shard["ShardId"] for page in self._pages(asked) for shard in page["Shards"]]

    def _pages(self, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
        while True:
            page = self.boto.describe_stream(**asked)["StreamDescription"]
            yield page
            if "LastEvaluatedShardId" not in page:
                return
            asked = asked | {"ExclusiveStartShardId": page["LastEvaluatedShardId"]}


def client(
    server: StreamsServer, attempts: int = 1, service: Literal["dynamodbstreams", "dynamodb"] = "dynamodbstreams"
) -> Any:
    """A boto3 client that tries so often; once, so that a test sees the server's own answer."""
    config = Config(retries={"total_max_attempts": attempts, "mode": "standard"}, read_timeout=30)
    return boto3.client(service, config=config, **server.client_arguments())


def values(records: list[Any], attribute: str) -> list[str]:
    """An attribute of each record's new image, whatever its type."""
    return [str(next(iter(record["dynamodb"]["NewImage"][attribute].values()))) for record in records]
