"""The whole laptop stack: which servers, in which order, and the environment that points at them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import requests
from botocore.exceptions import ClientError
from confluent_kafka.admin import AdminClient, NewTopic

from decision_store.devstack.api import Api
from decision_store.devstack.dynamodb import DynamoDbLocal
from decision_store.devstack.flink import FlinkHome, JobManager, TaskManager
from decision_store.devstack.kafka import Kafka
from decision_store.devstack.s3 import SeaweedS3
from decision_store.devstack.server import Server, ServerError
from decision_store.settings import MAX_MESSAGE_BYTES, Settings

CREDENTIALS = ("local", "local")  # S3 takes these only, the others any
STATE_BUCKET = "flink-state"
EVENT_PARTITIONS = 4
TOPIC_CONFIG = {"max.message.bytes": str(MAX_MESSAGE_BYTES)}

Progress = Callable[[str, str], None]


class Stack:
    """Real servers below one folder.

    Args:
        home: the folder; data, logs and records of the servers.
        cache: fetched servers, shared between stacks; `home/servers` when left out.
    """

    def __init__(self, home: Path, cache: Path | None = None) -> None:
        home = home.resolve()
        cache = (cache or home / "servers").resolve()
        self.flink = FlinkHome(home, cache)
        self.dynamodb = DynamoDbLocal(home, cache)
        self.kafka = Kafka(home, cache)
        self.s3 = SeaweedS3(home)
        self.jobmanager = JobManager(home, self.flink)
        self.taskmanager = TaskManager(home, self.flink)
        self.api = Api(home)
        self._settings = Settings()

    @property
    def servers(self) -> tuple[Server, ...]:
        """All servers, in the order they are shown."""
        return (self.dynamodb, self.kafka, self.s3, self.jobmanager, self.taskmanager, self.api)

    def up(self, progress: Progress = lambda name, what: None) -> None:
        """Starts what does not run, and makes tables, topics and buckets that are missing.

        Args:
            progress: told of each server's name and what is happening to it.

        Raises:
            ServerError: a server did not start; those that did go on running.
        """
        self.forget_what_was_stopped()
        if self.dynamodb.recorded() and not self.dynamodb.running():
            raise ServerError("dynamodb has died and its tables with it: `decisions down`, then `decisions up`.")
        pool = ThreadPoolExecutor(3)
        roads = [
            pool.submit(self._start_dynamodb_and_api, progress),
            pool.submit(self._start_kafka, progress),
            pool.submit(self._start_s3_and_flink, progress),
        ]
        try:
            for road in roads:
                road.result()
        finally:
            pool.shutdown()  # also after Ctrl-C: what is being started must be there to be stopped

    def forget_what_was_stopped(self) -> None:
        """Empties a stack of which nothing runs.

        DynamoDB Local keeps nothing, so what Kafka and S3 still hold is of tables that are gone: the ledger would name
        every record of it.
        """
        if all(server.running() is None for server in self.servers):
            for server in self.servers:
                server.stop()
                shutil.rmtree(server.data, ignore_errors=True)

    def down(self, progress: Progress = lambda name, what: None) -> None:
        """Stops everything: first what uses the other servers, then these, side by side."""
        users = (self.api, self.taskmanager, self.jobmanager)
        others = tuple(server for server in self.servers if server not in users)
        for together in (users, others):
            with ThreadPoolExecutor(len(together)) as pool:
                for stopping in [pool.submit(self._stop, server, progress) for server in together]:
                    stopping.result()

    @staticmethod
    def _stop(server: Server, progress: Progress) -> None:
        if server.running() is not None:
            progress(server.name, "stopping")
        server.stop()
        progress(server.name, "stopped")

    def environment(self) -> dict[str, str]:
        """What processes outside the stack need, under the names they know; for servers that have been started."""
        found = {
            "AWS_ACCESS_KEY_ID": CREDENTIALS[0],
            "AWS_SECRET_ACCESS_KEY": CREDENTIALS[1],
            "AWS_REGION": self._settings.aws_region,
        }
        if self._settings.use_cases_dir is not None:  # whole, since the servers run in folders of their own
            found["USE_CASES_DIR"] = str(self._settings.use_cases_dir.resolve())
        if self.dynamodb.recorded():
            found["AWS_ENDPOINT_URL_DYNAMODB"] = self.dynamodb.url
            found["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"] = self.dynamodb.url
        if self.s3.recorded():
            found["AWS_ENDPOINT_URL_S3"] = self.s3.url
        if self.kafka.recorded():
            found["KAFKA_BOOTSTRAP_SERVERS"] = self.kafka.address
        if self.jobmanager.recorded():
            found["FLINK_REST_URL"] = self.jobmanager.url
            found["FLINK_ON_THIS_MACHINE"] = "true"
            found |= self.flink.environment  # who submits a job needs the cluster's file systems too
        if self.api.recorded():
            found["DECISION_STORE_URL"] = self.api.url
            found["SCHEMA_REGISTRY_URL"] = f"{self.api.url}/registry"
        return found

    def _start_dynamodb_and_api(self, progress: Progress) -> None:
        progress("dynamodb", "starting")
        self.dynamodb.start()
        progress("dynamodb", "running")
        progress("api", "starting")
        self.api.start(self.environment())
        progress("api", "running")

    def _start_kafka(self, progress: Progress) -> None:
        progress("kafka", "starting")
        self.kafka.start()
        admin = AdminClient({"bootstrap.servers": self.kafka.address})
        existing = admin.list_topics(timeout=30).topics
        partitions = {
            self._settings.decision_events_topic: EVENT_PARTITIONS,
            self._settings.dead_letter_topic: 1,
            self._settings.incomplete_topic: 1,
        }
        missing = [
            NewTopic(name, count, 1, config=TOPIC_CONFIG) for name, count in partitions.items() if name not in existing
        ]
        if missing:
            for created in admin.create_topics(missing).values():
                created.result(30)
        progress("kafka", "running")

    def _start_s3_and_flink(self, progress: Progress) -> None:
        progress("s3", "starting")
        self.s3.start(CREDENTIALS)
        self._make_buckets()
        progress("s3", "running")
        progress("jobmanager", "starting")
        job_manager = self.jobmanager.start(self.s3.url, CREDENTIALS, self._settings.aws_region)
        progress("taskmanager", "starting")
        self.taskmanager.start(job_manager.port, CREDENTIALS, self._settings.aws_region)
        self.jobmanager.wait_until_listening()
        progress("jobmanager", "running")
        self.wait_for_slots()
        progress("taskmanager", "running")

    def _make_buckets(self) -> None:
        client = boto3.client(
            "s3",
            endpoint_url=self.s3.url,
            region_name=self._settings.aws_region,
            aws_access_key_id=CREDENTIALS[0],
            aws_secret_access_key=CREDENTIALS[1],
        )
        archive = self._settings.archive_uri.removeprefix("s3://").partition("/")[0]
        for bucket in (STATE_BUCKET, archive):
            _until_ready("s3", partial(_create_bucket, client, bucket))

    def wait_for_slots(self) -> None:
        """Returns when the task manager offers its slots.

        Raises:
            ServerError: it ended, or took over a minute.
        """

        def slots() -> bool:
            if self.taskmanager.running() is None:
                raise ServerError(f"The task manager ended while starting:\n{self.taskmanager.log_tail()}")
            overview = requests.get(f"{self.jobmanager.url}/overview", timeout=5).json()
            return bool(overview.get("slots-total"))

        _until_ready("taskmanager", slots)


def _create_bucket(client: Any, bucket: str) -> bool:
    try:
        client.create_bucket(Bucket=bucket)
    except ClientError as refused:
        # The gateway answers before its filer does: anything but "exists" is asked again.
        return refused.response["Error"]["Code"] in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists")
    return True


def _until_ready(name: str, ready: Callable[[], bool], timeout: float = 60.0) -> None:
    deadline = time.monotonic() + timeout
    while True:
        try:
            if ready():
                return
        except requests.RequestException:
            pass  # not listening yet
        if time.monotonic() > deadline:
            raise ServerError(f"{name} was not ready within {timeout:.0f} s: see `decisions logs {name}`.")
        time.sleep(0.1)
