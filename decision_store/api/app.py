"""The HTTP application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from fastapi import FastAPI
from fastapi.responses import JSONResponse, RedirectResponse

from decision_store.api import decisions, registry, similar, variables
from decision_store.api.decision_table import DecisionTable
from decision_store.api.limits import BodyLimit
from decision_store.api.part_schemas import PartSchemas
from decision_store.api.problems import answer_problems
from decision_store.api.schema_table import SchemaTable
from decision_store.api.variable_table import VariableTable
from decision_store.clients import dynamodb_client
from decision_store.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DESCRIPTION = """
Stores every decision a policy takes and answers what was decided before.

Records are append-only: a correction is the same part under a higher revision.
"""


def create_app(settings: Settings, client: DynamoDBClient | None = None) -> FastAPI:
    """The application over one set of tables.

    Args:
        settings: endpoints and table names.
        client: of DynamoDB; made from the settings when left out.
    """
    client = client or dynamodb_client(settings)
    app = FastAPI(title="Decision Store", version="0.1.0", description=DESCRIPTION)
    app.state.variables = VariableTable(client, settings.variables_table)
    app.state.schemas = SchemaTable(client, settings.schemas_table)
    app.state.part_schemas = PartSchemas(app.state.schemas)
    app.state.decisions = DecisionTable(client, settings.decisions_table, app.state.part_schemas.is_valid)
    app.include_router(decisions.router)
    app.include_router(variables.router)
    app.include_router(similar.router)
    app.include_router(registry.router)
    answer_problems(app)
    app.add_middleware(BodyLimit)

    @app.get("/health", tags=["operation"])
    def health() -> JSONResponse:
        """200 when the tables can be used; 503 with the reason when not."""
        states: dict[str, str] = {}
        for name in (settings.decisions_table, settings.variables_table, settings.schemas_table):
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
