"""`python -m decision_store.api`: serves the API on loopback."""

from __future__ import annotations

import argparse
import sys
from urllib.parse import urlsplit

import uvicorn
from botocore.exceptions import BotoCoreError, ClientError

from decision_store.api.app import create_app
from decision_store.api.part_schemas import register_shipped
from decision_store.api.schema_table import IncompatibleSchemaError, SchemaTable
from decision_store.api.tables import TableError, check_tables, ensure_tables
from decision_store.api.waiting import BusyError
from decision_store.clients import dynamodb_client
from decision_store.settings import Settings

CREATE_TABLES = "create the tables that are missing, and register the shipped schemas"


def main() -> None:
    """Parses the command line and serves until SIGTERM."""
    settings = Settings()
    served_at = urlsplit(settings.decision_store_url)
    parser = argparse.ArgumentParser(prog="python -m decision_store.api", description=__doc__)
    parser.add_argument("--host", default=served_at.hostname or "127.0.0.1")
    parser.add_argument("--port", type=int, default=served_at.port or 8000)
    parser.add_argument("--create-tables", action="store_true", help=CREATE_TABLES)
    arguments = parser.parse_args()
    client = dynamodb_client(settings)
    try:
        if arguments.create_tables:
            ensure_tables(client, settings)
            register_shipped(SchemaTable(client, settings.schemas_table))
        else:
            check_tables(client, settings)
    except (TableError, IncompatibleSchemaError, BusyError) as problem:
        sys.exit(str(problem))
    except (ClientError, BotoCoreError) as problem:
        sys.exit(f"DynamoDB does not answer as it should ({problem}): check AWS_ENDPOINT_URL_DYNAMODB and credentials.")
    uvicorn.run(create_app(settings, client), host=arguments.host, port=arguments.port, access_log=False)


if __name__ == "__main__":
    main()
