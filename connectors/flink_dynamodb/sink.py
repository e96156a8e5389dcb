"""The DynamoDB sink, in the manner of PyFlink's own connectors."""

from __future__ import annotations

import os
from typing import Any, Literal, get_args

from py4j.protocol import Py4JJavaError
from pyflink.datastream import DataStream, KeyedStream
from pyflink.datastream.connectors.base import Sink, StreamTransformer, SupportsPreprocessing

from flink_dynamodb.jars import java_class
from flink_dynamodb.rejected import OnRejected, on_rejected
from flink_dynamodb.sink_fields import SinkField, check_fields, field_json
from flink_dynamodb.sink_modes import Capacity, Nulls, WriteMode, auto, put
from flink_dynamodb.table_check import check_table

BATCH_LIMIT = 25
"""What BatchWriteItem takes in one request."""


class _RowsOfKeyedStreams(StreamTransformer):  # type: ignore[misc]  # PyFlink is untyped
    """A keyed stream of PyFlink's is of rows (key, row), and its `sink_to` hands these to a sink as they are."""

    def apply(self, ds: DataStream) -> DataStream:
        return ds._values() if isinstance(ds, KeyedStream) else ds


class DynamoDbSink(Sink, SupportsPreprocessing):  # type: ignore[misc]  # PyFlink is untyped
    """Rows as items of a DynamoDB table.

    Every row is written at least once; writes of an item never overtake each other, and a later one takes the place
    of one that still waits. What DynamoDB does not take at once is tried again as long as the job lives; what it can
    never take fails the job with a sentence, or goes where `set_on_rejected` says.

    Example:
        >>> sink = (
        ...     DynamoDbSink.builder()
        ...     .set_table("variables")
        ...     .set_region("eu-west-1")
        ...     .set_fields(partition_key("entity"), sort_key("use_case"), attribute("version", FieldType.LONG))
        ...     .set_mode(put_if_newer("version"))
        ...     .build()
        ... )
        >>> stream.sink_to(sink).uid("variables")
    """

    @staticmethod
    def builder() -> DynamoDbSinkBuilder:
        """A builder with the defaults."""
        return DynamoDbSinkBuilder()

    def get_transformer(self) -> StreamTransformer:
        """For PyFlink: what becomes of a stream before it is written."""
        return _RowsOfKeyedStreams()


class DynamoDbSinkBuilder:
    """Collects the options of a sink; `build()` looks at the table, unless told otherwise."""

    def __init__(self) -> None:
        self._table: str | None = None
        self._region = os.environ.get("AWS_REGION")
        self._endpoint_url = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")
        self._fields: tuple[SinkField, ...] = ()
        self._mode = put()
        self._nulls: Nulls = "omit"
        self._delete_flag: str | None = None
        self._item_field: str | None = None
        self._capacity = auto()
        self._max_in_flight_requests = 50
        self._max_batch_size = BATCH_LIMIT
        self._max_time_in_buffer_ms = 5
        self._max_buffered_requests = 10_000
        self._max_buffered_bytes = 64 * 1024 * 1024
        self._on_rejected: OnRejected | None = None
        self._check_on_build = True

    def set_table(self, name_or_arn: str) -> DynamoDbSinkBuilder:
        """The table."""
        self._table = name_or_arn
        return self

    def set_region(self, region: str) -> DynamoDbSinkBuilder:
        """The AWS region; default: the environment variable AWS_REGION."""
        self._region = region
        return self

    def set_endpoint_url(self, url: str | None) -> DynamoDbSinkBuilder:
        """Where DynamoDB is; default: AWS_ENDPOINT_URL_DYNAMODB here, else AWS itself."""
        self._endpoint_url = url
        return self

    def set_fields(self, *fields: SinkField) -> DynamoDbSinkBuilder:
        """The fields of the rows that are written; other fields are left alone.

        They are found by name. Rows without names must have exactly these fields, in this order.
        """
        self._fields = fields
        return self

    def set_mode(self, mode: WriteMode) -> DynamoDbSinkBuilder:
        """`put()`, the default, `put_if_newer("version")`, `update()` or `delete()`."""
        self._mode = mode
        return self

    def set_nulls(self, nulls: Nulls) -> DynamoDbSinkBuilder:
        """What a null is, also within rows and maps; default "omit": no attribute (with `update()`: it stays as it is).

        "write" writes DynamoDB's NULL. Within a list a null is always NULL, so that the others keep their places. An
        empty set, which DynamoDB has not, is as a null.
        """
        self._nulls = nulls
        return self

    def set_delete_flag(self, field: str) -> DynamoDbSinkBuilder:
        """A BOOLEAN field of the rows: true deletes the item, as a row of kind DELETE does; null is false.

        It is written only if it is among the fields too. In rows without names it comes behind them.
        """
        self._delete_flag = field
        return self

    def set_item_field(self, field: str) -> DynamoDbSinkBuilder:
        """A STRING field of the rows that holds the whole item as DynamoDB JSON; see `as_items`.

        The declared fields are then looked for in the item, by attribute; all others are written as well, as they are.
        """
        self._item_field = field
        return self

    def set_capacity(self, capacity: Capacity | Literal["auto"]) -> DynamoDbSinkBuilder:
        """How much of the table is taken: `auto()`, the default, `auto(target_share=0.5)`, or `fixed(500)` units."""
        self._capacity = auto() if capacity == "auto" else capacity
        return self

    def set_max_in_flight_requests(self, requests: int) -> DynamoDbSinkBuilder:
        """Requests a subtask has open at once, at the most; default 50. Fewer while DynamoDB throttles."""
        self._max_in_flight_requests = requests
        return self

    def set_max_batch_size(self, items: int) -> DynamoDbSinkBuilder:
        """Items of a request with `put()` and `delete()`; default 25, which is DynamoDB's limit."""
        self._max_batch_size = items
        return self

    def set_max_time_in_buffer_ms(self, milliseconds: int) -> DynamoDbSinkBuilder:
        """How long an item waits for others to fill its request, while other requests are open; default 5 ms.

        With no request open it does not wait. 5 ms is about what a request takes: a longer wait adds to the time until
        a row can be read, and saves nothing, since DynamoDB bills items and not requests.
        """
        self._max_time_in_buffer_ms = milliseconds
        return self

    def set_max_buffered_requests(self, items: int) -> DynamoDbSinkBuilder:
        """Items a subtask holds that DynamoDB does not have yet, then its input waits; default 10,000."""
        self._max_buffered_requests = items
        return self

    def set_max_buffered_bytes(self, size: int) -> DynamoDbSinkBuilder:
        """Bytes of these items; default 64 MB, at least 1 MB."""
        self._max_buffered_bytes = size
        return self

    def set_on_rejected(self, place: Literal["fail"] | OnRejected) -> DynamoDbSinkBuilder:
        """What becomes of a row that can never be written; default "fail": the job fails, naming the item and why.

        Args:
            place: "fail", or `dead_letters(sink)`: the row goes there with its reason, and the job goes on.
        """
        self._on_rejected = on_rejected(place)
        return self

    def set_check_on_build(self, check: bool) -> DynamoDbSinkBuilder:
        """Whether `build()` asks DynamoDB for the table; default True.

        A missing table or another key is then an error here, not in the job's log. Where this process cannot reach the
        table, that is a warning only.
        """
        self._check_on_build = check
        return self

    def build(self) -> DynamoDbSink:
        """The sink.

        Raises:
            ValueError: options are missing or do not go together, or the table is not there or not as declared.
            MissingJarError: the connector's jar is not loaded.
        """
        if not self._table:
            raise ValueError("A sink needs a table: set_table('my-table').")
        if not self._region:
            raise ValueError("A sink needs a region: set_region('eu-west-1'), or set AWS_REGION.")
        self._check_options()
        check_fields(self._fields, self._mode)
        try:
            builder = self._java_builder()
            sink = builder.build()
        except Py4JJavaError as refused:
            if refused.java_exception.getClass().getName() != "java.lang.IllegalArgumentException":
                raise
            raise ValueError(refused.java_exception.getMessage()) from None
        if self._check_on_build:
            check_table(builder)
        return DynamoDbSink(sink)

    def _java_builder(self) -> Any:
        builder = (
            java_class("sink.DynamoDbSink")
            .builder()
            .setTable(self._table)
            .setRegion(self._region)
            .setEndpointUrl(self._endpoint_url)
        )
        for field in self._fields:
            builder.addField(field_json(field), field.role)
        match self._mode:
            case WriteMode("PUT"):
                builder.setPut()
            case WriteMode("PUT_IF_NEWER", version, tombstone):
                builder.setPutIfNewer(version, tombstone)
            case WriteMode("UPDATE", version):
                builder.setUpdate(version)
            case WriteMode("DELETE"):
                builder.setDelete()
            case unknown:
                raise ValueError(f"There is no mode {unknown.kind!r}.")
        builder.setWritesNulls(self._nulls == "write")
        builder.setDeleteFlag(self._delete_flag).setItemField(self._item_field)
        if self._capacity.write_units_per_second is None:
            builder.setCapacityShare(float(self._capacity.target_share))
        else:
            builder.setFixedCapacity(float(self._capacity.write_units_per_second))
        builder.setMaxInFlightRequests(self._max_in_flight_requests).setMaxBatchSize(self._max_batch_size)
        builder.setMaxTimeInBufferMs(self._max_time_in_buffer_ms)
        builder.setDeadLetters(None if self._on_rejected is None else self._on_rejected.java())
        return builder.setMaxBufferedRequests(self._max_buffered_requests).setMaxBufferedBytes(self._max_buffered_bytes)

    def _check_options(self) -> None:
        if not isinstance(self._mode, WriteMode):
            raise ValueError(f"A mode is made by put(), put_if_newer(...), update() or delete(), not {self._mode!r}.")
        if not isinstance(self._capacity, Capacity):
            raise ValueError(f'A capacity is "auto", auto(...) or fixed(...), not {self._capacity!r}.')
        if self._nulls not in get_args(Nulls):
            raise ValueError(f'Nulls are "omit" or "write", not {self._nulls!r}.')
        if self._max_in_flight_requests < 1:
            raise ValueError("At least one request must be in flight.")
        if not 1 <= self._max_batch_size <= BATCH_LIMIT:
            raise ValueError(f"A batch has 1 to {BATCH_LIMIT} items, not {self._max_batch_size}.")
        if self._max_time_in_buffer_ms < 1:
            raise ValueError("An item waits in the buffer for at least 1 ms.")
        if self._max_buffered_requests < self._max_batch_size:
            raise ValueError(
                f"The buffer of {self._max_buffered_requests} items does not hold a batch of {self._max_batch_size}."
            )
