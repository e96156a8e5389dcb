"""Submits jobs to a Flink cluster from this process: one gateway for several jobs, no `flink run`."""

from __future__ import annotations

import gc
import importlib.util
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from decision_store.errors import ActionableError
from decision_store.model.checks import refuse_unaccepted
from decision_store.ops.flink_rest import FlinkError, FlinkRest
from decision_store.ops.requirements import unmet
from decision_store.resources import resource_dir
from decision_store.settings import Settings

if TYPE_CHECKING:
    from pyflink.datastream import StreamExecutionEnvironment

JOBS = ("decision_events", "archive", "variables")
"""The jobs that run for ever, in the order data goes."""

_WITH_DECLARATIONS = frozenset({"decision_events", "variables"})

DEFAULT_PARALLELISM = 1  # one subtask carries thousands of decisions a second

Define = Callable[["StreamExecutionEnvironment", Settings], None]


class SubmitError(ActionableError):
    """A job was not submitted; the message says what to do."""


def submit(
    settings: Settings,
    names: Sequence[str],
    parallelism: int = DEFAULT_PARALLELISM,
    savepoint: str | None = None,
    allow_non_restored_state: bool = False,
    running: Callable[[str, str], None] = lambda name, job_id: None,
) -> None:
    """Submits the jobs in `jobs/NAME.py` and returns when all their tasks run.

    Args:
        settings: where everything is.
        names: of the jobs' files.
        parallelism: subtasks of each step.
        savepoint: where a single job goes on from; None begins anew.
        allow_non_restored_state: whether state in the savepoint that no operator claims may be dropped; by default it
            is refused, since dropped state is lost data.
        running: told of each job that runs, with its id.

    Raises:
        SubmitError: something a job needs is missing; nothing was submitted.
        DeclarationError: a use case has a mistake, or a change that its lock does not hold; nothing was submitted.
        FlinkError: the cluster refused a job, or one failed while starting; all that were submitted are cancelled.
    """
    if savepoint and len(names) != 1:
        raise SubmitError("A savepoint is of one job: submit the jobs one by one.")
    definitions = {name: definition_of(name) for name in names}
    if _WITH_DECLARATIONS & set(names):
        refuse_unaccepted(settings.assembly_retention_ms)
    flink = FlinkRest(settings.flink_rest_url)
    for name in names:
        if (already := flink.running(name)) is not None:
            raise SubmitError(f"{name} runs already as {already.job_id}: `decisions stop {name}` first.")
    flink.require_slots(parallelism * len(names))
    if missing := [sentence for name in names for sentence in unmet(name, settings)]:
        raise SubmitError("\n".join(dict.fromkeys(missing)))
    submitted: dict[str, str] = {}
    try:
        for name, define in definitions.items():
            submitted[name] = submit_job(settings, name, define, parallelism, savepoint, allow_non_restored_state)
        for name, job_id in submitted.items():
            flink.wait_until_running(job_id)
            running(name, job_id)
    except BaseException:
        for job_id in submitted.values():
            with suppress(FlinkError):  # the first error is the one to be told
                flink.cancel(job_id)
        raise


def submit_job(
    settings: Settings,
    name: str,
    define: Define,
    parallelism: int = DEFAULT_PARALLELISM,
    savepoint: str | None = None,
    allow_non_restored_state: bool = False,
) -> str:
    """Submits what `define` builds, without waiting for it to start; the arguments are those of `submit`.

    Returns:
        The job's id.
    """
    from py4j.protocol import Py4JJavaError

    with _one_connection():
        env = remote_environment(settings, savepoint, allow_non_restored_state)
        env.set_parallelism(parallelism)
        try:
            define(env, settings)
            return str(env.execute_async(name).get_job_id())
        except Py4JJavaError as refused:
            raise SubmitError(f"{name} was not submitted: {innermost_cause(refused.java_exception)}") from refused


@contextmanager
def _one_connection() -> Iterator[None]:
    """Keeps all calls of a submission on one connection to the gateway.

    Each connection has a thread in the JVM, and a jar is added to that thread's class loader alone. Python's garbage
    collector tells the JVM of every object that is gone, on whatever thread it happens to run: another thread's
    collection would take the connection away between two calls, and the next one would not find the jar's classes.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def definition_of(name: str) -> Define:
    """The function `define` of `jobs/NAME.py`.

    Raises:
        SubmitError: there is no such job.
    """
    folder = resource_dir("jobs")
    file = folder / f"{name}.py"
    if not file.exists():
        names = ", ".join(sorted(path.stem for path in folder.glob("*.py")))
        raise SubmitError(f"There is no job {name}: choose one of {names}.")
    spec = importlib.util.spec_from_file_location(f"decision_store_jobs.{name}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except ModuleNotFoundError as lacking:
        raise SubmitError(f"{lacking.name} is not installed: run `pip install 'decision-store[jobs]'`.") from None
    define: Define = module.define
    return define


def start_gateway() -> None:
    """Starts the JVM that PyFlink works through; who submits later finds it started."""
    from pyflink.java_gateway import get_gateway

    get_gateway()


def remote_environment(
    settings: Settings, savepoint: str | None = None, allow_non_restored_state: bool = False
) -> StreamExecutionEnvironment:
    """An environment whose jobs run on the cluster at FLINK_REST_URL, with the operators' jar."""
    # PyFlink starts a JVM: only those who submit pay for it.
    from pyflink.datastream import StreamExecutionEnvironment
    from pyflink.java_gateway import get_gateway

    from decision_store.flow.environment import configuration_of
    from decision_store.flow.jvm import operators_jar

    gateway = get_gateway()
    flink: Any = gateway.jvm.org.apache.flink
    _load_file_systems(gateway)
    restore = flink.runtime.jobgraph.SavepointRestoreSettings
    address = urlsplit(settings.flink_rest_url)
    env = StreamExecutionEnvironment(
        flink.streaming.api.environment.RemoteStreamEnvironment(
            address.hostname,
            address.port or 80,
            configuration_of(settings)._j_configuration,
            gateway.new_array(gateway.jvm.java.lang.String, 0),
            gateway.new_array(gateway.jvm.java.net.URL, 0),
            restore.forPath(savepoint, allow_non_restored_state) if savepoint else restore.none(),
        )
    )
    jar = operators_jar().as_uri()
    if settings.flink_on_this_machine:
        env.add_classpaths(jar)  # read where it lies, which starts a job in half the time
    else:
        env.add_jars(jar)
    return env


def innermost_cause(java_exception: Any) -> str:
    """What a Java exception is about, without the frames around it."""
    while (cause := java_exception.getCause()) is not None:
        java_exception = cause
    return str(java_exception.getMessage() or java_exception.toString())


def _load_file_systems(gateway: Any) -> None:
    """Gives the gateway the file systems at FLINK_HOME, whenever it was started.

    File sinks are asked for their serializers when a job is built, and these open the file system they write to.
    """
    home = os.environ.get("FLINK_HOME")
    if home is None:
        return
    flink = gateway.jvm.org.apache.flink
    conf = os.environ.get("FLINK_CONF_DIR", f"{home}/conf")
    configuration = flink.configuration.GlobalConfiguration.loadConfiguration(conf)
    patterns = flink.configuration.CoreOptions.getPluginParentFirstLoaderPatterns(configuration)
    folder = gateway.jvm.java.io.File(f"{home}/plugins").toPath()
    plugins = flink.core.plugin.DirectoryBasedPluginFinder(folder).findPlugins()
    manager = flink.core.plugin.DefaultPluginManager(plugins, patterns)
    flink.core.fs.FileSystem.initialize(configuration, manager)


def stop(settings: Settings, name: str, savepoint: bool) -> str | None:
    """Stops a running job.

    Args:
        settings: where the cluster is.
        name: of the job.
        savepoint: whether to take one; without it the job is cancelled and its last checkpoint stays.

    Returns:
        The savepoint's path, if one was taken.

    Raises:
        SubmitError: it does not run.
        FlinkError: there is no savepoint.
    """
    flink = FlinkRest(settings.flink_rest_url)
    running = flink.running(name)
    if running is None:
        raise SubmitError(f"{name} does not run: `decisions jobs` shows what does.")
    if savepoint:
        return flink.stop_with_savepoint(running.job_id)
    flink.cancel(running.job_id)
    return None
