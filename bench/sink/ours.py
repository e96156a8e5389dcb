"""Our sink from Python, given the same rows as the official one; no row passes through Python.

Run by `bench.sink.contenders.Ours` in a process of its own, with the task as JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pyflink.common import Configuration, WatermarkStrategy
from pyflink.datastream import StreamExecutionEnvironment
from pyflink.datastream.connectors.base import Source
from pyflink.java_gateway import get_gateway

from bench.launching import BENCH_JAR
from flink_dynamodb import (
    DynamoDbSink,
    FieldType,
    attribute,
    connector_jar,
    partition_key,
    put,
    put_if_newer,
    sort_key,
)

# The same as LoadRows.java makes and the official sink's converter writes.
FIELDS = (
    partition_key("entity"),
    sort_key("use_case"),
    attribute("version", FieldType.LONG),
    attribute("created_at", FieldType.LONG),
    attribute("customer_id"),
    attribute("state"),
    attribute("amount", FieldType.DOUBLE),
    attribute("score", FieldType.DOUBLE),
    attribute("active", FieldType.BOOLEAN),
    attribute("updated_at", FieldType.LONG),
    attribute("policy"),
    attribute("payload"),
)


def main(task: dict[str, Any]) -> None:
    """Writes until it is stopped, or until there are no more rows."""
    configuration = Configuration()
    for name, value in task["flink"].items():
        configuration.set_string(name, value)
    env = StreamExecutionEnvironment.get_execution_environment(configuration)
    env.set_parallelism(task["parallelism"])
    env.add_jars(connector_jar().as_uri(), BENCH_JAR.as_uri())

    load = Source(get_gateway().jvm.io.decisionstore.bench.LoadSource(task["load"]))
    sink = (
        DynamoDbSink.builder()
        .set_table(task["table"])
        .set_region(task["region"])
        .set_endpoint_url(task["endpoint"])
        .set_fields(*FIELDS)
        .set_mode(put_if_newer("version") if task["if_newer"] else put())
        .build()
    )
    rows = env.from_source(load, WatermarkStrategy.no_watermarks(), "load").uid("load")
    rows.sink_to(sink).uid("sink")
    env.execute("ours")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
