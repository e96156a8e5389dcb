"""The whole road of a decision under load, through failures and savepoints, judged by the ledger."""

from __future__ import annotations

import time

import pytest

from decision_store.devstack.stack import CREDENTIALS, Stack
from decision_store.ops.ledger.findings import LedgerReport
from decision_store.settings import DeliveryGuarantee
from tests.integration.jobs.world import new_world

pytestmark = [pytest.mark.integration, pytest.mark.faults, pytest.mark.timeout(400)]

DECISIONS = 300
RATE = 30.0


def assert_clean(report: LedgerReport) -> None:
    differences = [f"{place.place}: {one}" for place in report.places for one in place.differences[:5]]
    assert differences == []
    assert report.complete == report.decisions == DECISIONS
    assert report.invalid > 0, "the traffic holds invalid items, so there must be dead letters"
    assert {place.place: place.expected > 0 for place in report.places if place.place != "incomplete"}
    assert all(place.found == place.expected for place in report.places)


@pytest.mark.parametrize("guarantee", DeliveryGuarantee)
def test_nothing_is_lost_when_the_task_manager_is_killed(stack: Stack, guarantee: DeliveryGuarantee) -> None:
    with new_world(guarantee, ships_the_jar=guarantee is DeliveryGuarantee.EXACTLY_ONCE) as world:
        world.submit("decision_events", "archive", "variables")
        with world.traffic(DECISIONS, RATE, seed=1):
            time.sleep(DECISIONS / RATE / 2)
            stack.taskmanager.kill()
            job_manager = stack.jobmanager.recorded()
            assert job_manager is not None
            stack.taskmanager.start(job_manager.port, CREDENTIALS, world.settings.aws_region)
        assert_clean(world.ledger())


def test_jobs_go_on_from_savepoints_with_another_parallelism(stack: Stack) -> None:
    with new_world() as world:
        world.submit("decision_events", "archive", "variables", parallelism=1)
        with world.traffic(DECISIONS, RATE, seed=2):
            time.sleep(DECISIONS / RATE / 3)
            events = world.stop_with_savepoint("decision_events")
            variables = world.stop_with_savepoint("variables")
            time.sleep(1)
            world.submit("decision_events", parallelism=3, savepoint=events)
            world.submit("variables", parallelism=2, savepoint=variables)
        assert_clean(world.ledger())
