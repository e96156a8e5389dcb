"""The DynamoDB Streams source, in the manner of PyFlink's own connectors."""

from __future__ import annotations

import os

from pyflink.datastream.connectors.base import Source

from flink_dynamodb.field_types import Field, FieldType
from flink_dynamodb.fields import check_names, column_json
from flink_dynamodb.jars import java_class
from flink_dynamodb.positions import OnLoss, StreamPosition

LARGEST_PAGE = 2 * 1024 * 1024
"""A page is 1 MB of records, which are longer as JSON."""


class DynamoDbStreamsSource(Source):  # type: ignore[misc]  # PyFlink is untyped
    """Changes of DynamoDB tables as typed rows.

    Every change is emitted at least once (exactly once into Flink's state), the changes of an item in their order, a
    shard's children after its end. A record whose content does not fit is emitted with `decode_error`, never dropped.

    Example:
        >>> source = (
        ...     DynamoDbStreamsSource.builder()
        ...     .set_tables("decisions")
        ...     .set_region("eu-west-1")
        ...     .set_starting_position(StreamPosition.trim_horizon())
        ...     .set_fields(metadata("event_kind"), new_image("decision_id"), new_image("revision", FieldType.LONG))
        ...     .build()
        ... )
        >>> env.from_source(source, WatermarkStrategy.no_watermarks(), "decisions")
    """

    @staticmethod
    def builder() -> DynamoDbStreamsSourceBuilder:
        """A builder with the defaults."""
        return DynamoDbStreamsSourceBuilder()


class DynamoDbStreamsSourceBuilder:
    """Collects the options of a source; nothing is asked of AWS before the job starts."""

    def __init__(self) -> None:
        self._tables: tuple[str, ...] = ()
        self._region = os.environ.get("AWS_REGION")
        self._endpoint_url = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB_STREAMS")
        self._start = StreamPosition.trim_horizon()
        self._stop: StreamPosition | None = None
        self._fields: tuple[Field, ...] = ()
        self._event_time_field: str | None = None
        self._latency_goal_ms: int | None = None
        self._reads_per_second: float | None = None
        self._quiet_interval_ms = 250
        self._max_bytes = 32 * 1024 * 1024
        self._discovery_interval_ms = 30_000
        self._on_trimmed = OnLoss.FAIL
        self._on_new_stream = OnLoss.FAIL

    def set_tables(self, *tables_or_arns: str) -> DynamoDbStreamsSourceBuilder:
        """Names of tables, each for its newest stream, or ARNs of streams. `metadata("table")` tells them apart."""
        self._tables = tables_or_arns
        return self

    def set_region(self, region: str) -> DynamoDbStreamsSourceBuilder:
        """The AWS region; default: the environment variable AWS_REGION."""
        self._region = region
        return self

    def set_endpoint_url(self, url: str | None) -> DynamoDbStreamsSourceBuilder:
        """Where DynamoDB Streams is; default: AWS_ENDPOINT_URL_DYNAMODB_STREAMS here, else AWS itself."""
        self._endpoint_url = url
        return self

    def set_starting_position(self, position: StreamPosition) -> DynamoDbStreamsSourceBuilder:
        """Where to begin without a checkpoint; default the trim horizon, since it loses nothing."""
        self._start = position
        return self

    def set_bounded(self, position: StreamPosition) -> DynamoDbStreamsSourceBuilder:
        """Ends the source once it has read what was written up to a moment; default: it reads for ever.

        Args:
            position: `latest()` (up to the moment the job starts) or `timestamp(...)`; the whole second counts. An open
                shard counts as read up to it when five reads in a row over a second, begun 2 s after it, were empty.
        """
        self._stop = position
        return self

    def set_fields(self, *fields: Field) -> DynamoDbStreamsSourceBuilder:
        """The fields of the rows, in order; what is not declared is not decoded."""
        self._fields = fields
        return self

    def set_event_time_field(self, name: str) -> DynamoDbStreamsSourceBuilder:
        """The LONG field (epoch milliseconds) that is a row's timestamp; default: the stream's, to the second."""
        self._event_time_field = name
        return self

    def set_latency_goal(self, milliseconds: int) -> DynamoDbStreamsSourceBuilder:
        """How long a record of a shard with traffic may lie in the stream before it is read; default 50 ms.

        Such a shard is read at even intervals of this length (50 ms: 20 billed reads a second). A shard with more to
        read is read on without a wait, one without traffic slows down to `set_quiet_interval`.
        """
        self._latency_goal_ms = milliseconds
        return self

    def set_read_budget(self, reads_per_second: float) -> DynamoDbStreamsSourceBuilder:
        """Instead of a latency goal: what all subtasks together may spend on shards that were read to their tip.

        The subtasks share it evenly, and each gives it to its shards with traffic first. Reads of shards that have more
        to read come on top: their number is that of the records.
        """
        self._reads_per_second = reads_per_second
        return self

    def set_quiet_interval(self, milliseconds: int) -> DynamoDbStreamsSourceBuilder:
        """The interval at which a shard without traffic is read; default 250 ms (4 reads a second, as AWS Lambda).

        Reached by doubling with each empty read, and left at the first record.
        """
        self._quiet_interval_ms = milliseconds
        return self

    def set_max_bytes(self, max_bytes: int) -> DynamoDbStreamsSourceBuilder:
        """The bytes of responses that a subtask holds or has asked for; default 32 MiB.

        So many full pages (1 MB) may be underway, which hides a round trip of 100 ms at 300 MB a second; their rows are
        made one at a time, so the heap grows by little more.
        """
        self._max_bytes = max_bytes
        return self

    def set_discovery_interval(self, milliseconds: int) -> DynamoDbStreamsSourceBuilder:
        """How often all shards are listed; default 30 s. A backstop: children are looked for at their parent's end."""
        self._discovery_interval_ms = milliseconds
        return self

    def set_on_trimmed(self, on_loss: OnLoss) -> DynamoDbStreamsSourceBuilder:
        """When the stream has lost unread records to its 24 hours; default FAIL: loss is never silent."""
        self._on_trimmed = on_loss
        return self

    def set_on_new_stream(self, on_loss: OnLoss) -> DynamoDbStreamsSourceBuilder:
        """When the table's stream was disabled and enabled again; default FAIL.

        CONTINUE reads the old stream to its end, then the new one from its start. Changes made between are in neither.
        """
        self._on_new_stream = on_loss
        return self

    def build(self) -> DynamoDbStreamsSource:
        """The source.

        Raises:
            ValueError: options are missing or do not go together.
            MissingJarError: the connector's jar is not loaded.
        """
        self._check()
        builder = (
            java_class("source.DynamoDbStreamsSource")
            .builder()
            .setRegion(self._region)
            .setEndpointUrl(self._endpoint_url)
        )
        for table in self._tables:
            builder.addStream(table)
        for field in self._fields:
            builder.addColumn(column_json(field))
        builder.setStart(self._start.kind, self._start.at_ms)
        if self._stop:
            builder.setStop(self._stop.kind, self._stop.at_ms)
        builder.setEventTimeField(self._event_time_field)
        if self._reads_per_second is not None:
            builder.setReadBudget(float(self._reads_per_second))
        elif self._latency_goal_ms is not None:
            builder.setLatencyGoal(self._latency_goal_ms)
        builder.setQuietInterval(self._quiet_interval_ms).setMaxBytes(self._max_bytes)
        builder.setDiscoveryInterval(self._discovery_interval_ms)
        builder.setOnTrimmed(self._on_trimmed.value).setOnNewStream(self._on_new_stream.value)
        return DynamoDbStreamsSource(builder.build())

    def _check(self) -> None:
        if not self._tables or not all(self._tables):
            raise ValueError("A source needs a table: set_tables('my-table').")
        if len(set(self._tables)) < len(self._tables):
            raise ValueError("set_tables names a table twice: its changes would be read twice.")
        if not self._region:
            raise ValueError("A source needs a region: set_region('eu-west-1'), or set AWS_REGION.")
        if self._endpoint_url is not None and not self._endpoint_url.startswith(("http://", "https://")):
            raise ValueError(f"set_endpoint_url takes a URL such as http://localhost:8000, not {self._endpoint_url!r}.")
        if not self._fields:
            raise ValueError("A source needs fields: set_fields(new_image('id'), ...).")
        for field in self._fields:
            if field.origin == "ROW":
                raise ValueError(
                    f"The field {field.name} of the record is made by new_image({field.attribute!r}) or old_image: "
                    "field is for what is within a row_of."
                )
        check_names(self._fields)
        self._check_positions()
        self._check_pace()
        if self._event_time_field is not None:
            types = {field.name: field.type for field in self._fields}
            if types.get(self._event_time_field) is not FieldType.LONG:
                raise ValueError(
                    f"set_event_time_field({self._event_time_field!r}) needs a field of this name and of type LONG "
                    "(epoch milliseconds)."
                )
        if self._max_bytes < LARGEST_PAGE:
            raise ValueError(f"set_max_bytes must hold a page at least: {LARGEST_PAGE} bytes or more.")
        if self._discovery_interval_ms < 1_000:
            raise ValueError(
                "DescribeStream takes ten calls a second from all of an account: discover every 1,000 ms at the most."
            )

    def _check_positions(self) -> None:
        if self._start.is_older_than_the_stream():
            raise ValueError(
                "The starting position is more than 24 hours ago, and a stream does not go back further: start at "
                "StreamPosition.trim_horizon(), and read what is older from the table or an export of it."
            )
        if self._stop is None:
            return
        if self._stop.kind == "TRIM_HORIZON":
            raise ValueError("A source cannot end at its trim horizon: set_bounded takes latest() or timestamp(...).")
        if self._start.kind == "LATEST" and self._stop.kind == "LATEST":
            raise ValueError("From latest() to latest() there is nothing to read.")
        if self._start.kind == self._stop.kind == "TIMESTAMP" and self._stop.at_ms < self._start.at_ms:
            raise ValueError("The source would end before it starts: set_bounded is before set_starting_position.")

    def _check_pace(self) -> None:
        if self._reads_per_second is not None and self._latency_goal_ms is not None:
            raise ValueError(
                "set_latency_goal and set_read_budget exclude each other: one says how often shards are read, the "
                "other what that may cost."
            )
        if self._reads_per_second is not None and self._reads_per_second <= 0:
            raise ValueError("set_read_budget takes a number of reads a second above 0.")
        goal = 50 if self._latency_goal_ms is None else self._latency_goal_ms
        if goal < 1:
            raise ValueError("set_latency_goal takes 1 ms or more.")
        if self._quiet_interval_ms < 1 or (self._reads_per_second is None and self._quiet_interval_ms < goal):
            raise ValueError(
                f"set_quiet_interval ({self._quiet_interval_ms} ms) is shorter than the latency goal ({goal} ms): a "
                "shard without traffic would be read more often than one with it."
            )
