"""The variables job on a mini cluster, from a real Kafka to a real table, held against the plain-Python reference."""

from __future__ import annotations

import itertools
import random
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer
from pyflink.datastream import StreamExecutionEnvironment

from decision_store.api.tables import ensure_tables
from decision_store.clients import dynamodb_client
from decision_store.devstack.kafka import Kafka
from decision_store.flow import variables as flow_variables
from decision_store.model.interpreter import variables_at
from decision_store.model.plan import VariablesPlan
from decision_store.model.use_cases import variables_plan
from decision_store.ops.ledger.variables import variables_in
from decision_store.settings import Settings
from decision_store.testing.jobs import LocalJob, running, wait_until
from jobs.variables import define
from tests.integration.conftest import CACHE
from tests.integration.jobs.planted import (
    PLAN,
    consume,
    create_topics,
    encoded,
    event,
    parts,
    produce,
)

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]

DECLARED = """
    from decision_store.declare import *

    VARIABLES = [
        Variable("decisions", key="customer_id", value=count()),
        Variable("burst", key="customer_id", value=count(), window=seconds(6), hop=seconds(1)),
        Variable("approved", key="customer_id", value=sum_("amount"), where="outcome == 'APPROVED'", window=days(1)),
        Variable("large", key="customer_id", value=last("reason"), where="amount > 100.0", window=days(1)),
        Variable(
            "similar",
            key=("customer_id", "merchant_id", "amount_band"),
            value=last("outcome", "decision_id", "event_time"),
            window=hours(1),
        ),
    ]
"""
NUMBERS = itertools.count()
AHEAD_MS = 10_000


def milliseconds() -> int:
    """The wall clock."""
    return time.time_ns() // 1_000_000


@pytest.fixture(scope="module")
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    kafka = Kafka(tmp_path_factory.mktemp("kafka"), CACHE)
    try:
        kafka.start()
        yield kafka.address
    finally:
        kafka.stop()


@pytest.fixture
def here(settings: Settings, bootstrap: str) -> Settings:
    number = next(NUMBERS)
    here = settings.model_copy(
        update={
            "kafka_bootstrap_servers": bootstrap,
            "decision_events_topic": f"counted-{number}",
            "dead_letter_topic": f"not-counted-{number}",
            "variables_table": f"variables-of-the-job-{number}",
            "checkpoint_interval_ms": 300,
        }
    )
    ensure_tables(dynamodb_client(here), here)
    create_topics(bootstrap, here.decision_events_topic, here.dead_letter_topic)
    return here


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VariablesPlan:
    """Declarations of the test, found as those of a department are."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "variables.py").write_text(textwrap.dedent(DECLARED))
    plan = variables_plan(PLAN.event_schema, PLAN.registry_url, 10 * 86_400_000, tmp_path)
    monkeypatch.setattr("jobs.variables.plan_of", lambda settings: plan)
    return plan


def environment(here: Settings) -> StreamExecutionEnvironment:
    return LocalJob(here, parallelism=2).env


def table(here: Settings) -> dict[tuple[str, str], dict[str, Any]]:
    """What the table holds, by entity and use case; entities without any value left out."""
    resource = dynamodb_client(here).get_paginator("scan").paginate(TableName=here.variables_table, ConsistentRead=True)
    deserialize = TypeDeserializer().deserialize
    items = [{k: deserialize(v) for k, v in item.items()} for page in resource for item in page["Items"]]
    return with_values(variables_in(items))


def with_values(items: dict[tuple[str, str], dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {key: values for key, values in items.items() if any(values.values())}


def decisions(now: int) -> list[dict[str, Any]]:
    """Events of 40 decisions in up to three revisions each; some change customer time and amount."""
    number = random.Random(7)
    events = []
    for n in range(40):
        for end in range(3, 3 + number.randrange(1, 4)):
            made = event(parts(f"d{n}", f"c{n % 4}", now - number.randrange(20_000), corrections=3)[:end])
            made["request"] |= {"amount": number.choice([9.99, 120.1, 0.1]), "merchant_id": f"m{number.randrange(2)}"}
            made["outcome"]["outcome"] = number.choice(["APPROVED", "DECLINED"])
            events.append(made)
    number.shuffle(events)
    return events


def records(events: list[dict[str, Any]]) -> list[tuple[bytes | None, bytes | None]]:
    return [(one["customer_id"].encode(), encoded(one)) for one in events]


def test_the_table_becomes_what_the_reference_says_and_windows_run_out_without_an_event(
    here: Settings, plan: VariablesPlan, bootstrap: str
) -> None:
    events = decisions(milliseconds())
    produce(bootstrap, here.decision_events_topic, [*records(events), (b"k", b"garbage"), *records(events[:30])])

    def as_the_reference_says() -> bool:
        """A window may move between the two: equal to one moment of them is equal."""
        now, found = milliseconds(), table(here)
        return any(found == with_values(variables_at(plan, events, now - delay)) for delay in (0, 300, 900))

    def bursts() -> list[int]:
        return [values["burst"] for values in table(here).values() if values.get("burst")]

    env = environment(here)
    define(env, here)
    with running(env):
        wait_until(as_the_reference_says, 120)
        (letter,) = consume(bootstrap, here.dead_letter_topic, 1)
        assert b'"stage":"variables"' in letter.value()

        events.append(event(parts("d-ahead", "c0", milliseconds() + AHEAD_MS)))  # so that there is time to see it
        produce(bootstrap, here.decision_events_topic, records(events[-1:]))
        wait_until(lambda: bursts() == [1])
        wait_until(lambda: bursts() == [])
        wait_until(as_the_reference_says)


def test_the_shipped_declarations_run_as_a_job(here: Settings, monkeypatch: pytest.MonkeyPatch, bootstrap: str) -> None:
    monkeypatch.setattr(flow_variables, "registered_event_schema", lambda settings: PLAN.event_schema)
    now = milliseconds()
    produce(bootstrap, here.decision_events_topic, records([event(parts("d1", "c|1", now))]))
    env = environment(here)
    define(env, here)
    with running(env):
        wait_until(lambda: len(table(here)) == 3, 120)
    similar = table(here)["customer_id=c%7C1|merchant_id=m1|amount_band=M", "fraud_prevention"]
    assert similar["similar_decision__decision_id"] == "d1"
