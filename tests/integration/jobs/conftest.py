"""What tests of jobs on the cluster share: tables and topics of their own, and a job that ends with its test."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from decision_store.api.app import create_app
from decision_store.devstack.stack import Stack
from decision_store.ops import submission
from decision_store.ops.flink_rest import FlinkRest
from decision_store.settings import Settings
from tests.integration.jobs.world import World


@pytest.fixture
def world(stack: Stack) -> Iterator[World]:
    """Empty tables and topics, and an API over them."""
    world = World.create(stack)
    yield world
    for job in FlinkRest(world.settings.flink_rest_url).jobs():
        if job.state not in ("FINISHED", "CANCELED", "FAILED"):
            FlinkRest(world.settings.flink_rest_url).cancel(job.job_id)
