"""The scripted server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flink_dynamodb.testing.endpoint import ScriptedServer
from flink_dynamodb.testing.report import Report
from flink_dynamodb.testing.script import Fault, Operation
from flink_dynamodb.testing.table import Shard, Table, ViewType, shard_id_of


class StreamsServer(ScriptedServer):
    """DynamoDB Streams on this machine, which does what a test tells it.

    Readers reach it over the real protocol at `url`; it listens on the loopback interface only, starts in half a
    second and ends with the `with` block, or with this process whatever becomes of it.

    Example:
        >>> with StreamsServer() as server:
        ...     orders = server.create_table("orders", shards=2)
        ...     orders.put({"order_id": "a", "amount": 3})
        ...     orders.split(orders.shards()[0])
        ...     server.fail("GetRecords", "throttled", times=3)
        ...     ...  # run what reads
        ...     assert server.report().violations == ()

    Args:
        region: in the ARNs.
        port: to listen on; any that is free when left out.
        memory_mb: the JVM's heap. A stored record takes its JSON's size, a generated one nothing, a live one 8 bytes.

    Raises:
        MissingJarError: the server's jar is not there.
        ServerStartError: there is no Java 17, or the port is taken.
    """

    def create_table(
        self,
        name: str,
        *,
        shards: int = 1,
        key: str | tuple[str, str] | None = None,
        view_type: ViewType = "NEW_AND_OLD_IMAGES",
    ) -> Table:
        """A table with an enabled stream.

        Args:
            name: unique on the server.
            shards: each with an equal part of the keys; 0 for a test that opens its own by name.
            key: the partition key's attribute, or partition and sort key; the first attribute of the first item when
                left out.
            view_type: which images the records carry.

        Raises:
            ScriptError: there is a table of this name.
        """
        keys = [] if key is None else [key] if isinstance(key, str) else list(key)
        self._script("create_table", table=name, shards=shards, keys=keys, view_type=view_type)
        return Table(self._script, name)

    def generate(
        self,
        name: str,
        *,
        shards: int,
        records_per_shard: int,
        record_bytes: int = 1_000,
        attributes: int = 12,
        closed: bool = False,
    ) -> Table:
        """A table full of inserts that are made while they are read, for benchmarks of reading fast.

        Attributes: `id` (S, unique), `shard` (S), `n` (N: 0, 1, 2, … in each shard), `written_at` (N, epoch
        microseconds), others of mixed types, and `payload` (S), which fills the record up.

        Args:
            name: unique on the server.
            shards: without parents.
            records_per_shard: in each.
            record_bytes: SizeBytes of a record, about; on the wire it is about half as large again.
            attributes: at least 5.
            closed: whether the shards end; otherwise they stay open, as at a stream's tip.
        """
        self._script(
            "generate",
            table=name,
            shards=shards,
            records_per_shard=records_per_shard,
            record_bytes=record_bytes,
            attributes=attributes,
            closed=closed,
        )
        return Table(self._script, name)

    def live(
        self,
        name: str,
        *,
        shards: int,
        records_per_second_per_shard: float,
        seconds: float,
        record_bytes: int = 1_000,
        attributes: int = 12,
    ) -> Table:
        """A table that is written to in real time from now on, for measuring latency, loss and repetition.

        Its records are those of `generate`; `written_at` is the moment a record became readable, in epoch
        microseconds of this machine's clock. Writes come every millisecond. The shards stay open afterwards.
        """
        self._script(
            "live",
            table=name,
            shards=shards,
            records_per_second=records_per_second_per_shard,
            seconds=seconds,
            record_bytes=record_bytes,
            attributes=attributes,
        )
        return Table(self._script, name)

    def fail(
        self,
        operation: Operation,
        fault: Fault,
        *,
        times: int = 1,
        skip: int = 0,
        probability: float | None = None,
        seed: int = 0,
        shard: str | Shard | None = None,
    ) -> None:
        """Lets calls fail; of several faults that fit a call the one set first strikes.

        Args:
            operation: whose calls.
            fault: what happens to them.
            times: how many.
            skip: how many fitting calls are spared before.
            probability: 0 to 1, instead of `times` and `skip`: now and then, until `heal`.
            seed: of the choice.
            shard: only calls about this shard (of DescribeStream: its CHILD_SHARDS; with the fault missing_shard, which
                shard the listing leaves out). Otherwise of any.
        """
        about = None if shard is None else shard_id_of(shard)
        self._fail("fail", operation, fault, about, times, skip, probability, seed)

    def delay(
        self, milliseconds: float, *, operation: Operation | None = None, shard: str | Shard | None = None
    ) -> None:
        """Lets answers come this long after their requests, in real time, also while the server's time is frozen.

        A page holds what was there after half of it. A shard's delay goes before an operation's, that before the one
        for all; setting one again replaces it, 0 ends it.
        """
        about = None if shard is None else shard_id_of(shard)
        self._script("delay", milliseconds=milliseconds, operation=operation, about=about)

    def describes_per_second(self, limit: int) -> None:
        """How many DescribeStream calls are answered in a second of server time; 10 by default, as by AWS."""
        self._script("describes_per_second", limit=limit)

    def one_job_reads(self, one: bool = True) -> None:
        """Whether all readers are of one job; off at first, since several may read a stream side by side.

        Then a shard that is read again from before its end, as after a restart, holds its children back until its end
        was delivered again: reading them meanwhile is a violation.
        """
        self._script("one_job_reads", one=one)

    def advance(self, by: timedelta | None = None, *, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Moves the server's time on: iterators expire after 15 minutes of it, records are trimmed after 24 hours."""
        total = (by or timedelta()) + timedelta(hours=hours, minutes=minutes, seconds=seconds)
        self._script("advance", seconds=total.total_seconds())

    def freeze(self) -> None:
        """Stops the server's time; only `advance` moves it until `resume`."""
        self._script("freeze")

    def resume(self) -> None:
        """Lets the server's time run again from where it was stopped."""
        self._script("resume")

    def now(self) -> datetime:
        """The server's time."""
        return datetime.fromtimestamp(self._script("now")["millis"] / 1_000, UTC)

    def report(self) -> Report:
        """What it was asked so far."""
        return Report.of(self._script("report"))

    def reset_report(self) -> None:
        """Counts from zero again and forgets violations."""
        self._script("reset_report")
