"""Sets rows apart whose attributes did not fit."""

from __future__ import annotations

from typing import NamedTuple

from pyflink.common.typeinfo import RowTypeInfo
from pyflink.datastream import DataStream

from flink_dynamodb.jars import java_class


class Split(NamedTuple):
    """Rows of a source, told apart.

    Attributes:
        readable: rows whose attributes all fit, as they came.
        unreadable: of each other record a row of `reason` (what did not fit), `raw` (the record as DynamoDB sent it, in
            DynamoDB JSON), `table`, `shard_id`, `sequence_number` (strings) and `created_at` (long, epoch ms). The last
            four are null unless the source declares them.
    """

    readable: DataStream
    unreadable: DataStream


def split_unreadable(rows: DataStream, uid: str | None = None) -> Split:
    """Rows that can be read, and those with an attribute that does not fit its field's type.

    It runs in the JVM, chained to the source. Leave a stream that you do not need unused.

    Args:
        rows: of a source that declares `metadata("decode_error")` and `metadata("raw")` (or `"record"`) under these
            names.
        uid: of the operator. It keeps no state; jobs that refuse generated uids need it.

    Raises:
        ValueError: the rows do not have these fields.
        MissingJarError: the connector's jar is not loaded.

    Example:
        >>> orders, unreadable = split_unreadable(env.from_source(source, watermarks, "orders"))
        >>> unreadable.sink_to(dead_letters)
    """
    type = rows.get_type()
    names = type.get_field_names() if isinstance(type, RowTypeInfo) else []
    if "decode_error" not in names or not {"raw", "record"} & set(names):
        have = ", ".join(names) if names else "no fields"
        raise ValueError(
            "split_unreadable tells rows apart by their fields decode_error and raw (or record), and these rows have "
            f'{have}: add metadata("decode_error") and metadata("raw") to the source\'s set_fields.'
        )
    java = java_class("source.unreadable.SplitUnreadable")
    readable = java.apply(rows._j_data_stream, uid)
    return Split(DataStream(readable), DataStream(java.unreadable(readable)))
