"""What the jobs write, written by tests: Avro in Confluent's format, Parquet, and a small registry."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler
from typing import Any

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq

from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.ops.ledger.kafka import without_logical_types

SCHEMA_ID = 7
EVENT_SCHEMA = shipped_schemas()[EVENT_SUBJECT]
CREDIT = shipped_schemas()["check-credit"]
NEWER_CREDIT = {**CREDIT, "fields": [*CREDIT["fields"], {"name": "model", "type": "string"}]}
PARSED = fastavro.parse_schema(without_logical_types(EVENT_SCHEMA))


class Registry(BaseHTTPRequestHandler):
    """Knows the event's schema and a second version of a part's."""

    def do_GET(self) -> None:
        schemas = {
            f"/registry/schemas/ids/{SCHEMA_ID}": EVENT_SCHEMA,
            "/registry/subjects/check-credit/versions/2": NEWER_CREDIT,
        }
        schema = schemas.get(self.path)
        body = json.dumps({"error_code": 40403} if schema is None else {"schema": json.dumps(schema)}).encode()
        self.send_response(404 if schema is None else 200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def avro(event: dict[str, Any], schema_id: int = SCHEMA_ID) -> bytes:
    body = io.BytesIO()
    fastavro.schemaless_writer(body, PARSED, event)
    return struct.pack(">bI", 0, schema_id) + body.getvalue()


def arrow_type(schema: Any) -> Any:
    """The Parquet type that the JVM writes for an Avro type."""
    match schema:
        case {"logicalType": "timestamp-millis"}:
            return pa.timestamp("ms", tz="UTC")
        case {"type": "record"}:
            return pa.struct([pa.field(field["name"], arrow_type(field["type"])) for field in schema["fields"]])
        case {"type": "array"}:
            return pa.list_(arrow_type(schema["items"]))
        case {"type": "map"}:
            return pa.map_(pa.string(), arrow_type(schema["values"]))
        case [*branches]:
            return arrow_type(next(branch for branch in branches if branch != "null"))
        case _:
            scalars = {"string": pa.string(), "boolean": pa.bool_(), "int": pa.int32(), "long": pa.int64()}
            return (scalars | {"double": pa.float64()})[schema]


def parquet(events: Sequence[dict[str, Any]]) -> bytes:
    body = io.BytesIO()
    struct_type = arrow_type(EVENT_SCHEMA)
    rows = [{**event, "enrichments": list(event["enrichments"].items())} for event in events]
    table = pa.Table.from_pylist(rows, schema=pa.schema(list(struct_type)))
    pq.write_table(table, body)
    return body.getvalue()
