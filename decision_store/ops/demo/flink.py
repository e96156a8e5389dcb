"""What the demo asks Flink, over REST."""

from __future__ import annotations

from dataclasses import dataclass

import requests


@dataclass(frozen=True, slots=True)
class Job:
    """A job and how much of it runs.

    Attributes:
        name: of the job.
        state: RUNNING, RESTARTING, FAILED, ...
        running: tasks that run.
        tasks: all tasks.
    """

    name: str
    state: str
    running: int
    tasks: int

    @property
    def whole(self) -> bool:
        """Whether all of it runs."""
        return self.state == "RUNNING" and 0 < self.tasks == self.running


def jobs(flink_rest_url: str) -> list[Job]:
    """The jobs that have not ended; Flink may tell what was true up to three seconds ago.

    Raises:
        requests.RequestException: Flink does not answer.
    """
    answer = requests.get(f"{flink_rest_url}/jobs/overview", timeout=5)
    answer.raise_for_status()
    return [
        Job(one["name"], one["state"], one["tasks"]["running"], one["tasks"]["total"])
        for one in answer.json()["jobs"]
        if one["state"] not in ("FINISHED", "CANCELED")
    ]
