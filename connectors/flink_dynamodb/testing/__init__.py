"""A scripted DynamoDB and DynamoDB Streams, for tests of jobs that write or read, and for benchmarks; see README.md."""

from flink_dynamodb.testing.process import ServerStartError
from flink_dynamodb.testing.report import Calls, Report
from flink_dynamodb.testing.script import Fault, Operation, ScriptError, TableFault, TableOperation
from flink_dynamodb.testing.server import StreamsServer
from flink_dynamodb.testing.table import Shard, Table, ViewType
from flink_dynamodb.testing.tables import (
    IndexSpec,
    OnDemand,
    Provisioned,
    TableServer,
    WriteTable,
    on_demand,
    provisioned,
)
from flink_dynamodb.testing.write_report import Bin, Latency, WriteReport

__all__ = [
    "Bin",
    "Calls",
    "Fault",
    "IndexSpec",
    "Latency",
    "OnDemand",
    "Operation",
    "Provisioned",
    "Report",
    "ScriptError",
    "ServerStartError",
    "Shard",
    "StreamsServer",
    "Table",
    "TableFault",
    "TableOperation",
    "TableServer",
    "ViewType",
    "WriteReport",
    "WriteTable",
    "on_demand",
    "provisioned",
]
