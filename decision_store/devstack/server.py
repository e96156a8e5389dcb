"""One server of the laptop stack: a process that is started, waited for, watched and stopped.

What a server needs to be found again by another process (pid, port) is kept in `<home>/<name>.json`, so that
`up`, `status` and `down` may be run from different shells.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from decision_store.errors import ActionableError

LOOPBACK = "127.0.0.1"
# A laptop's JVMs live for minutes and share a few cores: the optimizing compiler and parallel collectors cost more than
# they give.
JAVA = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


class ServerError(ActionableError):
    """A server did not start; the message holds the last lines of its log."""


@dataclass(frozen=True, slots=True)
class Running:
    """A started process.

    Attributes:
        pid: of the process itself, not of a shell around it.
        created: psutil's creation time: a pid may be given to another process.
        port: the port clients use.
    """

    pid: int
    created: float
    port: int


class Server:
    """A process under `home`, with its log and its record.

    Args:
        name: as shown by `status`, and the name of its log.
        home: the stack's folder; data, logs and records are kept below it.
    """

    def __init__(self, name: str, home: Path) -> None:
        self.name = name
        self.home = home
        self.log = home / "logs" / f"{name}.log"
        self.data = home / "data" / name
        self._record = home / f"{name}.json"
        self.patience_seconds = 10.0  # between SIGTERM and SIGKILL

    def running(self) -> Running | None:
        """The process, if it lives."""
        recorded = self.recorded()
        if recorded is None:
            return None
        try:
            process = psutil.Process(recorded.pid)
            alive = process.create_time() == recorded.created and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return recorded if alive else None

    def recorded(self) -> Running | None:
        """The process as last started, alive or not; None after a clean stop."""
        if not self._record.exists():
            return None
        return Running(**json.loads(self._record.read_text()))

    @property
    def address(self) -> str:
        """`host:port` for clients; the server must have been started."""
        recorded = self.recorded()
        assert recorded is not None
        return f"{LOOPBACK}:{recorded.port}"

    @property
    def url(self) -> str:
        """The address of a server that speaks HTTP; the server must have been started."""
        return f"http://{self.address}"

    def launch(self, command: Sequence[str], port: int, environment: Mapping[str, str] | None = None) -> Running:
        """Starts the process in a session of its own (a Ctrl-C in the terminal is not for it) and records it."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.data,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )
        started = Running(process.pid, psutil.Process(process.pid).create_time(), port)
        self._record.write_text(json.dumps(asdict(started)))
        return started

    def wait_until_listening(self, timeout: float = 60.0) -> None:
        """Returns when the port takes connections.

        Raises:
            ServerError: the process ended, or the time is out.
        """
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            running = self.running()
            if running is None:
                raise ServerError(f"{self.name} ended while starting; the end of {self.log}:\n{self.log_tail()}")
            if listens(running.port):
                return
            time.sleep(0.05)
        raise ServerError(
            f"{self.name} did not answer within {timeout:.0f} s; the end of {self.log}:\n{self.log_tail()}"
        )

    def stop(self) -> None:
        """Ends the process (SIGTERM, after its patience SIGKILL) and forgets it."""
        running = self.running()
        if running is not None:
            process = psutil.Process(running.pid)
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(self.patience_seconds)
            except psutil.TimeoutExpired:
                process.kill()
                process.wait()
        self._record.unlink(missing_ok=True)

    def log_tail(self, lines: int = 10) -> str:
        """The last lines of the log; "" when there is none."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def free_port() -> int:
    """A port of the loopback interface nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Whether a connection to the port is taken."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((LOOPBACK, port)) == 0
