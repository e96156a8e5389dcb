"""Tables of the scripted server that are written to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from flink_dynamodb.testing.endpoint import ScriptedServer
from flink_dynamodb.testing.script import Script, TableFault, TableOperation
from flink_dynamodb.testing.values import Value, from_item, from_number, to_value
from flink_dynamodb.testing.write_report import WriteReport

KeyType = Literal["S", "N", "B"]
KeyPart = str | int | Decimal | bytes
Key = KeyPart | tuple[KeyPart, KeyPart]
"""A partition key, or partition and sort key."""


@dataclass(frozen=True, slots=True)
class Provisioned:
    """See `provisioned`."""

    write_units: float
    burst_seconds: float


@dataclass(frozen=True, slots=True)
class OnDemand:
    """See `on_demand`."""

    warm_write_units: float | None
    max_write_units: float | None
    doubling_seconds: float


def provisioned(write_units: float, *, burst_seconds: float = 0) -> Provisioned:
    """Capacity that is set by hand.

    Args:
        write_units: a second, above 0.
        burst_seconds: of unused units that are saved beyond those of one second; AWS saves 300. A new table has saved
            all of them; one that is set at run time keeps what it has.
    """
    return Provisioned(write_units, burst_seconds)


def on_demand(
    *, warm_write_units: float | None = None, max_write_units: float | None = None, doubling_seconds: float = 1_800
) -> OnDemand:
    """Capacity that follows demand.

    Args:
        warm_write_units: a second that the table takes at once (AWS: 4,000 of a new one); no ceiling when left out.
            It takes twice its highest average of ten seconds, once that is `doubling_seconds` old, if that is more.
        max_write_units: a second that the owner allows at most, if any.
        doubling_seconds: see `warm_write_units`; AWS: 1,800.
    """
    return OnDemand(warm_write_units, max_write_units, doubling_seconds)


@dataclass(frozen=True, slots=True)
class IndexSpec:
    """A global index. It holds the items that have its attribute, whole, and each costs it what it costs the table.

    Attributes:
        attribute: its partition key.
        write_units: a second; an index that has too few refuses the table's writes. On demand they do not count.
        type: of the attribute.
    """

    attribute: str
    write_units: float
    type: KeyType = "S"


class WriteTable:
    """A table that is written to; made by `TableServer`.

    Every method raises ScriptError when what it asks for is impossible.
    """

    def __init__(self, script: Script, name: str, key: tuple[str, ...], key_types: tuple[KeyType, ...]) -> None:
        self._script = script
        self.name = name
        self.key = key
        self.key_types = key_types

    def set_capacity(
        self, capacity: Provisioned | OnDemand, *, index_write_units: Mapping[str, float] | None = None
    ) -> None:
        """Changes capacity, or the mode, at once; DescribeTable shows it at once. Saved units stay as far as they fit.

        Args:
            capacity: from now on.
            index_write_units: of the indexes that change theirs, by name.
        """
        self._run("set_capacity", capacity=_capacity(capacity), index_write_units=dict(index_write_units or {}))

    def leave_unprocessed(self, share: float, *, seed: int = 0) -> None:
        """Returns items of batches unprocessed, whatever the capacity; also all of a batch, if chance has it so.

        Args:
            share: 0 to 1, of items; 0 ends it.
            seed: of the choice.
        """
        self._run("leave_unprocessed", share=share, seed=seed)

    def poison(self, key: KeyPart, *, reason: str = "the item is poisoned") -> None:
        """Lets every request with a write of this partition key fail as a whole, with ValidationException.

        Args:
            key: the partition key.
            reason: the end of the message.
        """
        self._run("poison_key", key=_text(key), reason=reason)

    def poison_attribute(self, attribute: str, *, reason: str = "the item is poisoned") -> None:
        """The same for items put with this attribute, whatever its value."""
        self._run("poison_attribute", attribute=attribute, reason=reason)

    def cure(self) -> None:
        """Ends all poison."""
        self._run("cure")

    def get(self, key: Key) -> dict[str, Value] | None:
        """An item; whole numbers are int, others Decimal. None when it is not there."""
        parts = key if isinstance(key, tuple) else (key,)
        typed = {name: _typed(part, kind) for name, part, kind in zip(self.key, parts, self.key_types, strict=True)}
        item = self._script("tables/get", table=self.name, key=typed)["item"]
        return None if item is None else from_item(item)

    def items(self) -> list[dict[str, Value]]:
        """All items, in no order."""
        return [from_item(item) for item in self._script("tables/items", table=self.name)["items"]]

    def versions(self) -> dict[Key, int | Decimal | None]:
        """The version of every item by key, also when the table stores no items; keys of the type B as base64 text."""
        rows = self._script("tables/versions", table=self.name)["versions"]
        numeric = [kind == "N" for kind in self.key_types]
        found: dict[Key, int | Decimal | None] = {}
        for *parts, version in rows:
            of = [from_number(part) if number else part for part, number in zip(parts, numeric, strict=True)]
            found[of[0] if len(of) == 1 else (of[0], of[1])] = None if version is None else from_number(version)
        return found

    def partition_of(self, partition_key: KeyPart) -> int:
        """The partition of a key, from 0: CRC-32 of its text in UTF-8, modulo the table's partitions."""
        typed = _typed(partition_key, self.key_types[0])
        return int(self._script("tables/partition_of", table=self.name, partition_key=typed)["partition"])

    def report(self) -> WriteReport:
        """What was written since the table was made, or since `reset_report`."""
        return WriteReport.of(self._script("tables/report", table=self.name))

    def reset_report(self) -> None:
        """Counts from zero again, and the timeline begins again."""
        self._run("reset_report")

    def _run(self, name: str, **arguments: object) -> None:
        self._script(f"tables/{name}", table=self.name, **arguments)


class TableServer(ScriptedServer):
    """Tables on this machine whose capacity, faults and delays a test sets, and which tell what was written to them.

    Writers reach it over the real protocol at `url`: BatchWriteItem, PutItem, UpdateItem, DeleteItem, GetItem,
    DescribeTable. It listens on the loopback interface only, and ends with the `with` block or with this process.

    Example:
        >>> with TableServer() as server:
        ...     table = server.create_table(
        ...         "variables", key="id", capacity=provisioned(write_units=500), version_attribute="version"
        ...     )
        ...     table.leave_unprocessed(0.1, seed=7)
        ...     server.fail("BatchWriteItem", "cut_before", probability=0.01, seed=7)
        ...     ...  # run what writes
        ...     assert table.versions() == {"a": 3, "b": 1}
        ...     assert table.report().stale == 0

    Args:
        region: in the ARNs.
        port: to listen on; any that is free when left out.
        memory_mb: the JVM's heap. A stored item takes its JSON's size and some 200 bytes.

    Raises:
        MissingJarError: the server's jar is not there.
        ServerStartError: there is no Java 17, or the port is taken.
    """

    @classmethod
    def beside(cls, server: ScriptedServer) -> TableServer:
        """The same process, for a job that reads streams of a StreamsServer and writes tables: one address for both.

        `stop` and `heal` are of both.
        """
        tables = cls.__new__(cls)
        tables.share(server)
        return tables

    def create_table(
        self,
        name: str,
        *,
        key: str | tuple[str, str] = "id",
        key_types: KeyType | tuple[KeyType, ...] = "S",
        capacity: Provisioned | OnDemand | None = None,
        partitions: int = 1,
        partition_write_units: float | None = None,
        indexes: Mapping[str, IndexSpec] | None = None,
        version_attribute: str | None = None,
        created_at_attribute: str | None = None,
        stores_items: bool = True,
    ) -> WriteTable:
        """A table, active at once.

        Args:
            name: unique among the tables that are written to.
            key: the partition key's attribute, or partition and sort key.
            key_types: of each; one for both.
            capacity: `provisioned(…)` or `on_demand(…)`; on demand without a ceiling when left out.
            partitions: how many; see `WriteTable.partition_of`.
            partition_write_units: a second that each takes; no limit when left out. AWS: 1,000.
            indexes: global ones, by name.
            version_attribute: a number that rises with every newer state of an item, by which duplicates and writes
                over something newer are found.
            created_at_attribute: epoch microseconds as a number, from which latency is measured.
            stores_items: False keeps keys and versions only. Then writes cost by the new item alone, conditions may
                speak of key and version only, and UpdateItem begins with an empty item.

        Raises:
            ScriptError: there is a table of this name, or a number is out of its range.
        """
        keys = (key,) if isinstance(key, str) else key
        types: tuple[KeyType, ...] = (key_types,) * len(keys) if isinstance(key_types, str) else key_types
        self._script(
            "tables/create",
            table=name,
            keys=[{"attribute": part, "type": kind} for part, kind in zip(keys, types, strict=True)],
            capacity=_capacity(on_demand() if capacity is None else capacity),
            partitions=partitions,
            partition_write_units=partition_write_units,
            indexes=[
                {"name": index, "attribute": spec.attribute, "type": spec.type, "write_units": spec.write_units}
                for index, spec in (indexes or {}).items()
            ],
            version_attribute=version_attribute,
            created_at_attribute=created_at_attribute,
            stores_items=stores_items,
        )
        return WriteTable(self._script, name, keys, types)

    def fail(
        self,
        operation: TableOperation,
        fault: TableFault,
        *,
        times: int = 1,
        skip: int = 0,
        probability: float | None = None,
        seed: int = 0,
        table: str | WriteTable | None = None,
    ) -> None:
        """Lets calls fail; of several faults that fit a call the one set first strikes.

        A request that is invalid, or poisoned, is refused as such before any fault. Scripted throttling does not say
        what was exceeded; that of the capacity does, in ThrottlingReasons.

        Args:
            operation: whose calls.
            fault: what happens to them. `cut_before`, `cut_in_body` and `garbage` are carried out first,
                `cut_unwritten` is not.
            times: how many.
            skip: how many fitting calls are spared before.
            probability: 0 to 1, instead of `times` and `skip`: now and then, until `heal`.
            seed: of the choice.
            table: only calls of this one (of a batch: the first it names).
        """
        self._fail("tables/fail", operation, fault, _name(table), times, skip, probability, seed)

    def delay(
        self, milliseconds: float, *, operation: TableOperation | None = None, table: str | WriteTable | None = None
    ) -> None:
        """Lets answers come this long after their requests; writes are carried out after half of it.

        A table's delay goes before an operation's, that before the one for all; setting one again replaces it, 0 ends
        it.
        """
        self._script("tables/delay", milliseconds=milliseconds, operation=operation, about=_name(table))


def _name(table: str | WriteTable | None) -> str | None:
    return table.name if isinstance(table, WriteTable) else table


def _capacity(capacity: Provisioned | OnDemand) -> dict[str, float | None]:
    if isinstance(capacity, Provisioned):
        return {"write_units": capacity.write_units, "burst_seconds": capacity.burst_seconds}
    return {
        "warm_write_units": capacity.warm_write_units,
        "max_write_units": capacity.max_write_units,
        "doubling_seconds": capacity.doubling_seconds,
    }


def _typed(part: KeyPart, kind: KeyType) -> dict[str, Value]:
    typed = to_value(part)
    if kind not in typed:
        raise TypeError(f"The key's type is {kind}, and {type(part).__name__} is not of it.")
    return typed


def _text(part: KeyPart) -> str:
    (text,) = to_value(part).values()
    return str(text)
