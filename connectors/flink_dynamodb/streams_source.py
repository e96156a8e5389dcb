"""The DynamoDB Streams source, in the manner of PyFlink's own connectors."""

from __future__ import annotations

import os
from enum import Enum

from pyflink.datastream.connectors.base import Source
from pyflink.java_gateway import get_gateway

from flink_dynamodb.field_types import Field
from flink_dynamodb.fields import check_names, column_json
from flink_dynamodb.jars import MissingJarError


class StreamStart(Enum):
    """Where a job without a checkpoint begins."""

    TRIM_HORIZON = "TRIM_HORIZON"
    """The oldest record the stream still has: up to 24 hours back."""
    LATEST = "LATEST"
    """What is written from now on; shards that appear later are read from their start."""


class DynamoDbStreamsSource(Source):  # type: ignore[misc]  # PyFlink is untyped
    """Changes of a DynamoDB table as typed rows.

    Every change is emitted at least once (exactly once into Flink's state), the changes of an item in their order, a
    shard's children after its end. A record whose content does not fit is emitted with `decode_error`, never dropped.

    Example:
        >>> source = (
        ...     DynamoDbStreamsSource.builder()
        ...     .set_stream("decisions")
        ...     .set_region("eu-west-1")
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
        self._stream: str | None = None
        self._region = os.environ.get("AWS_REGION")
        self._endpoint_url = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB_STREAMS")
        self._start = StreamStart.TRIM_HORIZON
        self._fields: tuple[Field, ...] = ()
        self._idle_wait_ms = (20, 100)
        self._discovery_interval_ms = 30_000
        self._fail_on_trimmed = True

    def set_stream(self, table_or_arn: str) -> DynamoDbStreamsSourceBuilder:
        """The table's name, for its newest stream, or the ARN of a stream."""
        self._stream = table_or_arn
        return self

    def set_region(self, region: str) -> DynamoDbStreamsSourceBuilder:
        """The AWS region; default: the environment variable AWS_REGION."""
        self._region = region
        return self

    def set_endpoint_url(self, url: str | None) -> DynamoDbStreamsSourceBuilder:
        """Where DynamoDB and its streams are; default: AWS_ENDPOINT_URL_DYNAMODB_STREAMS here, else AWS itself."""
        self._endpoint_url = url
        return self

    def set_start(self, start: StreamStart) -> DynamoDbStreamsSourceBuilder:
        """Where to begin without a checkpoint; default TRIM_HORIZON, since it loses nothing."""
        self._start = start
        return self

    def set_fields(self, *fields: Field) -> DynamoDbStreamsSourceBuilder:
        """The fields of the rows, in order."""
        self._fields = fields
        return self

    def set_idle_wait(self, min_ms: int, max_ms: int) -> DynamoDbStreamsSourceBuilder:
        """How long a shard that was read to its tip is left alone: `min_ms`, doubling with empty pages up to `max_ms`.

        Default 20 and 100 ms. Every poll is billed: a busy shard costs at most 50 reads a second, a quiet one 10. A
        full page is followed by the next one without a wait.
        """
        self._idle_wait_ms = (min_ms, max_ms)
        return self

    def set_discovery_interval(self, milliseconds: int) -> DynamoDbStreamsSourceBuilder:
        """How often the stream's shards are listed beside the listings at a shard's end; default 30 s."""
        self._discovery_interval_ms = milliseconds
        return self

    def set_fail_on_trimmed(self, fail: bool) -> DynamoDbStreamsSourceBuilder:
        """Whether records lost to the stream's 24 hours fail the job; default True: loss is never silent."""
        self._fail_on_trimmed = fail
        return self

    def build(self) -> DynamoDbStreamsSource:
        """The source.

        Raises:
            ValueError: options are missing or do not go together.
            MissingJarError: the connector's jar is not loaded.
        """
        if not self._stream:
            raise ValueError("A source needs a stream: set_stream('my-table').")
        if not self._region:
            raise ValueError("A source needs a region: set_region('eu-west-1'), or set AWS_REGION.")
        if not self._fields:
            raise ValueError("A source needs fields: set_fields(new_image('id'), ...).")
        check_names(self._fields)
        if within := [field.name for field in self._fields if field.origin == "ROW"]:
            raise ValueError(f"A field of the record is made by new_image('{within[0]}'): field() is for row_of alone.")
        shortest, longest = self._idle_wait_ms
        if not 1 <= shortest <= longest:
            raise ValueError(f"The idle wait must rise from 1 ms or more, not from {shortest} to {longest}.")
        if self._discovery_interval_ms < 100:
            raise ValueError("DescribeStream takes ten calls a second: discover every 100 ms at the most.")

        java = get_gateway().jvm.io.decisionstore.dynamodb.source.DynamoDbStreamsSource
        if not callable(java):  # py4j takes an unknown class for a package
            raise MissingJarError("The DynamoDB connector is not loaded: call env.add_jars with connector_jar() first.")
        builder = java.builder().setStream(self._stream).setRegion(self._region).setEndpointUrl(self._endpoint_url)
        for field in self._fields:
            builder.addColumn(column_json(field))
        builder.setStart(self._start.value).setIdleWait(shortest, longest).setFailOnTrimmed(self._fail_on_trimmed)
        return DynamoDbStreamsSource(builder.setDiscoveryInterval(self._discovery_interval_ms).build())
