"""The DynamoDB tables, created when they are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from decision_store.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import CreateTableInputTypeDef

CUSTOMER_INDEX = "by_customer"


def ensure_tables(client: DynamoDBClient, settings: Settings) -> None:
    """Creates the tables that are missing and returns when all can be written.

    Capacity is on demand: what a table needs is not known before it has traffic.
    """
    for table in (decisions_table(settings), variables_table(settings), schemas_table(settings)):
        try:
            client.create_table(**table)
        except ClientError as refused:
            if refused.response["Error"]["Code"] != "ResourceInUseException":
                raise
    for name in (settings.decisions_table, settings.variables_table, settings.schemas_table):
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


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
    """The schema registry's records; the registry itself is still to be built."""
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
