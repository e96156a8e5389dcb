"""One scripted server and one Flink environment for the tests of the source."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from pyflink.common import Configuration
from pyflink.datastream import StreamExecutionEnvironment

from flink_dynamodb import connector_jar
from flink_dynamodb.testing import StreamsServer


@pytest.fixture(scope="session")
def flink() -> Iterator[StreamExecutionEnvironment]:
    """Each job runs on a MiniCluster of its own, with two subtasks; a failure is to be seen, not tried again."""
    with pytest.MonkeyPatch.context() as environment:
        # Flink's JVM has the environment in which it starts; the scripted server takes any credentials.
        environment.setenv("AWS_ACCESS_KEY_ID", "scripted")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "scripted")
        configuration = Configuration()
        configuration.set_string("restart-strategy.type", "none")
        configuration.set_string("python.executable", sys.executable)
        env = StreamExecutionEnvironment.get_execution_environment(configuration)
        env.add_jars(connector_jar().as_uri())
        env.set_parallelism(2)
        env.enable_checkpointing(200)
        yield env


@pytest.fixture(scope="session")
def shared_server() -> Iterator[StreamsServer]:
    with StreamsServer(memory_mb=128) as server:
        server.one_job_reads()
        yield server


@pytest.fixture
def server(shared_server: StreamsServer) -> Iterator[StreamsServer]:
    """The shared server; what a test's reader must not do fails the test."""
    shared_server.reset_report()
    yield shared_server
    shared_server.heal()
    assert shared_server.report().violations == ()


@pytest.fixture
def clocked_server() -> Iterator[StreamsServer]:
    """A server of one test, which moves its time."""
    with StreamsServer(memory_mb=64) as server:
        yield server
        assert server.report().violations == ()
