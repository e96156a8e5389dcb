"""What a checkpoint holds and how long it takes, as Flink tells it; of quixstreams, what lies in its folder."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from decision_store.devstack.server import LOOPBACK


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The newest one, all of its state (also where it was written incrementally).

    Attributes:
        seconds: from its trigger to its end.
        bytes_of_all: of all tasks.
        bytes_of_keys: of those that keep the customers.
    """

    seconds: float
    bytes_of_all: int
    bytes_of_keys: int


def newest(rest_port: int, keyed: str, patience: float) -> Checkpoint | None:
    """The newest completed checkpoint of the only job; None: there was none in that time.

    Args:
        rest_port: Flink's.
        keyed: a part of the names of the tasks that keep the customers.
        patience: seconds.
    """
    url = f"http://{LOOPBACK}:{rest_port}/jobs"
    deadline = time.monotonic() + patience
    job = _get(url)["jobs"][0]["id"]
    while (latest := _get(f"{url}/{job}/checkpoints")["latest"]["completed"]) is None:
        if time.monotonic() > deadline:
            return None
        time.sleep(0.2)
    names = {vertex["id"]: vertex["name"] for vertex in _get(f"{url}/{job}")["vertices"]}
    tasks = _get(f"{url}/{job}/checkpoints/details/{latest['id']}")["tasks"]
    of_keys = sum(task["state_size"] for vertex, task in tasks.items() if keyed in names[vertex])
    return Checkpoint(latest["end_to_end_duration"] / 1e3, latest["state_size"], of_keys)


def stored(folder: Path) -> Checkpoint:
    """What files hold; how long it took is not told."""
    held = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return Checkpoint(0, held, held)


def _get(url: str) -> Any:
    return requests.get(url, timeout=10).json()
