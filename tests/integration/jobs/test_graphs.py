"""What lets a job be upgraded: every operator has a uid of ours, and nothing is serialized by Kryo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pyflink.java_gateway import get_gateway

from decision_store.devstack.stack import Stack
from decision_store.ops.submission import JOBS, definition_of, remote_environment
from decision_store.settings import Settings

pytestmark = pytest.mark.integration


def nodes(job: str) -> Iterator[Any]:
    """The nodes of a job's stream graph, as the cluster would get it."""
    settings = Settings()
    env = remote_environment(settings)
    definition_of(job)(env, settings)
    graph = env._j_stream_execution_environment.getStreamGraph(False)
    yield from get_gateway().jvm.java.util.ArrayList(graph.getStreamNodes())


def serializers(node: Any) -> Iterator[Any]:
    yield from (one for one in [*node.getTypeSerializersIn(), node.getTypeSerializerOut()] if one is not None)
    if (of_key := node.getStateKeySerializer()) is not None:
        yield of_key


@pytest.mark.parametrize("job", JOBS)
def test_every_operator_has_a_uid_and_no_edge_or_key_uses_kryo(stack: Stack, job: str) -> None:
    found = list(nodes(job))
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


def test_a_stream_of_generic_types_is_refused(stack: Stack) -> None:
    """State and edges in Kryo do not survive Flink's next major version, so a job that would use it cannot start."""
    env = remote_environment(Settings())
    java = get_gateway().jvm
    kryo = java.org.apache.flink.api.java.typeutils.GenericTypeInfo(java.java.lang.Object().getClass())
    config = env._j_stream_execution_environment.getConfig()
    with pytest.raises(Exception, match="Generic types have been disabled"):
        kryo.createSerializer(config.getSerializerConfig())
