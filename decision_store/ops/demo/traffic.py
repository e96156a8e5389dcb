"""Runs the script: some threads that decide and write when it is time."""

from __future__ import annotations

import heapq
import itertools
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Condition, Lock, Thread

from decision_store.ops.demo.client import StoreClient, StoreError
from decision_store.ops.demo.load import ASKED_BEFORE_MS, Action, Script, Step, steps
from decision_store.ops.demo.policy import checks_wanted, decide

THREADS = 8
SHOWN_FAILURES = 5


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A write that made a revision of a decision's event due.

    Attributes:
        script: the decision.
        revision: of the event.
        first: whether the decision was not complete before.
        event_time: of the request, epoch ms.
        at: when the answer came, on the monotonic clock.
    """

    script: Script
    revision: int
    first: bool
    event_time: int
    at: float


class Tally:
    """What has been done so far, by name; for many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self.failures: list[str] = []

    def add(self, name: str) -> None:
        """Counts one."""
        with self._lock:
            self._counts[name] += 1

    def fail(self, sentence: str) -> None:
        """Counts a failure and keeps the first few."""
        with self._lock:
            self._counts["failed"] += 1
            if len(self.failures) < SHOWN_FAILURES:
                self.failures.append(sentence)

    def counts(self) -> Counter[str]:
        """A copy."""
        with self._lock:
            return Counter(self._counts)


@dataclass(slots=True)
class _Decision:
    """A decision under way; one thread at a time has it."""

    script: Script
    steps: list[Step] = field(default_factory=list)
    taken_at: float = 0.0
    event_time: int = 0
    stored: set[str] = field(default_factory=set)
    needed: set[str] | None = None
    complete: bool = False


class Traffic:
    """Many customers at once.

    Args:
        scripts: the decisions, in their order.
        client: the way to the store.
        rate: decisions a second; the store may be slower.
        tally: told of everything.
        acknowledged: told, on the thread that wrote, of each write that makes an event due.
    """

    def __init__(
        self,
        scripts: Sequence[Script],
        client: StoreClient,
        rate: float,
        tally: Tally,
        acknowledged: Callable[[Acknowledged], None],
    ) -> None:
        self._client = client
        self._tally = tally
        self._acknowledged = acknowledged
        self._order = itertools.count()
        self._turn = Condition()
        self._unfinished = len(scripts)
        self._stopping = False
        start = time.monotonic()
        self._due = [(start + i / rate, next(self._order), _Decision(script)) for i, script in enumerate(scripts)]
        self._threads = [Thread(target=self._work, name=f"policy-{i}", daemon=True) for i in range(THREADS)]
        for thread in self._threads:
            thread.start()

    @property
    def done(self) -> bool:
        """Whether every decision has had its last step."""
        with self._turn:
            return self._unfinished == 0

    def stop(self) -> None:
        """Leaves what is not begun, and returns when no thread writes."""
        with self._turn:
            self._stopping = True
            self._turn.notify_all()
        for thread in self._threads:
            thread.join(60)

    def _work(self) -> None:
        while (decision := self._next()) is not None:
            try:
                wait_until = self._go_on(decision)
            except Exception as problem:  # a thread that dies would leave decisions half written without a word
                said = str(problem) if isinstance(problem, StoreError) else f"{type(problem).__name__}: {problem}"
                self._tally.fail(f"{decision.script.decision_id}: {said}")
                wait_until = None
            with self._turn:
                if wait_until is None:
                    self._unfinished -= 1
                else:
                    heapq.heappush(self._due, (wait_until, next(self._order), decision))
                self._turn.notify_all()

    def _next(self) -> _Decision | None:
        with self._turn:
            while True:
                if self._stopping or self._unfinished == 0:
                    return None
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._due)[2]
                self._turn.wait(wait)

    def _go_on(self, decision: _Decision) -> float | None:
        """Does what is due of a decision; returns when the next step is, or None after the last."""
        if not decision.steps:
            self._decide(decision)
        while decision.steps:
            step = decision.steps[0]
            if (at := decision.taken_at + step.after) > time.monotonic():
                return at
            self._client.do(step)
            decision.steps.pop(0)
            self._note(decision, step, time.monotonic())
        return None

    def _decide(self, decision: _Decision) -> None:
        script = decision.script
        knowledge = self._client.knowledge_of(script)
        checks = checks_wanted(script.amount, knowledge)
        verdict = decide(knowledge, {name: script.result_of(name) for name in checks})
        now_ms = time.time_ns() // 1_000_000
        decision.steps = steps(script, verdict, now_ms)
        decision.taken_at = time.monotonic()
        decision.event_time = now_ms - ASKED_BEFORE_MS
        self._tally.add("decided")
        self._tally.add(verdict.outcome.lower())
        if verdict.similar_decision_id is not None:
            self._tally.add("from similar")

    def _note(self, decision: _Decision, step: Step, at: float) -> None:
        self._tally.add(_name_of(step))
        self._tally.add("writes")
        if not step.parts:
            return
        decision.stored.update(step.parts)
        if step.checks is not None:
            decision.needed = {f"check#{name}" for name in step.checks} | {"request", "outcome"}
        labels = {key.rpartition("#")[0] for key in decision.stored}
        if decision.needed is not None and decision.needed <= labels:
            first, decision.complete = not decision.complete, True
            self._tally.add("due")
            self._acknowledged(Acknowledged(decision.script, len(decision.stored), first, decision.event_time, at))


def _name_of(step: Step) -> str:
    if step.action is Action.PAST_API:
        return "past the API"
    names = {422: "refused", 200: "repeated"}
    return names.get(step.status, "whole" if step.action is Action.DECISION else "parts")
