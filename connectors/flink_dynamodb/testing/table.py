"""A table of the scripted server and the shards of its stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from flink_dynamodb.testing.script import Script
from flink_dynamodb.values import Value, to_item

ViewType = Literal["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]
"""Which images the stream's records carry."""


@dataclass(frozen=True, slots=True)
class Shard:
    """A shard as it was when it was asked for.

    Attributes:
        id: as in DescribeStream.
        parent_id: None for the first of a lineage.
        starting_sequence_number: below the number of its first record.
        ending_sequence_number: above the number of its last record; None while it is open.
    """

    id: str
    parent_id: str | None
    starting_sequence_number: str
    ending_sequence_number: str | None

    @property
    def closed(self) -> bool:
        """Whether it takes no more records."""
        return self.ending_sequence_number is not None


class Table:
    """A table whose changes go to its stream; made by `StreamsServer`.

    Every method raises ScriptError when what it asks for is impossible, such as a put into a closed shard.
    """

    def __init__(self, script: Script, name: str) -> None:
        self._script = script
        self.name = name

    @property
    def stream_arn(self) -> str:
        """The newest stream, enabled or not."""
        return str(self._script("stream", table=self.name)["stream_arn"])

    def put(self, *items: Mapping[str, Value], shard: str | Shard | None = None) -> list[str | None]:
        """Writes items: an INSERT, or a MODIFY when there is one with the same key, which also has the old image.

        Args:
            items: str, int, Decimal, bool, None, bytes, list, dict and set; no float.
            shard: where the records go; otherwise the partition key chooses among the open shards.

        Returns:
            The records' sequence numbers; None for an item that was there just so, which makes no record, and while the
            stream is disabled.
        """
        return self._change("put", [to_item(item) for item in items], shard)

    def put_json(
        self, *items: Mapping[str, Mapping[str, object]], shard: str | Shard | None = None
    ) -> list[str | None]:
        """`put` of items in DynamoDB JSON, such as `{"id": {"S": "a"}}`, passed on as they are, odd or not."""
        return self._change("put", items, shard)

    def remove(
        self, *keys: Mapping[str, Value], shard: str | Shard | None = None, expired: bool = False
    ) -> list[str | None]:
        """Removes items: a REMOVE with the old image; None for one that was not there.

        Args:
            keys: with the key's attributes at least.
            shard: see `put`.
            expired: as by the item's time to live, which the record says in userIdentity.
        """
        return self._change("remove", [to_item(key) for key in keys], shard, expired=expired)

    def shards(self) -> list[Shard]:
        """All shards of the newest stream that are not trimmed away, whether readers are shown them yet or not."""
        return [
            Shard(
                shard["shardId"], shard["parentShardId"], shard["startingSequenceNumber"], shard["endingSequenceNumber"]
            )
            for shard in self._script("shards", table=self.name)["shards"]
        ]

    def split(self, shard: str | Shard, *, listed_after: float = 0, children_after: float | None = None) -> list[Shard]:
        """Closes a shard and opens two children, each with half of its keys.

        Args:
            shard: an open one.
            listed_after: seconds of server time until DescribeStream shows them: it is eventually consistent.
            children_after: the same for the listing filtered by CHILD_SHARDS; `listed_after` when left out.
        """
        return self._children("split", shard, listed_after, children_after)

    def roll_over(self, shard: str | Shard, *, listed_after: float = 0, children_after: float | None = None) -> Shard:
        """Closes a shard and opens one child with all its keys, as DynamoDB does every few hours; see `split`."""
        return self._children("roll_over", shard, listed_after, children_after)[0]

    def close(self, shard: str | Shard) -> None:
        """Closes a shard without children."""
        self._script("close", table=self.name, shard=shard_id_of(shard))

    def open(self, shard_id: str, *, parent: str | Shard | None = None) -> Shard:
        """Opens a shard under a name of your choice. It takes no items by key: `put` into it with `shard=`.

        Args:
            shard_id: at least 28 characters if boto3 or the AWS CLI are to read it; the Java SDK takes any.
            parent: a shard of the stream, which may be opened later or never: then it counts as trimmed away.
        """
        self._script("open", table=self.name, shard=shard_id, parent=None if parent is None else shard_id_of(parent))
        return self._named([shard_id])[0]

    def trim(self, shard: str | Shard, *, keep: int = 0) -> None:
        """Trims a shard's records at once, all but the newest `keep`."""
        self._script("trim", table=self.name, shard=shard_id_of(shard), keep=keep)

    def disable(self) -> None:
        """Disables the stream: its shards are closed, and it can be read for 24 hours of server time."""
        self._script("disable", table=self.name)

    def enable(self) -> str:
        """Enables a new stream, with as many shards as the first had; its ARN."""
        return str(self._script("enable", table=self.name)["stream_arn"])

    def page_limits(self, *, records: int = 1_000, bytes: int = 1 << 20) -> None:
        """What a page of GetRecords holds at most; a page holds at least one record.

        Args:
            records: 1 to 1,000.
            bytes: of the records' SizeBytes.
        """
        self._script("page_limits", table=self.name, records=records, bytes=bytes)

    def _change(
        self, name: str, items: Sequence[Mapping[str, object]], shard: str | Shard | None, **more: bool
    ) -> list[str | None]:
        shard_id = None if shard is None else shard_id_of(shard)
        return list(self._script(name, table=self.name, items=items, shard=shard_id, **more)["sequence_numbers"])

    def _children(
        self, name: str, shard: str | Shard, listed_after: float, children_after: float | None
    ) -> list[Shard]:
        answer = self._script(
            name,
            table=self.name,
            shard=shard_id_of(shard),
            listed_after=listed_after,
            children_after=listed_after if children_after is None else children_after,
        )
        return self._named(answer["children"])

    def _named(self, ids: list[str]) -> list[Shard]:
        shards = {shard.id: shard for shard in self.shards()}
        return [shards[shard_id] for shard_id in ids]


def shard_id_of(shard: str | Shard) -> str:
    """A shard's id, of either."""
    return shard.id if isinstance(shard, Shard) else shard
