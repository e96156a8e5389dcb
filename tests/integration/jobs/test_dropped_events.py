"""What Kafka dropped before a job had read it stops the job: nothing is passed over in silence."""

from __future__ import annotations

import time

import pytest
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from decision_store.devstack.stack import Stack
from decision_store.ops.flink_rest import FlinkError, FlinkRest
from tests.integration.jobs.world import World, new_world

pytestmark = [pytest.mark.integration, pytest.mark.timeout(200)]


def test_a_job_whose_position_is_gone_fails(stack: Stack) -> None:
    with new_world() as world:
        settings = world.settings
        producer = Producer({"bootstrap.servers": settings.kafka_bootstrap_servers})
        flink = FlinkRest(settings.flink_rest_url)

        def send(count: int) -> None:
            for _ in range(count):
                producer.produce(settings.decision_events_topic, b"no event", partition=0)
            assert producer.flush(30) == 0

        send(3)
        world.submit("archive")
        job = flink.running("archive")
        assert job is not None
        time.sleep(3)  # its position is after the three, which are dead letters
        assert flink.failure(job.job_id) is None
        savepoint = world.stop_with_savepoint("archive")

        send(3)
        admin = AdminClient({"bootstrap.servers": settings.kafka_bootstrap_servers})
        for dropped in admin.delete_records([TopicPartition(settings.decision_events_topic, 0, 5)]).values():
            dropped.result(30)
        assert "OffsetOutOfRangeException" in failure_of(world, savepoint)


def failure_of(world: World, savepoint: str) -> str:
    """Why the archive does not go on from a savepoint: it does not start, or runs for a moment."""
    try:
        world.submit("archive", savepoint=savepoint)
    except FlinkError as refused:
        return str(refused)
    flink = FlinkRest(world.settings.flink_rest_url)
    restored = flink.running("archive")
    assert restored is not None
    deadline = time.monotonic() + 60
    while (failure := flink.failure(restored.job_id)) is None:
        assert time.monotonic() < deadline, "the job goes on"
        time.sleep(0.5)
    return failure
