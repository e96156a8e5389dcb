"""The DynamoDB sink, in the manner of PyFlink's own connectors."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

from pyflink.datastream.connectors.base import Sink

from flink_dynamodb.field_types import FieldType
from flink_dynamodb.jars import java_class
from flink_dynamodb.rejected import OnRejected, on_rejected
from flink_dynamodb.table_check import check_table

BATCH_LIMIT = 25
"""What BatchWriteItem takes in one request."""


@dataclass(frozen=True, slots=True)
class SinkField:
    """A field of the written rows; made by `partition_key`, `sort_key` and `attribute`.

    Attributes:
        name: the row's field name.
        attribute: the item's attribute.
        type: of the value; a null is left out of the item.
        role: PARTITION_KEY, SORT_KEY or ATTRIBUTE.
    """

    name: str
    attribute: str
    type: FieldType
    role: str


def partition_key(name: str, type: FieldType = FieldType.STRING, attribute_name: str | None = None) -> SinkField:
    """The field that is the table's partition key; never null or empty.

    Args:
        name: the row's field name.
        type: STRING, LONG, INT, DOUBLE or BYTES.
        attribute_name: the item's attribute; `name` when left out.
    """
    return SinkField(name, attribute_name or name, type, "PARTITION_KEY")


def sort_key(name: str, type: FieldType = FieldType.STRING, attribute_name: str | None = None) -> SinkField:
    """The field that is the table's sort key, for a table that has one; as `partition_key`."""
    return SinkField(name, attribute_name or name, type, "SORT_KEY")


def attribute(name: str, type: FieldType = FieldType.STRING, attribute_name: str | None = None) -> SinkField:
    """Any other field; where it is null the item has no such attribute."""
    return SinkField(name, attribute_name or name, type, "ATTRIBUTE")


@dataclass(frozen=True, slots=True)
class WriteMode:
    """Which of several writes of an item wins; made by `put` and `put_if_newer`.

    Attributes:
        version_field: the row field whose higher value wins; None: the last write wins.
    """

    version_field: str | None


def put() -> WriteMode:
    """The last write of an item wins. Up to 25 items a request."""
    return WriteMode(None)


def put_if_newer(version_field: str) -> WriteMode:
    """The highest version of an item wins, whatever the order and however often a row comes.

    One request an item, and every write costs its capacity, also one that comes too late.

    Args:
        version_field: a field of the rows, LONG or INT, set in every row.
    """
    return WriteMode(version_field)


class DynamoDbSink(Sink):  # type: ignore[misc]  # PyFlink is untyped
    """Rows as items of a DynamoDB table.

    Every row is written at least once; writes of an item never overtake each other, and a later one takes the place
    of one that still waits. What DynamoDB does not take at once is tried again as long as the job lives; what it can
    never take fails the job with a sentence.

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


class DynamoDbSinkBuilder:
    """Collects the options of a sink."""

    def __init__(self) -> None:
        self._table: str | None = None
        self._region = os.environ.get("AWS_REGION")
        self._endpoint_url = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")
        self._fields: tuple[SinkField, ...] = ()
        self._mode = put()
        self._max_in_flight_requests = 50
        self._max_batch_size = BATCH_LIMIT
        self._max_time_in_buffer_ms = 5
        self._max_buffered_requests = 10_000
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
        """`put()`, the default, or `put_if_newer("version")`."""
        self._mode = mode
        return self

    def set_max_in_flight_requests(self, requests: int) -> DynamoDbSinkBuilder:
        """Requests a subtask has open at once, at the most; default 50. Fewer while DynamoDB throttles."""
        self._max_in_flight_requests = requests
        return self

    def set_max_batch_size(self, items: int) -> DynamoDbSinkBuilder:
        """Items of a request with `put()`; default 25, which is DynamoDB's limit."""
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
        """Items a subtask holds that DynamoDB does not have yet, then its input waits; default 10,000, or 64 MB."""
        self._max_buffered_requests = items
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
            ValueError: options are missing or do not go together, or the table is not one that the job could write.
            MissingJarError: the connector's jar is not loaded.
        """
        if not self._table:
            raise ValueError("A sink needs a table: set_table('my-table').")
        if not self._region:
            raise ValueError("A sink needs a region: set_region('eu-west-1'), or set AWS_REGION.")
        self._check_fields()
        self._check_limits()

        builder = (
            java_class("sink.DynamoDbSink")
            .builder()
            .setTable(self._table)
            .setRegion(self._region)
            .setEndpointUrl(self._endpoint_url)
        )
        for field in self._fields:
            builder.addField(field.name, field.attribute, field.type.value, field.role)
        if self._mode.version_field is None:
            builder.setPut()
        else:
            builder.setPutIfNewer(self._mode.version_field)
        builder.setMaxInFlightRequests(self._max_in_flight_requests).setMaxBatchSize(self._max_batch_size)
        builder.setMaxTimeInBufferMs(self._max_time_in_buffer_ms)
        builder.setDeadLetters(None if self._on_rejected is None else self._on_rejected.java())
        builder.setMaxBufferedRequests(self._max_buffered_requests)
        if self._check_on_build:
            check_table(builder)
        return DynamoDbSink(builder.build())

    def _check_fields(self) -> None:
        partition_keys = [field for field in self._fields if field.role == "PARTITION_KEY"]
        sort_keys = [field for field in self._fields if field.role == "SORT_KEY"]
        if len(partition_keys) != 1:
            raise ValueError(f"A sink needs exactly one partition_key, and {len(partition_keys)} are given.")
        if len(sort_keys) > 1:
            raise ValueError(f"A sink has at most one sort_key, and {len(sort_keys)} are given.")
        for key in partition_keys + sort_keys:
            if key.type is FieldType.BOOLEAN:
                raise ValueError(f"The key {key.name} cannot be a boolean: DynamoDB takes strings, numbers and bytes.")
        for field in self._fields:
            if field.type in (FieldType.DECIMAL, FieldType.JSON):
                raise ValueError(f"The sink does not write the type {field.type.value} of {field.name}.")
        for what, names in (
            ("field", [field.name for field in self._fields]),
            ("attribute", [field.attribute for field in self._fields]),
        ):
            if twice := {name for name in names if names.count(name) > 1}:
                raise ValueError(f"The {what} {', '.join(sorted(twice))} is given twice.")
        version = self._mode.version_field
        numbers = {f.name for f in self._fields if f.role == "ATTRIBUTE" and f.type in (FieldType.LONG, FieldType.INT)}
        if version is not None and version not in numbers:
            raise ValueError(
                f"The version {version} must be one of the fields: attribute({version!r}, FieldType.LONG)."
            )

    def _check_limits(self) -> None:
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
