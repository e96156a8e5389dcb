"""DynamoDB Streams source for PyFlink; usable without the rest of Decision Store."""

from flink_dynamodb.jars import MissingJarError, connector_jar
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
    "DynamoDbStreamsSource",
    "Field",
    "FieldType",
    "MissingJarError",
    "StreamStart",
    "connector_jar",
    "metadata",
    "new_image",
    "old_image",
]
