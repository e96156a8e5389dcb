"""What tests of jobs on the cluster share: tables and topics of their own, and a job that ends with its test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from decision_store.devstack.stack import Stack
from decision_store.ops.flink_rest import FlinkRest
from tests.integration.jobs.world import World


@pytest.fixture
def world(stack: Stack) -> Iterator[World]:
    """Empty tables and topics, and an API over them."""
    world = World.create(stack)
    yield world
    for job in FlinkRest(world.settings.flink_rest_url).jobs():
        if job.state not in ("FINISHED", "CANCELED", "FAILED"):
            FlinkRest(world.settings.flink_rest_url).cancel(job.job_id)
