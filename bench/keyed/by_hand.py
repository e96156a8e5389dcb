"""The same variables as someone writes them in PyFlink, in process or thread mode.

Run by `bench.keyed.contenders.ByHand` in a process of its own, with the task as JSON. Decisions are decoded in Python
(fastavro), keyed by customer, and kept either with a state a variable, as the documentation's examples have it, or all
of a customer in one value, which spares it most of the accesses.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import fastavro
from pyflink.common import Configuration, Row, Types, WatermarkStrategy
from pyflink.common.serialization import DeserializationSchema
from pyflink.datastream import StreamExecutionEnvironment
from pyflink.datastream.connectors.base import Sink
from pyflink.datastream.connectors.kafka import KafkaOffsetsInitializer, KafkaSource
from pyflink.datastream.functions import KeyedProcessFunction, MapFunction, RuntimeContext
from pyflink.datastream.state import MapStateDescriptor, ValueStateDescriptor
from pyflink.java_gateway import get_gateway

from bench.keyed.plain import PLAIN, is_in_window, update
from bench.launching import BENCH_JAR
from decision_store.flow.jvm import operators_jar

HEADER_BYTES = 5
NAMES = ("customer_id", *(name for variable in PLAIN for name in (variable.attributes or (variable.name,))))
LATEST_PLACE = NAMES.index("last_outcome__event_time")
TEXTS = ("customer_id", "last_outcome__outcome", "last_decline")
SUMS = ("approved_30d", "foreign_30d", "amount_24h")
CASTS = tuple(str if name in TEXTS else float if name in SUMS else int for name in NAMES)
TYPES = {str: Types.STRING(), float: Types.DOUBLE(), int: Types.LONG()}
ITEM = Types.ROW_NAMED(list(NAMES), [TYPES[cast] for cast in CASTS])


class Decode(MapFunction):  # type: ignore[misc]
    """From Confluent's wire format to dictionaries."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._avsc = schema
        self._schema: Any = None

    def open(self, runtime_context: RuntimeContext) -> None:
        self._schema = fastavro.parse_schema(self._avsc)

    def map(self, value: bytes) -> dict[str, Any]:
        decision: dict[str, Any] = fastavro.schemaless_reader(io.BytesIO(value[HEADER_BYTES:]), self._schema, None)
        return decision


class StateEach(KeyedProcessFunction):  # type: ignore[misc]
    """A state a variable: a map from hop to number, or the newest decision's values."""

    def open(self, runtime_context: RuntimeContext) -> None:
        self._hops = {
            variable.name: runtime_context.get_map_state(
                MapStateDescriptor(variable.name, Types.LONG(), Types.DOUBLE())
            )
            for variable in PLAIN
            if variable.number is not None
        }
        self._newest = {
            variable.name: runtime_context.get_state(ValueStateDescriptor(variable.name, Types.PICKLED_BYTE_ARRAY()))
            for variable in PLAIN
            if variable.number is None
        }

    def process_element(self, value: dict[str, Any], ctx: KeyedProcessFunction.Context) -> Iterator[Row]:
        now_ms = time.time_ns() // 1_000_000
        found: dict[str, Any] = {}
        event_time = value["event_time"]
        for variable in PLAIN:
            counts = variable.where(value)
            if variable.number is None:
                state = self._newest[variable.name]
                newest = state.value()
                if counts and (newest is None or event_time >= newest[0]) and variable.values is not None:
                    newest = (event_time, *variable.values(value))
                    state.update(newest)
                if newest is not None and is_in_window(variable, newest[0] // variable.hop_ms, now_ms):
                    found.update(zip(variable.attributes, newest[1:], strict=True))
                continue
            hops = self._hops[variable.name]
            if counts:
                hop = event_time // variable.hop_ms
                hops.put(hop, (hops.get(hop) or 0) + float(variable.number(value)))
            found[variable.name] = sum(number for hop, number in hops.items() if is_in_window(variable, hop, now_ms))
        yield item(value["customer_id"], found)


class OneValue(KeyedProcessFunction):  # type: ignore[misc]
    """Everything of a customer in one pickled value."""

    def open(self, runtime_context: RuntimeContext) -> None:
        self._state = runtime_context.get_state(ValueStateDescriptor("variables", Types.PICKLED_BYTE_ARRAY()))

    def process_element(self, value: dict[str, Any], ctx: KeyedProcessFunction.Context) -> Iterator[Row]:
        state = self._state.value() or {}
        found = update(state, value, time.time_ns() // 1_000_000)
        self._state.update(state)
        yield item(value["customer_id"], found)


def item(customer_id: str, found: dict[str, Any]) -> Row:
    """A row of the item's attributes."""
    values = (found.get(name) for name in NAMES[1:])
    return Row(
        customer_id, *(None if value is None else cast(value) for value, cast in zip(values, CASTS[1:], strict=True))
    )


def main(task: dict[str, Any]) -> None:
    """Computes until it is stopped."""
    configuration = Configuration()
    for name, value in task["flink"].items():
        configuration.set_string(name, value)
    configuration.set_string("python.execution-mode", task["mode"])
    configuration.set_string("python.executable", sys.executable)
    configuration.set_string("python.client.executable", sys.executable)
    env = StreamExecutionEnvironment.get_execution_environment(configuration)
    env.set_parallelism(task["parallelism"])
    env.add_jars(operators_jar().as_uri(), BENCH_JAR.as_uri())

    java = get_gateway().jvm.io.decisionstore.bench.keyed
    source = (
        KafkaSource.builder()
        .set_bootstrap_servers(task["settings"]["kafka_bootstrap_servers"])
        .set_topics(task["topic"])
        .set_group_id("by-hand")
        .set_starting_offsets(KafkaOffsetsInitializer.earliest())
        .set_value_only_deserializer(DeserializationSchema(java.Values()))
        .build()
    )
    values = env.from_source(source, WatermarkStrategy.no_watermarks(), "values").uid("values")
    decisions = values.map(Decode(task["schema"])).uid("decode")
    keyed = decisions.key_by(lambda decision: decision["customer_id"], Types.STRING())
    items = keyed.process(OneValue() if task["one_value"] else StateEach(), ITEM).uid("variables")
    sink = java.ItemSink(f"{task['meter']}\nplace={LATEST_PLACE}\nattribute=")
    items.sink_to(Sink(sink)).uid("items")
    env.execute("by hand")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
