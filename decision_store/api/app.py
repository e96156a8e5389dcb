"""The HTTP application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse

from decision_store.api import decisions, variables
from decision_store.api.decision_table import DecisionTable, PartTooLargeError, RevisionUsedError, is_transient
from decision_store.api.variable_table import VariableTable
from decision_store.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DESCRIPTION = """
Stores every decision a policy takes and answers what was decided before.

Records are append-only: a correction is the same part under a higher revision.
"""


def dynamodb_client(settings: Settings) -> DynamoDBClient:
    """A client that a pool of threads may share; retries are boto3's, within a caller's patience."""
    patience = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 4}, max_pool_connections=48)
    return boto3.client(
        "dynamodb",
        endpoint_url=settings.aws_endpoint_url_dynamodb,
        region_name=settings.aws_region,
        config=patience,
    )


def create_app(settings: Settings, client: DynamoDBClient | None = None) -> FastAPI:
    """The application over one set of tables.

    Args:
        settings: endpoints and table names.
        client: of DynamoDB; made from the settings when left out.
    """
    client = client or dynamodb_client(settings)
    app = FastAPI(title="Decision Store", version="0.1.0", description=DESCRIPTION)
    app.state.decisions = DecisionTable(client, settings.decisions_table)
    app.state.variables = VariableTable(client, settings.variables_table)
    app.include_router(decisions.router)
    app.include_router(variables.router)
    app.add_exception_handler(RevisionUsedError, _answer(409))
    app.add_exception_handler(PartTooLargeError, _answer(413))
    app.add_exception_handler(ClientError, _dynamodb_refused)
    app.add_exception_handler(BotoCoreError, _dynamodb_silent)

    @app.get("/health", tags=["operation"])
    def health() -> JSONResponse:
        """200 when the tables can be used; 503 with the reason when not."""
        states: dict[str, str] = {}
        for name in (settings.decisions_table, settings.variables_table):
            try:
                states[name] = client.describe_table(TableName=name)["Table"]["TableStatus"]
            except (ClientError, BotoCoreError) as problem:
                states[name] = str(problem)
        healthy = all(state == "ACTIVE" for state in states.values())
        return JSONResponse({"healthy": healthy, "tables": states}, 200 if healthy else 503)

    @app.get("/", include_in_schema=False)
    def documentation() -> RedirectResponse:
        return RedirectResponse("/docs")

    return app


def _answer(status: int) -> Any:
    def handler(_: Request, problem: Exception) -> JSONResponse:
        return JSONResponse({"detail": str(problem)}, status)

    return handler


def _dynamodb_refused(_: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, ClientError)
    if is_transient(problem):
        return JSONResponse({"detail": "DynamoDB is too busy; nothing was acknowledged, try again."}, 503)
    code = problem.response["Error"]["Code"]
    return JSONResponse({"detail": f"DynamoDB refused the request ({code}): see /health."}, 500)


def _dynamodb_silent(_: Request, problem: Exception) -> JSONResponse:
    return JSONResponse({"detail": "DynamoDB cannot be reached; nothing was acknowledged, try again."}, 503)
