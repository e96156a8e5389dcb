"""A stack without Flink: DynamoDB, Kafka and S3, with the tables, the topics and the bucket of the suite."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from threading import Thread

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from decision_store.devstack.kafka import Kafka
from decision_store.devstack.s3 import SeaweedS3
from decision_store.settings import Settings
from tests.integration.conftest import CACHE
from tests.integration.devstack.test_s3 import client as s3_client
from tests.integration.devstack.test_s3 import create_bucket
from tests.integration.ops.wire import Registry

CREDENTIALS = ("local", "local")


@pytest.fixture(scope="session")
def stack(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of DynamoDB, Kafka and S3; tests make topics and buckets of their own."""
    home = tmp_path_factory.mktemp("ledger")
    kafka, s3 = Kafka(home, CACHE), SeaweedS3(home)
    environment = pytest.MonkeyPatch()
    try:
        kafka.start()
        s3.start(CREDENTIALS)
        create_bucket(s3_client(s3.url, CREDENTIALS), "decision-archive")
        environment.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka.address)
        environment.setenv("AWS_ENDPOINT_URL_S3", s3.url)
        yield Settings()
    finally:
        s3.stop()
        kafka.stop()
        environment.undo()


def create_topics(settings: Settings) -> None:
    """The three topics of the settings, of two partitions each."""
    names = (settings.decision_events_topic, settings.dead_letter_topic, settings.incomplete_topic)
    admin = AdminClient({"bootstrap.servers": settings.kafka_bootstrap_servers})
    for created in admin.create_topics([NewTopic(name, 2, 1) for name in names]).values():
        created.result(30)


@pytest.fixture(scope="session")
def registry() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Registry) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/registry"
        server.shutdown()
