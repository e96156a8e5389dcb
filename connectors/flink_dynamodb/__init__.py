"""DynamoDB Streams source and DynamoDB sink for PyFlink; usable without the rest of Decision Store."""

from flink_dynamodb.field_types import Field, FieldType
from flink_dynamodb.fields import field, list_of, map_of, metadata, new_image, old_image, row_of, set_of
from flink_dynamodb.jars import MissingJarError, connector_jar
from flink_dynamodb.positions import OnLoss, StreamPosition
from flink_dynamodb.rejected import REJECTED_ROW_TYPE, OnRejected, dead_letters
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
from flink_dynamodb.streams_source import DynamoDbStreamsSource
from flink_dynamodb.unreadable import Split, split_unreadable

__all__ = [
    "REJECTED_ROW_TYPE",
    "DynamoDbSink",
    "DynamoDbStreamsSource",
    "Field",
    "FieldType",
    "MissingJarError",
    "OnLoss",
    "OnRejected",
    "SinkField",
    "Split",
    "StreamPosition",
    "WriteMode",
    "attribute",
    "connector_jar",
    "dead_letters",
    "field",
    "list_of",
    "map_of",
    "metadata",
    "new_image",
    "old_image",
    "partition_key",
    "put",
    "put_if_newer",
    "row_of",
    "set_of",
    "sort_key",
    "split_unreadable",
]
