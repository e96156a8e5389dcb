"""Items made by a Python function, where fields are not enough."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pyflink.common import Row, Types
from pyflink.datastream import DataStream

from flink_dynamodb.values import Value, to_item

ITEM = "item"
"""The field that holds the item, for `set_item_field`."""


def as_items(
    stream: DataStream, function: Callable[[Any], Mapping[str, Value]], uid: str | None = None, name: str = "as items"
) -> DataStream:
    """Rows with one field, `item`: what the function makes of each element, as DynamoDB JSON.

    The sink is told with `set_item_field("item")`, and still declares the key, and the version where one is compared. A
    row of kind DELETE stays one: its item then needs the key only.

    It is a Python operator: every row goes to a Python process and back, 48,000 rows a second a process at best. Fields
    are written in the JVM alone.

    Args:
        stream: of anything.
        function: makes an item, in values as of boto3's resources: str, int, Decimal, bool, None, bytes, list, dict
            with str keys, or a set of str, of numbers or of bytes. A float is the number that Python shows for it. A
            time to live is epoch seconds here, as DynamoDB has it.
        uid: of the operator. It keeps no state; jobs that refuse generated uids need it.
        name: of the operator.

    Raises:
        TypeError: while the job runs: the function's value is no dict, or holds a type that DynamoDB has not; the
            message begins with its path, such as `address.lines[2]`.
        ValueError: likewise: NaN, infinity, an empty set, or a set of several types.

    Example:
        >>> items = as_items(orders, lambda order: {"id": order.id, "lines": json.loads(order.lines)}, uid="items")
        >>> items.sink_to(builder.set_fields(partition_key("id")).set_item_field("item").build())
    """

    def to_row(element: Any) -> Row:
        row = Row(item_json(function(element)))
        if isinstance(element, Row):
            row.set_row_kind(element.get_row_kind())
        return row

    items = stream.map(to_row, output_type=Types.ROW_NAMED([ITEM], [Types.STRING()])).name(name)
    return items.uid(uid) if uid is not None else items


def item_json(item: Mapping[str, Value]) -> str:
    """An item as the text of its DynamoDB JSON; errors as of `as_items`."""
    if not isinstance(item, Mapping):
        raise TypeError(f"The function of as_items makes dicts, not {type(item).__name__}.")
    return json.dumps(to_item(item, floats=True), ensure_ascii=False, separators=(",", ":"))
