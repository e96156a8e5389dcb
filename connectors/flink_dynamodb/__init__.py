"""DynamoDB Streams source and DynamoDB sink for PyFlink; usable without the rest of Decision Store."""

from flink_dynamodb.field_types import Field, FieldType
from flink_dynamodb.fields import field, list_of, map_of, metadata, new_image, old_image, row_of, set_of
from flink_dynamodb.items import as_items
from flink_dynamodb.jars import MissingJarError, connector_jar
from flink_dynamodb.positions import OnLoss, StreamPosition
from flink_dynamodb.rejected import REJECTED_ROW_TYPE, OnRejected, dead_letters
from flink_dynamodb.sink import DynamoDbSink
from flink_dynamodb.sink_fields import SinkField, added, attribute, partition_key, sort_key, time_to_live
from flink_dynamodb.sink_modes import Capacity, WriteMode, auto, delete, fixed, put, put_if_newer, update
from flink_dynamodb.streams_source import DynamoDbStreamsSource
from flink_dynamodb.unreadable import Split, split_unreadable

__all__ = [
    "REJECTED_ROW_TYPE",
    "Capacity",
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
    "added",
    "as_items",
    "attribute",
    "auto",
    "connector_jar",
    "dead_letters",
    "delete",
    "field",
    "fixed",
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
    "time_to_live",
    "update",
]
