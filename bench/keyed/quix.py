"""The same variables in quixstreams: a stateful function over its RocksDB, in two processes of one consumer group.

Run by `bench.keyed.contenders.Quix` in the peer's virtual environment, with the task as JSON. All variables of a
customer are one value: the fewest accesses it can have. Its defaults otherwise, changelog topics (its checkpoints)
among them; commits are as far apart as Flink's checkpoints.
"""

from __future__ import annotations

import io
import json
import multiprocessing
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import fastavro
from quixstreams import Application, State

from bench.keyed.meter import Lane, Meter
from bench.keyed.plain import update

HEADER_BYTES = 5


def work(task: dict[str, Any], worker: int, group: str, lane: Lane) -> None:
    """Computes until it is stopped, in a worker process."""
    schema = fastavro.parse_schema(task["schema"])
    app = Application(
        broker_address=task["settings"]["kafka_bootstrap_servers"],
        consumer_group=group,
        auto_offset_reset="earliest",
        commit_interval=task["commit_seconds"],
        state_dir=f"{task['state']}/{worker}",
        loglevel="WARNING",
    )

    def decode(value: bytes) -> dict[str, Any]:
        decision: dict[str, Any] = fastavro.schemaless_reader(io.BytesIO(value[HEADER_BYTES:]), schema, None)
        return decision

    def count(decision: dict[str, Any], state: State) -> dict[str, Any]:
        variables = state.get("variables") or {}
        found = update(variables, decision, time.time_ns() // 1_000_000)
        state.set("variables", variables)
        return found

    decisions = app.dataframe(app.topic(task["topic"], value_deserializer="bytes")).apply(decode)
    items = decisions.apply(count, stateful=True)
    items.update(lambda item: lane.record(item["last_outcome__event_time"]))
    app.run()


def main(task: dict[str, Any]) -> None:
    """Starts the workers and tells what they do."""
    context = multiprocessing.get_context("spawn")
    in_window = context.RawValue("b", 0)
    lanes = [Lane(context, in_window) for _ in range(task["parallelism"])]
    group = f"quix-{uuid.uuid4().hex[:8]}"
    workers = [
        context.Process(target=work, args=(task, number, group, lane), daemon=True) for number, lane in enumerate(lanes)
    ]
    for worker in workers:
        worker.start()
    meter = task["meter"]
    Meter(Path(meter["report"]), meter["warm_up_ms"], meter["window_ms"], meter["sample_ms"], in_window).run(lanes)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
