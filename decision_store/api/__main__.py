"""`python -m decision_store.api`: serves the API on loopback."""

from __future__ import annotations

import argparse
from urllib.parse import urlsplit

import uvicorn

from decision_store.api.app import create_app, dynamodb_client
from decision_store.api.tables import ensure_tables
from decision_store.settings import Settings


def main() -> None:
    """Parses the command line and serves until SIGTERM."""
    settings = Settings()
    served_at = urlsplit(settings.decision_store_url)
    parser = argparse.ArgumentParser(prog="python -m decision_store.api", description=__doc__)
    parser.add_argument("--host", default=served_at.hostname or "127.0.0.1")
    parser.add_argument("--port", type=int, default=served_at.port or 8000)
    parser.add_argument("--create-tables", action="store_true", help="create the tables that are missing")
    arguments = parser.parse_args()
    client = dynamodb_client(settings)
    if arguments.create_tables:
        ensure_tables(client, settings)
    uvicorn.run(create_app(settings, client), host=arguments.host, port=arguments.port, access_log=False)


if __name__ == "__main__":
    main()
