"""The sink in a job whose task manager is killed while it writes to a table that takes less than it is offered."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import psutil
import pytest
from pyflink.common import Row, Types, WatermarkStrategy
from pyflink.datastream import StreamExecutionEnvironment
from pyflink.datastream.connectors.number_seq import NumberSequenceSource

from decision_store.devstack.flink import wheel_distribution
from decision_store.devstack.stack import CREDENTIALS, Stack
from decision_store.ops import submission
from decision_store.ops.flink_rest import ENDED, FlinkRest
from decision_store.settings import Settings
from flink_dynamodb import DynamoDbSink, FieldType, WriteMode, attribute, partition_key, put, put_if_newer
from flink_dynamodb.testing import TableServer, WriteReport, WriteTable, provisioned

pytestmark = [pytest.mark.integration, pytest.mark.faults, pytest.mark.timeout(400)]

KEYS = 800  # more than the sink holds, in which versions of a key would become one write
VERSIONS = 5
NEWEST = {f"k{key}": VERSIONS - 1 for key in range(KEYS)}
UNITS = 400  # a second, so that all of it takes 9 s
PATIENCE_SECONDS = 120
"""What has not come by then never will."""


@pytest.fixture
def tables() -> Iterator[TableServer]:
    with TableServer(memory_mb=128) as server:
        yield server


@pytest.fixture
def settings_of_job(stack: Stack) -> Iterator[Settings]:
    """Of a job that ends with the test, whatever becomes of it."""
    settings = Settings().model_copy(update={"checkpoint_interval_ms": 1_000})
    try:
        yield settings
    finally:
        flink = FlinkRest(settings.flink_rest_url)
        for job in flink.jobs():
            if not job.ended:
                flink.cancel(job.job_id)


def writing_job(tables: TableServer, table: WriteTable, mode: WriteMode) -> submission.Define:
    """Every key in version 0, then every key in version 1, and so on: a Python function makes the rows."""

    def define(env: StreamExecutionEnvironment, settings: Settings) -> None:
        keys = KEYS  # the function goes to Python processes that do not know this module

        def to_row(number: int) -> Row:
            return Row(f"k{number % keys}", number // keys)

        env.add_classpaths(*(jar.as_uri() for jar in (wheel_distribution() / "opt").glob("flink-python-*.jar")))
        env.set_python_executable(sys.executable)
        env.get_config().enable_auto_generated_uids()  # key_by makes operators without
        sink = (
            DynamoDbSink.builder()
            .set_table(table.name)
            .set_region(tables.region)
            .set_endpoint_url(tables.url)
            .set_fields(partition_key("id"), attribute("version", FieldType.LONG))
            .set_mode(mode)
            .build()
        )
        numbers = NumberSequenceSource(0, KEYS * VERSIONS - 1)
        # From one place, so that the versions of a key come in their order.
        rows = (
            env.from_source(numbers, WatermarkStrategy.no_watermarks(), "numbers", Types.LONG())
            .set_parallelism(1)
            .map(to_row, Types.ROW_NAMED(["id", "version"], [Types.STRING(), Types.LONG()]))
            .set_parallelism(1)
        )
        rows.key_by(lambda row: row[0], Types.STRING()).sink_to(sink)

    return define


def wait(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert done()


def kill_with_its_pythons(stack: Stack) -> None:
    """As a machine that loses its power: PyFlink's processes would outlive the task manager, for ever."""
    running = stack.taskmanager.running()
    assert running is not None
    pythons = psutil.Process(running.pid).children(recursive=True)
    stack.taskmanager.kill()
    for process in pythons:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def when_quiet(table: WriteTable) -> WriteReport:
    """The report, once nothing happens at the table."""
    report, before = table.report(), None
    while report != before:
        time.sleep(0.5)
        report, before = table.report(), report
    return report


@pytest.mark.parametrize("mode", [put(), put_if_newer("version")], ids=lambda mode: mode.kind)
def test_the_newest_of_every_key_is_there_after_the_task_manager_was_killed(
    stack: Stack, settings_of_job: Settings, tables: TableServer, mode: WriteMode
) -> None:
    table = tables.create_table("written", capacity=provisioned(UNITS), version_attribute="version")
    flink = FlinkRest(settings_of_job.flink_rest_url)
    job_id = submission.submit_job(settings_of_job, "written", writing_job(tables, table, mode), parallelism=2)
    wait(lambda: table.report().items > 3 * UNITS or flink.state(job_id) in ENDED)
    assert flink.state(job_id) == "RUNNING", "it is to be killed in mid-traffic"

    kill_with_its_pythons(stack)
    # What it had sent is carried out all the same: nothing of it may be open when the next one writes.
    first_life = when_quiet(table)
    assert first_life.overlapping == 0
    job_manager = stack.jobmanager.recorded()
    assert job_manager is not None
    stack.taskmanager.start(job_manager.port, CREDENTIALS, settings_of_job.aws_region)
    wait(lambda: flink.state(job_id) in ENDED)

    assert flink.state(job_id) == "FINISHED", flink.failure(job_id)
    report = table.report()
    assert table.versions() == NEWEST
    assert report.items > first_life.items
    assert report.overlapping == 0
    if mode.version_field is not None:  # else what is written again may be older, until the newest follows
        assert (report.stale, report.duplicates) == (0, 0)
