"""The DynamoDB tables: created when they are missing, and refused when they are not what we need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from decision_store.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        CreateTableInputTypeDef,
        KeySchemaElementTypeDef,
        TableDescriptionTypeDef,
    )

CUSTOMER_INDEX = "by_customer"


class TableError(Exception):
    """A table that is missing or is not ours; one sentence that says what to do."""


def ensure_tables(client: DynamoDBClient, settings: Settings) -> None:
    """Creates the tables that are missing and returns when all can be written.

    Capacity is on demand: what a table needs is not known before it has traffic.

    Raises:
        TableError: a table of that name exists and is another one.
    """
    for table in all_tables(settings):
        try:
            client.create_table(**table)
        except ClientError as refused:
            if refused.response["Error"]["Code"] != "ResourceInUseException":
                raise
    for table in all_tables(settings):
        client.get_waiter("table_exists").wait(
            TableName=table["TableName"], WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
    check_tables(client, settings)


def check_tables(client: DynamoDBClient, settings: Settings) -> None:
    """Refuses to work on tables that would lose data or fail later.

    Raises:
        TableError: a table is missing, or has another key, no stream of new images, or not the index.
    """
    for table in all_tables(settings):
        name = table["TableName"]
        try:
            found = client.describe_table(TableName=name)["Table"]
        except client.exceptions.ResourceNotFoundException:
            raise TableError(
                f"Table {name} is missing: start with --create-tables, or create it as docs/architecture.md says."
            ) from None
        if problem := _difference(table, found):
            raise TableError(f"Table {name} {problem}: use another name for the table, or recreate it.")


def all_tables(settings: Settings) -> tuple[CreateTableInputTypeDef, ...]:
    """Every table the API works on."""
    return decisions_table(settings), variables_table(settings), schemas_table(settings)


def _difference(wanted: CreateTableInputTypeDef, found: TableDescriptionTypeDef) -> str | None:
    """What keeps an existing table from being used, or None."""
    types = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in found["AttributeDefinitions"]}
    wanted_types = {one["AttributeName"]: one["AttributeType"] for one in wanted["AttributeDefinitions"]}
    key, wanted_key = _key(found["KeySchema"], types), _key(wanted["KeySchema"], wanted_types)
    if key != wanted_key:
        return f"has the key {key} where {wanted_key} is expected"
    if "StreamSpecification" in wanted:
        stream = found.get("StreamSpecification", {"StreamEnabled": False})
        if not stream["StreamEnabled"]:
            return "has no stream, so its changes would go nowhere (expected one with NEW_IMAGE)"
        if stream.get("StreamViewType") != "NEW_IMAGE":
            return f"has a stream of {stream.get('StreamViewType')} where NEW_IMAGE is expected"
    indexes = {index["IndexName"]: index for index in found.get("GlobalSecondaryIndexes", ())}
    for index in wanted.get("GlobalSecondaryIndexes", ()):
        name = index["IndexName"]
        if name not in indexes:
            return f"has no index {name}"
        key, wanted_key = _key(indexes[name]["KeySchema"], types), _key(index["KeySchema"], wanted_types)
        if key != wanted_key:
            return f"has the key {key} in its index {name} where {wanted_key} is expected"
        if indexes[name]["Projection"].get("ProjectionType") != "ALL":
            return f"has an index {name} without all attributes (expected the projection ALL)"
    return None


def _key(schema: Sequence[KeySchemaElementTypeDef], types: Mapping[str, str]) -> str:
    """`decision_id S HASH, part_revision S RANGE`."""
    return ", ".join(f"{one['AttributeName']} {types[one['AttributeName']]} {one['KeyType']}" for one in schema)


def decisions_table(settings: Settings) -> CreateTableInputTypeDef:
    """Parts, append-only, with a stream of new images; the sparse index holds requests only."""
    return {
        "TableName": settings.decisions_table,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "decision_id", "AttributeType": "S"},
            {"AttributeName": "part_revision", "AttributeType": "S"},
            {"AttributeName": "customer_id", "AttributeType": "S"},
            {"AttributeName": "requested_at", "AttributeType": "N"},
        ],
        "KeySchema": [
            {"AttributeName": "decision_id", "KeyType": "HASH"},
            {"AttributeName": "part_revision", "KeyType": "RANGE"},
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": CUSTOMER_INDEX,
                "KeySchema": [
                    {"AttributeName": "customer_id", "KeyType": "HASH"},
                    {"AttributeName": "requested_at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    }


def variables_table(settings: Settings) -> CreateTableInputTypeDef:
    """One item per entity and use case: one read answers a policy."""
    return _keyed_table(settings.variables_table, "entity", "use_case")


def schemas_table(settings: Settings) -> CreateTableInputTypeDef:
    """The schema registry's records; `decision_store.api.schema_table` lists them."""
    return _keyed_table(settings.schemas_table, "scope", "record")


def _keyed_table(name: str, partition_key: str, sort_key: str) -> CreateTableInputTypeDef:
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": partition_key, "AttributeType": "S"},
            {"AttributeName": sort_key, "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": partition_key, "KeyType": "HASH"},
            {"AttributeName": sort_key, "KeyType": "RANGE"},
        ],
    }
