"""The pipeline as it is written in PyFlink: nothing declared, or rows with their types.

Run by `bench.serialization.contenders.PyFlink` in a process of its own, with the task as JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pyflink.common import Configuration, Types
from pyflink.datastream import DataStream, StreamExecutionEnvironment
from pyflink.datastream.connectors.base import Sink
from pyflink.java_gateway import get_gateway

from bench.launching import BENCH_JAR
from bench.serialization.steps import (
    DECISION,
    CountDictionary,
    CountRow,
    as_dictionary,
    banded,
    customer,
    merchant,
    rounded,
)
from decision_store.flow.jvm import operators_jar


def define(decisions: DataStream, typed: bool) -> DataStream:
    """The steps between source and end.

    Args:
        decisions: rows.
        typed: whether types are declared.
    """
    if typed:
        by_customer = decisions.map(banded, DECISION).uid("banded").key_by(customer, Types.STRING())
        counted = by_customer.process(CountRow(), DECISION).uid("counted").map(rounded, DECISION).uid("rounded")
        return counted.key_by(merchant, Types.STRING())
    by_customer = decisions.map(as_dictionary).uid("banded").key_by(customer)
    counted = by_customer.process(CountDictionary()).uid("counted").map(rounded).uid("rounded")
    return counted.key_by(merchant)


def main(task: dict[str, Any]) -> None:
    """Runs until it is stopped."""
    configuration = Configuration()
    for name, value in task["flink"].items():
        configuration.set_string(name, value)
    configuration.set_string("python.executable", sys.executable)
    configuration.set_string("python.client.executable", sys.executable)
    env = StreamExecutionEnvironment.get_execution_environment(configuration)
    env.set_parallelism(2)
    env.add_jars(operators_jar().as_uri(), BENCH_JAR.as_uri())

    pipeline = get_gateway().jvm.io.decisionstore.bench.serialization.Pipeline
    decisions = DataStream(pipeline.decisions(env._j_stream_execution_environment, task["customers"]))
    define(decisions, task["typed"]).sink_to(Sink(pipeline.sink(task["sink"]))).uid("sink")
    env.execute("python")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
