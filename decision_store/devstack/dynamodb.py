"""DynamoDB Local with its streams."""

from __future__ import annotations

from pathlib import Path

from decision_store.devstack.jars import fetched
from decision_store.devstack.server import JAVA, Running, Server, free_port

MAIN_CLASS = "com.amazonaws.services.dynamodbv2.local.main.ServerRunner"


class DynamoDbLocal(Server):
    """DynamoDB and DynamoDB Streams on one endpoint, in memory. One shard a stream; never throttles, never trims.

    Args:
        home: the stack's folder.
        cache: where fetched jars are kept.
    """

    def __init__(self, home: Path, cache: Path) -> None:
        super().__init__("dynamodb", home)
        self._cache = cache

    def start(self) -> Running:
        """Starts it, unless it runs; returns when it answers."""
        if (running := self.running()) is not None:
            return running
        jars = fetched("dynamodb", self._cache)
        port = free_port()
        command = [*JAVA, "-Xmx384m", f"-Dsqlite4java.library.path={jars}", "-cp", f"{jars}/*", MAIN_CLASS]
        started = self.launch([*command, "-inMemory", "-sharedDb", "-port", str(port), "-disableTelemetry"], port)
        self.wait_until_listening()
        return started
