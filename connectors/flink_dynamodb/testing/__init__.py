"""A scripted DynamoDB Streams server, for tests of jobs that read streams and for benchmarks; see README.md."""

from flink_dynamodb.testing.process import ServerStartError
from flink_dynamodb.testing.report import Calls, Report
from flink_dynamodb.testing.script import Fault, Operation, ScriptError
from flink_dynamodb.testing.server import StreamsServer
from flink_dynamodb.testing.table import Shard, Table, ViewType

__all__ = [
    "Calls",
    "Fault",
    "Operation",
    "Report",
    "ScriptError",
    "ServerStartError",
    "Shard",
    "StreamsServer",
    "Table",
    "ViewType",
]
