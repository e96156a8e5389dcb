"""The demo from the first server to the ledger's verdict."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Thread
from types import FrameType

from rich.console import Console

from decision_store.clients import dynamodb_client
from decision_store.devstack.stack import Stack
from decision_store.ops import submission
from decision_store.ops.demo import load
from decision_store.ops.demo.client import StoreClient
from decision_store.ops.demo.latencies import Awaited, Latencies
from decision_store.ops.demo.outage import Outage
from decision_store.ops.demo.probes import READERS, TopicProbe, VariableProbe
from decision_store.ops.demo.traffic import THREADS, Acknowledged, Tally, Traffic
from decision_store.ops.demo.view import Journal, State, View, latency_table
from decision_store.ops.environment import use_environment_of
from decision_store.ops.flink_rest import FlinkError, FlinkRest, Job
from decision_store.ops.ledger import report as ledger
from decision_store.ops.ledger.variables import VariablesAt
from decision_store.settings import Settings

LEDGER_SECONDS = 60.0  # the archive is written at checkpoints; what a failure left behind is read again
CATCH_UP_SECONDS = 60.0
BEHIND_SECONDS = 1.0  # nothing waits longer than this once all has caught up
RECENT = 200  # samples in the live picture


@dataclass(frozen=True, slots=True)
class Options:
    """What the demo is asked for.

    Attributes:
        decisions: how many.
        customers: how many ask.
        seed: of the script.
        rate: decisions a second, as far as the machine goes along.
        keep: leave the stack running.
    """

    decisions: int = 3_000
    customers: int = 300
    seed: int = 1
    rate: float = 70.0
    keep: bool = False


def run(stack: Stack, options: Options, variables_at: VariablesAt, console: Console) -> bool:
    """Starts the stack, lets a policy decide under load, kills the task manager, and asks the ledger.

    Whatever happens, the stack is taken down in the end, unless it is to be kept.

    Returns:
        Whether the ledger found no difference, no request failed and the jobs recovered.

    Raises:
        ActionableError: a server or a job did not start, or a place cannot be read.
        KeyboardInterrupt: Ctrl-C or SIGTERM; the stack has been taken down.
    """
    started = time.monotonic()
    keep = options.keep or any(server.running() for server in stack.servers)  # what was up before stays up
    with _sigterm_like_ctrl_c():
        try:

            def progress(name: str, what: str) -> None:
                console.print(f"  {name:<15} {what:<10} {time.monotonic() - started:5.1f} s")
                if (name, what) == ("jobmanager", "running"):
                    use_environment_of(stack)
                    Thread(target=submission.start_gateway, daemon=True).start()  # while the task manager starts

            stack.up(progress)
            use_environment_of(stack)
            settings = Settings()
            flink = FlinkRest(settings.flink_rest_url)
            to_start = [name for name in submission.JOBS if flink.running(name) is None]  # on a kept stack they run
            submission.submit(
                settings,
                to_start,
                running=lambda name, _: progress(name, "running"),
            )
            went_well = _Show(stack, settings, options, console).play()
            finish_files(flink)
            console.print(f"\nThe ledger, for at most {LEDGER_SECONDS:.0f} s:")
            clean = ledger.verify(settings, variables_at, LEDGER_SECONDS, False, console)
            _say_where(settings, console)
            return clean and went_well
        finally:
            _take_down(stack, keep, console)


def finish_files(flink: FlinkRest) -> None:
    """The archive's last file comes with a checkpoint: takes one instead of waiting for it; the ledger waits anyway."""
    with suppress(FlinkError):
        archive = flink.running("archive")
        if archive is not None:
            flink.checkpoint(archive.job_id)


class _Show:
    """The part between the first decision and the last."""

    def __init__(self, stack: Stack, settings: Settings, options: Options, console: Console) -> None:
        self._stack = stack
        self._settings = settings
        self._options = options
        self._console = console
        self._journal = Journal()
        self._tally = Tally()
        self._to_topic, self._to_variable = Latencies(), Latencies()
        self._awaited = Awaited(self._to_topic)
        self._client = StoreClient(
            settings.decision_store_url, dynamodb_client(settings), settings.decisions_table, THREADS + READERS
        )
        self._topic = TopicProbe(settings, self._awaited)
        self._variables = VariableProbe(self._client, self._to_variable)
        self._flink = FlinkRest(settings.flink_rest_url)
        self._jobs: Sequence[Job] = ()
        self._started = time.monotonic()
        self._ended: float | None = None

    def play(self) -> bool:
        """Runs the script to its end.

        Returns:
            Whether every request was answered as it must be, and the jobs caught up after the kill.
        """
        options = self._options
        script = load.scripts(f"d{int(time.time()):x}", options.decisions, options.customers, options.seed)
        self._started = time.monotonic()
        traffic = Traffic(script, self._client, options.rate, self._tally, self._acknowledged)
        outage: Outage | None = None
        self._journal = Journal()
        self._journal.say(f"{options.customers:,} customers ask for {options.decisions:,} decisions")
        try:
            with View(self._console, self._state, self._journal):
                while not traffic.done:
                    self._look_at_jobs()
                    if outage is None and self._tally.counts()["decided"] >= options.decisions / 2:
                        outage = self._kill()
                    time.sleep(0.5)
                self._ended = time.monotonic()
                self._journal.say("the last decision is written")
                self._wait_for_the_last()
                if outage is not None:
                    outage.wait()
        finally:
            traffic.stop()
            self._variables.stop()
            self._topic.stop()
        self._sum_up(outage)
        return not self._tally.counts()["failed"] and (outage is None or outage.recovered)

    def _kill(self) -> Outage:
        return Outage(
            self._stack,
            self._settings.aws_region,
            self._caught_up,
            self._journal.say,
        )

    def _caught_up(self, since: float) -> bool:
        if self._ended is not None:  # nothing comes any more: all must be there
            return not self._awaited.waiting() and self._variables.idle()
        newest = min(self._awaited.newest_acknowledged, self._variables.newest_acknowledged)
        return newest > since and self._awaited.longest_wait() < BEHIND_SECONDS

    def _acknowledged(self, due: Acknowledged) -> None:
        self._awaited.acknowledged(due.script.decision_id, due.revision, due.at)
        # One that waited for a check may have been overtaken by a newer decision of its kind: it would show too early.
        if due.first and due.script.late_after is None:
            self._variables.offer(due.script, due.event_time, due.at)

    def _look_at_jobs(self) -> None:
        try:
            found = [job for job in self._flink.jobs() if not job.ended]
        except FlinkError:
            return  # the picture keeps what it knows; the ledger judges
        before = {job.name: job.whole for job in self._jobs}
        for job in found:
            if job.whole != before.get(job.name, job.whole):
                self._journal.say(f"job {job.name} " + ("runs again" if job.whole else f"is {job.state.lower()}"))
        self._jobs = found

    def _wait_for_the_last(self) -> None:
        deadline = time.monotonic() + CATCH_UP_SECONDS
        while (self._awaited.waiting() or not self._variables.idle()) and time.monotonic() < deadline:
            self._look_at_jobs()
            time.sleep(0.2)
        if waiting := self._awaited.waiting():
            self._journal.say(f"{waiting:,} revisions did not reach Kafka within {CATCH_UP_SECONDS:.0f} s")

    def _state(self) -> State:
        return State(
            elapsed=time.monotonic() - self._started,
            writing=(self._ended or time.monotonic()) - self._started,
            decisions=self._options.decisions,
            counts=self._tally.counts(),
            events=self._topic.events,
            waiting=self._awaited.waiting(),
            longest_wait=self._awaited.longest_wait(),
            to_topic=self._to_topic.summary(last=RECENT),
            to_variable=self._to_variable.summary(last=RECENT),
            jobs=self._jobs,
        )

    def _sum_up(self, outage: Outage | None) -> None:
        state, counts = self._state(), self._tally.counts()
        say = self._console.print
        share = counts["from similar"] / max(counts["decided"], 1)
        say(f"\n{counts['decided']:,} decisions in {state.writing:.0f} s", highlight=False)
        say(f"  {counts['from similar']:,} ({share:.0%}) at once, from a similar past decision", highlight=False)
        say(
            f"  {counts['writes']:,} writes: {counts['repeated']:,} were repeats and stored nothing, "
            f"{counts['refused']:,} were refused with 422, {counts['past the API']:,} went past the API; "
            f"{self._client.retries:,} requests were sent again",
            highlight=False,
            soft_wrap=True,
        )
        for failure in self._tally.failures:
            say(f"  failed: {failure}", style="red", highlight=False, markup=False)
        rows = [("acknowledged → in Kafka", self._to_topic), ("acknowledged → variable readable", self._to_variable)]
        summaries = [(f"{name}, all", latencies.summary()) for name, latencies in rows]
        if outage is not None:
            summaries += [(f"{name}, without the outage", one.summary(without=outage.span)) for name, one in rows]
        say(latency_table(summaries))
        if outage is not None:
            say("Without the outage: without what was acknowledged from 1 s before the kill until all had caught up.")
        if self._variables.given_up:
            say(f"{self._variables.given_up:,} sampled decisions never showed in the variables.", style="red")


def _say_where(settings: Settings, console: Console) -> None:
    for name, where in (
        ("Flink UI", settings.flink_rest_url),
        ("API docs", f"{settings.decision_store_url}/docs"),
        ("archive", f"{settings.archive_uri} at {settings.aws_endpoint_url_s3}"),
    ):
        console.print(f"{name:<9} {where}", highlight=False)


def _take_down(stack: Stack, keep: bool, console: Console) -> None:
    if keep:
        console.print("The stack still runs: `decisions down` stops it.")
        return
    # A second Ctrl-C or SIGTERM would leave servers behind.
    impatient = {one: signal.signal(one, signal.SIG_IGN) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        console.print("Taking the stack down (KEEP=1 leaves it running).")
        stack.down()
    finally:
        for one, handler in impatient.items():
            signal.signal(one, handler)


@contextmanager
def _sigterm_like_ctrl_c() -> Iterator[None]:
    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
