"""The `decisions` command."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, NoReturn

import psutil
import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress
from rich.table import Table

from decision_store.devstack.server import Server, ServerError
from decision_store.devstack.stack import Stack
from decision_store.errors import ActionableError
from decision_store.model.replay import Replay, ReplaySpan, moment
from decision_store.ops import submission, use_cases
from decision_store.ops.environment import DEFAULT_HOME, settings_of
from decision_store.ops.flink_rest import FlinkRest
from decision_store.ops.preflight import missing_memory, problems
from decision_store.ops.replay import check_target, run
from decision_store.ops.replay_count import count, table_of
from decision_store.ops.submission import DEFAULT_PARALLELISM

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a bug's traceback is for its report, not for a frame
    help="Runs Decision Store on this machine.",
)
console = Console()

Home = Annotated[Path, typer.Option(help="folder of the stack", envvar="DECISIONS_HOME")]
OfStack = Annotated[
    Path | None,
    typer.Option(
        help="the stack to speak to; without it the environment says, and what it leaves open the stack in .devstack",
        envvar="DECISIONS_HOME",
    ),
]


@app.command()
def up(home: Home = DEFAULT_HOME) -> None:
    """Starts the laptop stack: DynamoDB, Kafka, S3, Flink and the API. What runs already is left alone."""
    stack = Stack(home)
    check_machine(stack)
    started = time.monotonic()
    try:
        stack.up(lambda name, what: console.print(f"  {name:<12} {what:<10} {time.monotonic() - started:5.1f} s"))
    except ServerError as problem:
        fail(f"{problem}\nWhat was started still runs: `decisions down` stops it.")
    addresses = stack.environment()
    console.print(f"API docs  {addresses['DECISION_STORE_URL']}/docs\nFlink UI  {addresses['FLINK_REST_URL']}")


@app.command()
def down(home: Home = DEFAULT_HOME) -> None:
    """Stops the laptop stack; no process is left."""
    Stack(home).down(lambda name, what: console.print(f"  {name:<12} {what}"))


@app.command()
def status(home: Home = DEFAULT_HOME) -> None:
    """Shows each server; of a dead one, the end of its log. Exit code 1 unless all run."""
    table = Table("server", "state", "pid", "port", "memory")
    dead: list[Server] = []
    total = 0
    servers = Stack(home).servers
    for server in servers:
        if running := server.running():
            memory = psutil.Process(running.pid).memory_info().rss >> 20
            total += memory
            table.add_row(server.name, "running", str(running.pid), str(running.port), f"{memory} MB")
        elif server.recorded():
            dead.append(server)
            table.add_row(server.name, "[red]dead[/red]", "", "", "")
        else:
            table.add_row(server.name, "stopped", "", "", "")
    console.print(table)
    console.print(f"{total} MB in all")
    for server in dead:
        console.print(f"\n{server.name} has died; the end of {server.log}:", style="red")
        console.print(server.log_tail(), markup=False, highlight=False)
    if any(server.running() is None for server in servers):
        raise typer.Exit(1)


@app.command()
def env(home: Home = DEFAULT_HOME) -> None:
    """Prints the endpoints as environment variables: eval "$(decisions env)"."""
    for name, value in Stack(home).environment().items():
        typer.echo(f"export {name}={shlex.quote(value)}")


@app.command()
def submit(
    names: Annotated[list[str], typer.Argument(help="jobs, as their files in jobs/ are named")],
    parallelism: Annotated[int, typer.Option(help="subtasks of each step", min=1)] = DEFAULT_PARALLELISM,
    from_savepoint: Annotated[str | None, typer.Option(help="where to go on from; of one job")] = None,
    allow_non_restored_state: Annotated[
        bool, typer.Option(help="drop state in the savepoint that no operator claims: lost data")
    ] = False,
    home: OfStack = None,
) -> None:
    """Submits jobs to the cluster and returns when they run."""
    settings = settings_of(home)
    with console.status("submitting"):
        submission.submit(
            settings,
            names,
            parallelism,
            from_savepoint,
            allow_non_restored_state,
            lambda name, job_id: console.print(f"{name}  running as {job_id}"),
        )


@app.command()
def stop(
    name: Annotated[str, typer.Argument(help="a running job")],
    savepoint: Annotated[bool, typer.Option(help="take a savepoint to go on from; the sinks finish first")] = True,
    home: OfStack = None,
) -> None:
    """Stops a job, with a savepoint unless told otherwise, and prints the savepoint's path."""
    settings = settings_of(home)
    path = submission.stop(settings, name, savepoint)
    typer.echo(path or f"{name} is cancelled; its last checkpoint stays.")


@app.command()
def replay(
    from_: Annotated[str, typer.Option("--from", help="the first event time: epoch ms, or 2026-01-31T12:00Z")],
    to: Annotated[str, typer.Option("--to", help="the first event time after the span")],
    customer: Annotated[str | None, typer.Option(help="whose events; everyone's when left out")] = None,
    to_topic: Annotated[str | None, typer.Option(help="the topic to send them to")] = None,
    to_table: Annotated[str | None, typer.Option(help="the empty decision table to fill")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only count what the span holds")] = False,
    parallelism: Annotated[int, typer.Option(help="subtasks of each step", min=1)] = DEFAULT_PARALLELISM,
    home: OfStack = None,
) -> None:
    """Sends a span of the archive again, to a topic or into an empty decision table; ends when all is sent."""
    settings = settings_of(home)
    span = ReplaySpan(moment(from_), moment(to), customer)
    target = None if dry_run else Replay(span, to_topic, to_table)
    if target is not None:
        check_target(settings, target)
    with console.status("counting"):
        counts = count(settings, span)
    console.print(table_of(counts))
    if target is None or counts.total.events == 0:
        return
    with Progress(*Progress.get_default_columns(), MofNCompleteColumn(), console=console) as bar:
        task = bar.add_task("events", total=counts.total.events)
        read = run(settings, target, lambda events: bar.update(task, completed=events), parallelism)
    console.print(f"{read:,} events replayed to {to_topic or to_table}")


@app.command()
def jobs(home: OfStack = None) -> None:
    """Shows the cluster's jobs."""
    settings = settings_of(home)
    table = Table("job", "state", "id")
    for job in FlinkRest(settings.flink_rest_url).jobs():
        table.add_row(job.name, job.state, job.job_id)
    console.print(table)


@app.command()
def logs(
    name: Annotated[str, typer.Argument(help="a server, as `status` names it")],
    follow: Annotated[bool, typer.Option("--follow", "-f", help="go on as the log grows")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", help="how many of the last lines")] = 50,
    home: Home = DEFAULT_HOME,
) -> None:
    """Prints the end of a server's log."""
    servers = {server.name: server for server in Stack(home).servers}
    if name not in servers:
        fail(f"There is no server {name}: choose one of {', '.join(servers)}.")
    if not servers[name].log.exists():
        fail(f"{name} has no log yet: `decisions up` starts it.")
    tail = ["tail", "-n", str(lines), *(["-F"] if follow else []), str(servers[name].log)]
    raise typer.Exit(subprocess.run(tail, check=False).returncode)


@app.command()
def verify(
    wait: Annotated[float, typer.Option(help="seconds to wait until every place agrees")] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
    home: OfStack = None,
) -> None:
    """The ledger: compares the decision table with Kafka, the archive, the variables and the dead letters.

    Exit code 1 on any difference; each is named.
    """
    # Each command imports what it alone needs: an environment for the API or for jobs lacks the rest.
    from decision_store.ops.ledger import report as ledger
    from decision_store.ops.ledger.variables import declared_variables_at

    clean = ledger.verify(settings_of(home), declared_variables_at(), wait, as_json, console)
    raise typer.Exit(0 if clean else 1)


@app.command()
def demo(
    decisions: Annotated[int, typer.Option(min=1, help="how many")] = 3_000,
    customers: Annotated[int, typer.Option(min=1, help="how many ask")] = 300,
    seed: Annotated[int, typer.Option(help="of the script")] = 1,
    rate: Annotated[float, typer.Option(min=0.1, help="decisions a second, as far as the machine goes along")] = 70.0,
    keep: Annotated[bool, typer.Option("--keep", envvar="KEEP", help="leave the stack running")] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """A policy decides under load, the task manager is killed, and the ledger has the last word.

    Exit code 1 unless every place agrees with the decision table in the end.
    """
    from decision_store.ops.demo.run import Options, run
    from decision_store.ops.ledger.variables import declared_variables_at

    check_machine(Stack(home))
    options = Options(decisions, customers, seed, rate, keep)
    try:
        clean = run(Stack(home), options, declared_variables_at(), console)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    raise typer.Exit(0 if clean else 1)


app.command("new-use-case")(use_cases.new_use_case)
app.command()(use_cases.check)
app.command()(use_cases.explain)


def check_machine(stack: Stack) -> None:
    """Ends the command when the machine lacks what the stack needs; memory only if none of it runs yet."""
    lacking = problems()
    if not any(server.running() for server in stack.servers):
        lacking += [sentence for sentence in (missing_memory(),) if sentence]
    if lacking:
        fail("\n".join(lacking))


def fail(sentence: str) -> NoReturn:
    """Ends the command with a sentence on standard error and exit code 1."""
    Console(stderr=True).print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1)


def main() -> None:
    """The entry point of the `decisions` script: an error that is a sentence is printed alone."""
    try:
        app()
    except ActionableError as problem:
        sentence = str(problem)
    except ModuleNotFoundError as lacking:
        sentence = f"{lacking.name} is not installed: run `pip install 'decision-store[laptop]'`."
    Console(stderr=True).print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
