"""The Decision Store API as a server of the laptop stack."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from decision_store.devstack.server import LOOPBACK, Running, Server, free_port


class Api(Server):
    """`python -m decision_store.api` on loopback; creates the tables that are missing.

    Args:
        home: the stack's folder.
    """

    def __init__(self, home: Path) -> None:
        super().__init__("api", home)

    def start(self, environment: Mapping[str, str]) -> Running:
        """Starts it, unless it runs; returns when it answers."""
        if (running := self.running()) is not None:
            return running
        port = free_port()
        command = [sys.executable, "-m", "decision_store.api", "--create-tables", "--port", str(port)]
        started = self.launch([*command, "--host", LOOPBACK], port, {**environment, "PYTHONPATH": _python_path()})
        self.wait_until_listening()
        return started


def _python_path() -> str:
    """This package's folder: the server runs in a folder of its own, where a checkout would not be found."""
    return str(Path(__file__).resolve().parents[2])
