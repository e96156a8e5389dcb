"""Flink's REST API: which jobs run, why one failed, and how to stop it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

from decision_store.errors import ActionableError

_TIMEOUT_SECONDS = 30
ENDED = ("FINISHED", "CANCELED", "FAILED")


class FlinkError(ActionableError):
    """Flink did not do what was asked; the message says why."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job on the cluster.

    Attributes:
        job_id: Flink's.
        name: of the job.
        state: Flink's word for it: RUNNING, RESTARTING, FAILED, ...
        running: tasks that run.
        tasks: all tasks.
    """

    job_id: str
    name: str
    state: str
    running: int
    tasks: int

    @property
    def whole(self) -> bool:
        """Whether all of it runs."""
        return self.state == "RUNNING" and 0 < self.tasks == self.running

    @property
    def ended(self) -> bool:
        """Whether it will not run again."""
        return self.state in ENDED


class FlinkRest:
    """A client of one cluster.

    Args:
        url: FLINK_REST_URL.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    def require_slots(self, needed: int) -> None:
        """Refuses what the cluster has no room for.

        Raises:
            FlinkError: fewer task slots are free.
        """
        available = self._call("GET", "/overview")["slots-available"]
        if available < needed:
            raise FlinkError(f"{needed} task slots are needed and {available} are free: lower --parallelism.")

    def jobs(self) -> list[Job]:
        """Every job the cluster remembers, the newest first; what is told may be `web.refresh-interval` old."""
        jobs = sorted(self._call("GET", "/jobs/overview")["jobs"], key=lambda job: -job["start-time"])
        return [
            Job(job["jid"], job["name"], job["state"], job["tasks"]["running"], job["tasks"]["total"]) for job in jobs
        ]

    def running(self, name: str) -> Job | None:
        """The job of this name that has not ended."""
        return next((job for job in self.jobs() if job.name == name and not job.ended), None)

    def state(self, job_id: str) -> str:
        """Flink's word for the job's state."""
        return str(self._call("GET", f"/jobs/{job_id}")["state"])

    def tasks_running(self, job_id: str) -> bool:
        """Whether every task of the job runs."""
        job = self._call("GET", f"/jobs/{job_id}")
        return job["state"] == "RUNNING" and all(task["status"] in ("RUNNING", "FINISHED") for task in job["vertices"])

    def records_out(self, job_id: str, task: str) -> int:
        """What the task of this name has sent to the next ones so far; also after its end."""
        vertices = self._call("GET", f"/jobs/{job_id}")["vertices"]
        return sum(int(vertex["metrics"]["write-records"]) for vertex in vertices if task in vertex["name"])

    def failure(self, job_id: str) -> str | None:
        """The innermost cause of the newest failure, as one line; None when there was none."""
        entries = self._call("GET", f"/jobs/{job_id}/exceptions").get("exceptionHistory", {}).get("entries", [])
        if not entries:
            return None
        lines = str(entries[0]["stacktrace"]).splitlines()
        causes = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by: ")]
        return causes[-1] if causes else lines[0]

    def wait_until_running(self, job_id: str, timeout: float = 120.0) -> None:
        """Returns when every task of a job runs.

        Raises:
            FlinkError: it failed, or did not start in time; with the cause.
        """
        deadline = time.monotonic() + timeout
        while not self.tasks_running(job_id):
            if (cause := self.failure(job_id)) is not None:
                raise FlinkError(f"The job does not start: {cause}")
            if time.monotonic() > deadline:
                raise FlinkError(f"The job has not started within {timeout:.0f} s: see {self.url}/#/job/{job_id}.")
            time.sleep(0.2)

    def checkpoint(self, job_id: str, timeout: float = 60.0) -> None:
        """Takes a checkpoint now and returns when it is complete: file sinks have then finished their files.

        Raises:
            FlinkError: it was refused, failed, or took too long.
        """
        trigger = self._call("POST", f"/jobs/{job_id}/checkpoints", {"checkpointType": "CONFIGURED"})["request-id"]
        status: dict[str, Any] = {}

        def finished() -> bool:
            status.update(self._call("GET", f"/jobs/{job_id}/checkpoints/{trigger}"))
            return bool(status["status"]["id"] == "COMPLETED")

        _wait(finished, timeout, "The checkpoint")
        if "failure-cause" in status.get("operation", {}):
            raise FlinkError(f"No checkpoint was taken: see {self.url}/#/job/{job_id}.")

    def stop_with_savepoint(self, job_id: str, timeout: float = 300.0) -> str:
        """Stops a job; its sinks have finished and its state is in the cluster's savepoint directory.

        Args:
            job_id: a running job.
            timeout: seconds.

        Returns:
            The savepoint's path.

        Raises:
            FlinkError: there is no savepoint; whether the job still runs is in the message.
        """
        trigger = self._call("POST", f"/jobs/{job_id}/stop", {"drain": False})["request-id"]
        status: dict[str, Any] = {}

        def finished() -> bool:
            status.update(self._call("GET", f"/jobs/{job_id}/savepoints/{trigger}"))
            return bool(status["status"]["id"] == "COMPLETED")

        _wait(finished, timeout, "The savepoint")
        operation = status["operation"]
        if "location" not in operation:
            cause = str(operation["failure-cause"]["stack-trace"]).strip().splitlines()[-1]
            raise FlinkError(f"No savepoint was taken, and the job is {self.state(job_id)}: {cause}")
        _wait(lambda: self.state(job_id) in ENDED, timeout, "The job's end")
        return str(operation["location"])

    def cancel(self, job_id: str, timeout: float = 60.0) -> None:
        """Ends a job without a savepoint; its last checkpoint stays."""
        self._call("PATCH", f"/jobs/{job_id}?mode=cancel")
        _wait(lambda: self.state(job_id) in ENDED, timeout, "The job's end")

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            answer = requests.request(method, f"{self.url}{path}", json=body, timeout=_TIMEOUT_SECONDS)
            said = answer.json() if answer.content else {}
        except requests.RequestException as problem:  # also an answer that is not JSON: it is not Flink that answers
            raise FlinkError(
                f"Flink at {self.url} does not answer ({type(problem).__name__}): start a cluster (`decisions up`), or "
                f'check FLINK_REST_URL; a stack that was started again has new ports: eval "$(decisions env)".'
            ) from problem
        if answer.status_code >= 400:
            errors = said.get("errors", [answer.reason])
            raise FlinkError(f"Flink refused {method} {path}: {str(errors[0]).splitlines()[0]}")
        assert isinstance(said, dict)
        return said


def _wait(done: Callable[[], bool], timeout: float, what: str) -> None:
    deadline = time.monotonic() + timeout
    while not done():
        if time.monotonic() > deadline:
            raise FlinkError(f"{what} did not come within {timeout:.0f} s.")
        time.sleep(0.1)
