"""What Flink itself tells of a contender's job: its checkpoints, and what went over its edges."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import requests

from decision_store.devstack.server import LOOPBACK

PATIENCE_SECONDS = 60.0
"""For an answer: a job that is run flat out leaves little to who answers."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The newest one, all of its state (also where it was written incrementally).

    Attributes:
        seconds: from its trigger to its end.
        bytes_of_all: of all tasks.
        bytes_of_keys: of those that were asked for.
    """

    seconds: float
    bytes_of_all: int
    bytes_of_keys: int


class Job:
    """The only job of a contender.

    Args:
        rest_port: Flink's.
    """

    def __init__(self, rest_port: int) -> None:
        jobs = f"http://{LOOPBACK}:{rest_port}/jobs"
        self._url = f"{jobs}/{_get(jobs)['jobs'][0]['id']}"

    def newest_checkpoint(self, keyed: str, patience: float) -> Checkpoint | None:
        """The newest completed checkpoint; None: there was none in that time.

        Args:
            keyed: a part of the names of the tasks whose state is told apart.
            patience: seconds.
        """
        deadline = time.monotonic() + patience
        while (latest := _get(f"{self._url}/checkpoints")["latest"]["completed"]) is None:
            if time.monotonic() > deadline:
                return None
            time.sleep(0.2)
        names = {vertex["id"]: vertex["name"] for vertex in self._vertices()}
        tasks = _get(f"{self._url}/checkpoints/details/{latest['id']}")["tasks"]
        of_keys = sum(task["state_size"] for vertex, task in tasks.items() if keyed in names[vertex])
        return Checkpoint(latest["end_to_end_duration"] / 1e3, latest["state_size"], of_keys)

    def bytes_per_record(self, edges: int, patience: float) -> float:
        """What a record is on all edges between tasks together; 0: it was not told in that time.

        Args:
            edges: how many tasks write to another.
            patience: seconds; what tells of it is some seconds old.
        """
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            written = [vertex["metrics"] for vertex in self._vertices() if vertex["metrics"]["write-records"]]
            if len(written) >= edges:
                return float(sum(one["write-bytes"] / one["write-records"] for one in written))
            time.sleep(0.2)
        return 0.0

    def _vertices(self) -> Any:
        return _get(self._url)["vertices"]


def _get(url: str) -> Any:
    return requests.get(url, timeout=PATIENCE_SECONDS).json()
