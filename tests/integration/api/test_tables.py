"""At start: missing tables, and tables of the same name that would lose data or fail later."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from decision_store.api.tables import TableError, check_tables, decisions_table, ensure_tables, schemas_table
from decision_store.clients import dynamodb_client
from decision_store.settings import Settings

pytestmark = pytest.mark.integration
Change = Callable[[dict[str, Any]], Any]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table.pop("StreamSpecification"), "has no stream, so its changes would go nowhere"),
        (
            lambda table: table["StreamSpecification"].update(StreamViewType="KEYS_ONLY"),
            "has a stream of KEYS_ONLY where NEW_IMAGE is expected",
        ),
        (
            lambda table: (table.pop("GlobalSecondaryIndexes"), table["AttributeDefinitions"].__delitem__(slice(2, 4))),
            "has no index by_customer",
        ),
        (
            lambda table: table["GlobalSecondaryIndexes"][0]["Projection"].update(ProjectionType="KEYS_ONLY"),
            "has an index by_customer without all attributes",
        ),
        (
            lambda table: table["AttributeDefinitions"][3].update(AttributeType="S"),
            "has the key customer_id S HASH, requested_at S RANGE in its index by_customer where",
        ),
        (
            lambda table: (table["KeySchema"].pop(), table["AttributeDefinitions"].pop(1)),
            "has the key decision_id S HASH where decision_id S HASH, part_revision S RANGE is expected",
        ),
        (
            lambda table: table["AttributeDefinitions"][1].update(AttributeType="N"),
            "has the key decision_id S HASH, part_revision N RANGE where",
        ),
    ],
)
def test_a_table_that_is_another_one_is_refused(own_settings: Settings, change: Change, message: str) -> None:
    client = dynamodb_client(own_settings)
    table: Any = decisions_table(own_settings)
    change(table)
    client.create_table(**table)
    with pytest.raises(TableError) as refused:
        ensure_tables(client, own_settings)
    assert str(refused.value).startswith(f"Table {own_settings.decisions_table} {message}")


def test_a_missing_table_is_said(own_settings: Settings) -> None:
    client = dynamodb_client(own_settings)
    with pytest.raises(
        TableError, match=f"^Table {own_settings.decisions_table} is missing: start with --create-tables"
    ):
        check_tables(client, own_settings)


def test_the_other_tables_are_looked_at_too(own_settings: Settings) -> None:
    client = dynamodb_client(own_settings)
    ensure_tables(client, own_settings)
    check_tables(client, own_settings)
    client.delete_table(TableName=own_settings.schemas_table)
    with pytest.raises(TableError, match=f"^Table {own_settings.schemas_table} is missing"):
        check_tables(client, own_settings)
    assert schemas_table(own_settings)["TableName"] == own_settings.schemas_table


def start(settings: Settings, **environment: str) -> subprocess.CompletedProcess[str]:
    names = {
        f"{table}_TABLE": getattr(settings, f"{table.lower()}_table") for table in ("DECISIONS", "VARIABLES", "SCHEMAS")
    }
    return subprocess.run(
        [sys.executable, "-m", "decision_store.api", "--port", "1"],
        env=os.environ | names | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_start_without_tables_ends_in_one_sentence(own_settings: Settings) -> None:
    ended = start(own_settings)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Table {own_settings.decisions_table} is missing: start with --create-tables")
    assert ended.stderr.count("\n") == 1


def test_a_start_without_dynamodb_ends_in_one_sentence(own_settings: Settings) -> None:
    ended = start(own_settings, AWS_ENDPOINT_URL_DYNAMODB="http://127.0.0.1:9")
    assert ended.returncode == 1
    assert ended.stderr.startswith("DynamoDB does not answer")
    assert ended.stderr.count("\n") == 1
