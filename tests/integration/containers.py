"""DynamoDB, Kafka and S3 from Docker images, for `STACK=containers`; Flink comes from the wheel all the same.

Never run where this was written: there was no Docker daemon.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psutil

from decision_store.devstack.server import Running, Server
from decision_store.devstack.stack import Stack

DYNAMODB_IMAGE = "amazon/dynamodb-local:2.6.1"
KAFKA_IMAGE = "confluentinc/cp-kafka:8.1.0"  # Kafka 4.1
S3_IMAGE = "chrislusf/seaweedfs:4.48"


class Container(Server):
    """A container that looks like a server of the laptop stack.

    Args:
        name: as the laptop stack names it.
        home: the stack's folder.
        container: of testcontainers.
        port: inside it.
    """

    def __init__(self, name: str, home: Path, container: Any, port: int) -> None:
        super().__init__(name, home)
        self._container = container
        self._port = port
        self._running: Running | None = None

    def start(self, *_: object) -> Running:
        """Starts it, unless it runs; the record's process is this one, which the container does not outlive."""
        if self._running is None:
            self._container.start()
            port = int(self._container.get_exposed_port(self._port))
            self._running = Running(os.getpid(), psutil.Process().create_time(), port)
            self.wait_until_listening()
        return self._running

    def running(self) -> Running | None:
        """As started."""
        return self._running

    def recorded(self) -> Running | None:
        """As started."""
        return self._running

    def stop(self) -> None:
        """Removes it."""
        if self._running is not None:
            self._container.stop()
            self._running = None


class ContainerStack(Stack):
    """The laptop stack with DynamoDB, Kafka and S3 in containers.

    Args:
        home: the stack's folder.
        cache: fetched servers.
    """

    def __init__(self, home: Path, cache: Path) -> None:
        from testcontainers.core.container import DockerContainer  # type: ignore[import-not-found, unused-ignore]
        from testcontainers.kafka import KafkaContainer  # type: ignore[import-not-found, unused-ignore]

        super().__init__(home, cache)
        dynamodb = DockerContainer(DYNAMODB_IMAGE).with_exposed_ports(8000)
        dynamodb = dynamodb.with_command("-jar DynamoDBLocal.jar -inMemory -sharedDb -disableTelemetry")
        s3 = DockerContainer(S3_IMAGE).with_exposed_ports(8333).with_command("server -s3 -dir=/data")
        identity = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
        for name, value in identity.items():
            s3 = s3.with_env(name, value)
        self.dynamodb: Any = Container("dynamodb", home, dynamodb, 8000)
        self.kafka: Any = Container("kafka", home, KafkaContainer(KAFKA_IMAGE).with_kraft(), 9093)
        self.s3: Any = Container("s3", home, s3, 8333)


def missing() -> str | None:
    """Why containers cannot be used here, or None."""
    if shutil.which("docker") is None:
        return "there is no docker command"
    if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode != 0:
        return "no Docker daemon answers"
    try:
        import testcontainers  # type: ignore[import-not-found, unused-ignore]  # noqa: F401  (is it installed?)
    except ImportError:
        return "testcontainers is not installed (pip install 'testcontainers>=4')"
    return None
