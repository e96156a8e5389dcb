"""One Kafka broker that is its own controller (KRaft)."""

from __future__ import annotations

import subprocess
from pathlib import Path

from decision_store.devstack.jars import fetched
from decision_store.devstack.server import JAVA, LOOPBACK, Running, Server, ServerError, free_port

CLUSTER_ID = "ZGVjaXNpb24tc3RvcmUtMQ"  # any 22 characters of base64: one stack, one cluster

# One broker: what Kafka replicates three times by default must be content with one.
PROPERTIES = """\
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
controller.quorum.voters=1@{host}:{controller_port}
inter.broker.listener.name=PLAINTEXT
log.dirs={data}/log
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
"""


class Kafka(Server):
    """A broker on loopback; topics are created by whoever needs them, never by a misspelt name.

    Args:
        home: the stack's folder.
        cache: where fetched jars are kept.
    """

    def __init__(self, home: Path, cache: Path) -> None:
        super().__init__("kafka", home)
        self._cache = cache

    def start(self) -> Running:
        """Starts it, unless it runs; returns when it answers. A broker that died comes back with its data and port."""
        if (running := self.running()) is not None:
            return running
        jars = fetched("kafka", self._cache)
        java = [*JAVA, "-Xmx384m", "-cp", f"{jars}/*"]
        port = died.port if (died := self.recorded()) is not None else self._format(java)
        started = self.launch([*java, "kafka.Kafka", str(self._properties)], port)
        self.wait_until_listening()
        return started

    @property
    def _properties(self) -> Path:
        return self.data / "server.properties"

    def _format(self, java: list[str]) -> int:
        self.data.mkdir(parents=True, exist_ok=True)
        port = free_port()
        filled = PROPERTIES.format(host=LOOPBACK, port=port, controller_port=free_port(), data=self.data)
        self._properties.write_text(filled)
        format_storage = ["kafka.tools.StorageTool", "format", "--ignore-formatted", "-t", CLUSTER_ID]
        finished = subprocess.run(
            [*java, *format_storage, "-c", str(self._properties)], capture_output=True, text=True, check=False
        )
        if finished.returncode != 0:
            raise ServerError(f"Kafka's storage could not be formatted: {finished.stderr.strip()[-500:]}")
        return port
