"""The task manager dies in the middle, and comes back."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from threading import Thread

from decision_store.devstack.server import ServerError
from decision_store.devstack.stack import CREDENTIALS, Stack
from decision_store.ops.demo.latencies import Span

BEFORE_SECONDS = 1.0  # what was acknowledged this long before the kill may have been under way
GIVE_UP_SECONDS = 120.0


class Outage:
    """Kills the task manager with SIGKILL and starts it again.

    Args:
        stack: whose task manager.
        region: of AWS, for the new process.
        caught_up: whether what was acknowledged after a moment (of the monotonic clock) has arrived, and nothing waits.
        say: told what happens.
    """

    def __init__(
        self,
        stack: Stack,
        region: str,
        caught_up: Callable[[float], bool],
        say: Callable[[str], None],
    ) -> None:
        self._stack = stack
        self._region = region
        self._caught_up = caught_up
        self._say = say
        self._killed_at = math.inf
        self._recovered_at = math.inf
        self._thread = Thread(target=self._run, name="outage", daemon=True)
        self._thread.start()

    @property
    def span(self) -> Span:
        """The time to leave out of a latency: from a second before the kill until recovered."""
        return Span(self._killed_at - BEFORE_SECONDS, self._recovered_at)

    @property
    def recovered(self) -> bool:
        """Whether all had caught up."""
        return math.isfinite(self._recovered_at)

    def wait(self) -> None:
        """Returns when it is over."""
        self._thread.join()

    def _run(self) -> None:
        try:
            self._kill_and_start()
        except ServerError as problem:
            self._say(f"the task manager could not be killed and started again: {problem}")

    def _kill_and_start(self) -> None:
        job_manager = self._stack.jobmanager.running()
        if job_manager is None:
            raise ServerError("the job manager does not run")
        pid = self._stack.taskmanager.kill()
        self._killed_at = time.monotonic()
        self._say(f"task manager (pid {pid}) killed with SIGKILL")
        started = self._stack.taskmanager.start(job_manager.port, CREDENTIALS, self._region)
        self._say(f"task manager started again (pid {started.pid})")
        while time.monotonic() < self._killed_at + GIVE_UP_SECONDS:
            if self._caught_up(self._killed_at + BEFORE_SECONDS):
                self._recovered_at = time.monotonic()
                self._say(f"caught up {self._recovered_at - self._killed_at:.1f} s after the kill")
                return
            time.sleep(0.1)
        self._say(f"not caught up within {GIVE_UP_SECONDS:.0f} s of the kill: see `decisions logs taskmanager`")
