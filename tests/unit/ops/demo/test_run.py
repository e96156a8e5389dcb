"""The demo takes down what it started, and tells an outage by what arrives."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
from rich.console import Console

from decision_store.devstack.server import Running, Server, ServerError
from decision_store.ops.demo.outage import Outage
from decision_store.ops.demo.run import Options, run


class FakeStack:
    """Notes what is asked of it."""

    def __init__(self, problem: BaseException | None = None) -> None:
        self.asked: list[str] = []
        self._problem = problem
        self.taskmanager = self
        self.jobmanager = self
        self.servers: tuple[Server, ...] = ()

    def up(self, progress: Any) -> None:
        self.asked.append("up")
        if self._problem is not None:
            raise self._problem

    def down(self) -> None:
        self.asked.append("down")

    def running(self) -> Running:
        return Running(1, 0.0, 8081)

    def kill(self) -> int:
        self.asked.append("kill")
        if self._problem is not None:
            raise self._problem
        return 4711

    def start(self, port: int, credentials: tuple[str, str], region: str) -> Running:
        self.asked.append(f"start {port} {region}")
        return Running(2, 0.0, port)


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), ServerError("no")])
def test_the_stack_is_taken_down_whatever_happens(problem: BaseException) -> None:
    stack: Any = FakeStack(problem)
    with pytest.raises(type(problem)):
        run(stack, Options(), lambda events, now: {}, Console(file=io.StringIO()))
    assert stack.asked == ["up", "down"]


def test_a_stack_that_is_kept_is_not_taken_down() -> None:
    stack: Any = FakeStack(KeyboardInterrupt())
    said = io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        run(stack, Options(keep=True), lambda events, now: {}, Console(file=said))
    assert stack.asked == ["up"]
    assert "`decisions down` stops it" in said.getvalue()


def test_an_outage_is_over_when_what_came_after_the_kill_has_arrived() -> None:
    stack: Any = FakeStack()
    sayings: list[str] = []
    asked: list[float] = []

    def caught_up(since: float) -> bool:
        asked.append(since)
        return len(asked) == 3

    before = time.monotonic()
    outage = Outage(stack, "eu-west-1", caught_up, sayings.append)
    outage.wait()
    assert stack.asked == ["kill", "start 8081 eu-west-1"]
    assert outage.span.start == asked[0] - 2
    assert before - 1 <= outage.span.start <= outage.span.end - 1 <= time.monotonic()
    assert "caught up" in sayings[-1]


def test_an_outage_that_could_not_be_made_is_said_and_leaves_nothing_out() -> None:
    stack: Any = FakeStack(ServerError("There is no task manager to kill"))
    sayings: list[str] = []
    outage = Outage(stack, "eu-west-1", lambda since: True, sayings.append)
    outage.wait()
    assert "There is no task manager to kill" in sayings[-1]
    assert outage.span.start > time.monotonic() + 1e9
