"""Reads of the table that the `variables` job keeps."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Value = str | int | float | bool
Stored = Value | list[Value | None]
"""A variable's value; of `last_k` a list, the newest decision first, with null where a decision had none."""


class VariableTable:
    """The table `variables`.

    Args:
        client: of DynamoDB; may be shared between threads.
        name: the table's name.
    """

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def read(self, entity: str) -> dict[str, dict[str, Stored]]:
        """The variables of an entity by use case; consistent, since a policy decides by them.

        Args:
            entity: as `decision_store.model.entities.entity_key` writes it.
        """
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            ConsistentRead=True,
            KeyConditionExpression="entity = :entity",
            ExpressionAttributeValues={":entity": {"S": entity}},
        )
        deserializer = TypeDeserializer()
        answers: dict[str, dict[str, Stored]] = {}
        for page in pages:
            for item in page["Items"]:
                values = {name: _stored(deserializer.deserialize(value)) for name, value in item.items()}
                values.pop("entity")
                answers[str(values.pop("use_case"))] = values
        return answers


def _stored(value: Any) -> Stored:
    if isinstance(value, list):
        return [None if one is None else _plain(one) for one in value]
    return _plain(value)


def _plain(value: Any) -> Value:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    assert isinstance(value, Value)
    return value
