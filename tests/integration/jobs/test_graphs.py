"""What lets a job be upgraded: every operator has a uid of ours, and nothing is serialized by Kryo or pickled."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyflink.common import Types
from pyflink.datastream import KeyedProcessFunction, RuntimeContext, StreamExecutionEnvironment
from pyflink.datastream.state import ListStateDescriptor, MapStateDescriptor, ValueStateDescriptor
from pyflink.java_gateway import get_gateway

from decision_store.devstack.stack import Stack
from decision_store.ops.submission import JOBS, definition_of, remote_environment
from decision_store.settings import Settings
from decision_store.testing.jobs import LocalJob
from tests.integration.jobs.graphs import all_troubles, edges

pytestmark = pytest.mark.integration

STEPS = """
    from decision_store.declare import KeyedFunction, step

    @step(reads=("amount", "merchant_id"), adds={"risk_band": "string"})
    def risk_band(amount, merchant_id):
        return {"risk_band": "high" if amount > 1000.0 else "low"}

    class Pace(KeyedFunction):
        key = "customer_id"
        reads = ("event_time",)
        state = {"previous": "long"}
        adds = {"gap_ms": "long"}

        def process(self, row, state, clock):
            previous, state.previous = state.previous, row.event_time
            return {"gap_ms": row.event_time - previous} if previous is not None else None

    @step(reads=(), adds={"last": "boolean"})
    def last_one():
        return {"last": True}

    STEPS = [risk_band, Pace(), last_one]
"""


def nodes(env: StreamExecutionEnvironment) -> list[Any]:
    """The nodes of a job's stream graph, as the cluster would get it."""
    return list(get_gateway().jvm.java.util.ArrayList(env._generate_stream_graph(False).getStreamNodes()))


def serializers(node: Any) -> Iterator[Any]:
    yield from (one for one in [*node.getTypeSerializersIn(), node.getTypeSerializerOut()] if one is not None)
    if (of_key := node.getStateKeySerializer()) is not None:
        yield of_key


def check(env: StreamExecutionEnvironment) -> None:
    assert len(list(edges(env))) >= 4
    assert all_troubles(env) == []
    found = nodes(env)
    assert len(found) >= 4
    uids = [node.getTransformationUID() for node in found]
    assert None not in uids, [node.getOperatorName() for node in found if node.getTransformationUID() is None]
    assert len(set(uids)) == len(uids)
    kryo = [
        f"{node.getOperatorName()}: {one.getClass().getName()}"
        for node in found
        for one in serializers(node)
        if "Kryo" in one.getClass().getName()
    ]
    assert kryo == []


@pytest.mark.parametrize("job", JOBS)
def test_every_operator_has_a_uid_and_no_edge_key_or_state_is_kryo_or_pickled(stack: Stack, job: str) -> None:
    settings = Settings()
    env = remote_environment(settings)
    definition_of(job)(env, settings)
    check(env)


def test_so_it_is_with_python_steps_in_the_job(stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "steps.py").write_text(textwrap.dedent(STEPS))
    monkeypatch.setenv("USE_CASES_DIR", str(tmp_path))
    settings = Settings()
    env = remote_environment(settings)
    definition_of("decision_events")(env, settings)
    check(env)
    assert {"key of step-shop-pace", "state remembered of step-shop-pace"} <= {edge.name for edge in edges(env)}
    uids = {node.getTransformationUID() for node in nodes(env)}
    assert {"steps-open", "step-shop-pace-key", "step-shop-pace", "steps-close"} <= uids


def test_a_stream_of_generic_types_is_refused(stack: Stack) -> None:
    """State and edges in Kryo do not survive Flink's next major version, so a job that would use it cannot start."""
    env = remote_environment(Settings())
    java = get_gateway().jvm
    kryo = java.org.apache.flink.api.java.typeutils.GenericTypeInfo(java.java.lang.Object().getClass())
    config = env._j_stream_execution_environment.getConfig()
    with pytest.raises(Exception, match="Generic types have been disabled"):
        kryo.createSerializer(config.getSerializerConfig())


def doubled(value: Any) -> Any:
    return value


class Remembers(KeyedProcessFunction):
    def open(self, runtime_context: RuntimeContext) -> None:
        runtime_context.get_state(ValueStateDescriptor("pickled", Types.PICKLED_BYTE_ARRAY()))
        runtime_context.get_map_state(MapStateDescriptor("half", Types.STRING(), Types.PICKLED_BYTE_ARRAY()))
        runtime_context.get_list_state(ListStateDescriptor("typed", Types.LONG()))

    def process_element(self, value: Any, context: Any) -> Iterator[Any]:
        yield value


def test_an_untyped_python_map_is_found() -> None:
    job = LocalJob(Settings())
    row = Types.ROW_NAMED(["n"], [Types.LONG()])
    job.rows([{"n": 1}], row).map(doubled).uid("untyped").name("untyped").map(doubled, row).name("typed").print()
    assert all_troubles(job.env) == ["untyped -> typed: itself is pickled"]


def test_pickles_within_rows_keys_and_python_state_are_found() -> None:
    job = LocalJob(Settings())
    rows = job.rows([{"n": 1}], Types.ROW_NAMED(["n"], [Types.LONG()]))
    half = Types.ROW_NAMED(
        ["n", "some"], [Types.LONG(), Types.LIST(Types.MAP(Types.STRING(), Types.PICKLED_BYTE_ARRAY()))]
    )
    rows.map(doubled, half).name("half").key_by(lambda row: row).process(Remembers(), Types.LONG()).name(
        "keyed"
    ).print()
    found = set(all_troubles(job.env))
    assert "half -> _stream_key_by_map_operator: some[]{value} is pickled" in found
    assert "key of keyed: f0 is pickled" in found
    assert "state pickled of keyed: itself is pickled" in found
    assert "state half of keyed: {value} is pickled" in found
    assert not any("typed" in one for one in found)
