"""The variables job up to its items, which are measured, or with its table; no decision passes through Python.

Run by `bench.keyed.contenders.Ours` in a process of its own, with the task as JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pyflink.datastream import StreamExecutionEnvironment
from pyflink.datastream.connectors.base import Sink
from pyflink.java_gateway import get_gateway

from bench.keyed.declared import LATEST, TEN, plan
from bench.launching import BENCH_JAR
from decision_store.flow.environment import configuration_of
from decision_store.flow.jvm import operators_jar
from decision_store.flow.kafka import from_topic
from decision_store.flow.variables import contributions, decisions, entities, to_table
from decision_store.settings import Settings

AS_OF, ITEM = 3, 4
"""Their places in what goes to the table."""


def main(task: dict[str, Any]) -> None:
    """Computes until it is stopped."""
    settings = Settings(**task["settings"])
    configuration = configuration_of(settings)
    for name, value in task["flink"].items():
        configuration.set_string(name, value)
    env = StreamExecutionEnvironment.get_execution_environment(configuration)
    env.set_parallelism(task["parallelism"])
    env.add_jars(operators_jar().as_uri(), BENCH_JAR.as_uri())

    declared = plan(task["variables"])
    records = from_topic(env, task["topic"], "ours", "variables-source", settings)
    changes = decisions(contributions(records, declared).decisions, declared)
    items = entities(changes, declared)
    if task["table"]:
        to_table(items, settings)
    else:
        time = f"place={ITEM}\nattribute={LATEST}" if task["variables"] >= len(TEN) else f"place={AS_OF}\nattribute="
        told = f"{task['meter']}\n{time}"
        sink = get_gateway().jvm.io.decisionstore.bench.keyed.ItemSink(told)
        items.sink_to(Sink(sink)).uid("items").name("items")
    env.execute("ours")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
