"""DynamoDB Streams source and DynamoDB sink for PyFlink; usable without the rest of Decision Store."""

from flink_dynamodb.jars import MissingJarError, connector_jar
from flink_dynamodb.sink import (
    DynamoDbSink,
    SinkField,
    WriteMode,
    attribute,
    partition_key,
    put,
    put_if_newer,
    sort_key,
)
from flink_dynamodb.streams_source import (
    DynamoDbStreamsSource,
    Field,
    FieldType,
    StreamStart,
    metadata,
    new_image,
    old_image,
)

__all__ = [
    "DynamoDbSink",
    "DynamoDbStreamsSource",
    "Field",
    "FieldType",
    "MissingJarError",
    "SinkField",
    "StreamStart",
    "WriteMode",
    "attribute",
    "connector_jar",
    "metadata",
    "new_image",
    "old_image",
    "partition_key",
    "put",
    "put_if_newer",
    "sort_key",
]
