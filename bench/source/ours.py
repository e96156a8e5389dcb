"""Our source from Python, ending in the same measuring sink as the official connector; no record passes through Python.

Run by `bench.source.contenders.Ours` in a process of its own, with the task as JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pyflink.common import Configuration, WatermarkStrategy
from pyflink.datastream import StreamExecutionEnvironment
from pyflink.java_gateway import get_gateway

from bench.launching import BENCH_JAR
from flink_dynamodb import DynamoDbStreamsSource, FieldType, StreamPosition, connector_jar, new_image

# Nine of the record's twelve attributes; the contenders in Java read the same (RecordFields.java).
FIELDS = (
    new_image("id"),
    new_image("shard"),
    new_image("n", FieldType.LONG),
    new_image("written_at", FieldType.LONG),
    new_image("customer_id"),
    new_image("amount", FieldType.DOUBLE),
    new_image("active", FieldType.BOOLEAN),
    new_image("digest", FieldType.BYTES),
    new_image("payload"),
)
WRITTEN_AT = [field.name for field in FIELDS].index("written_at")
STARTS = {"TRIM_HORIZON": StreamPosition.trim_horizon(), "LATEST": StreamPosition.latest()}


def main(task: dict[str, Any]) -> None:
    """Reads until it is stopped."""
    configuration = Configuration()
    for name, value in task["flink"].items():
        configuration.set_string(name, value)
    env = StreamExecutionEnvironment.get_execution_environment(configuration)
    env.set_parallelism(task["parallelism"])
    env.add_jars(connector_jar().as_uri(), BENCH_JAR.as_uri())

    builder = (
        DynamoDbStreamsSource.builder()
        .set_tables(task["stream"])
        .set_region("eu-west-1")
        .set_endpoint_url(task["endpoint"])
        .set_starting_position(STARTS[task["start"]])
        .set_fields(*FIELDS)
    )
    if task["latency_goal_ms"] is not None:
        builder.set_latency_goal(task["latency_goal_ms"])
        builder.set_quiet_interval(max(250, task["latency_goal_ms"]))
    if task["reads_per_second"] is not None:
        builder.set_read_budget(task["reads_per_second"])
    rows = env.from_source(builder.build(), WatermarkStrategy.no_watermarks(), "ours").uid("source")

    sink = get_gateway().jvm.io.decisionstore.bench.MeasuringSink(
        task["report"],
        int(task["warm_up_seconds"] * 1000),
        int(task["window_seconds"] * 1000),
        task["milestone"],
        WRITTEN_AT if task["latency"] else -1,
    )
    rows._j_data_stream.sinkTo(sink).uid("sink")
    env.execute("ours")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
