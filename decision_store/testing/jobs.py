"""A whole job, or some of its steps, on a Flink cluster inside this process: minutes less than a stack of servers."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from decision_store.errors import ActionableError
from decision_store.settings import Settings
from decision_store.testing.decisions import Event
from decision_store.testing.variables import event_schema

try:
    from pyflink.common import TypeInformation, Types
    from pyflink.datastream import DataStream, StreamExecutionEnvironment
    from pyflink.datastream.connectors.base import Sink
    from pyflink.java_gateway import get_gateway
except ImportError:
    raise ActionableError("LocalJob runs Flink, which is not installed: pip install 'decision-store[jobs]'.") from None

from decision_store.flow.environment import configuration_of
from decision_store.flow.jvm import operator, operators_jar, stream


class LocalJob:
    """A job that runs in this process, under the settings every job has; its first failure is its end.

    Example:
        >>> job = LocalJob()
        >>> stepped = apply_steps(job.events([decision(amount=2000.0)]), plan, steps)
        >>> job.run(events=stepped.decisions)["events"][0]["flags"]
        []

    Attributes:
        env: where the job is built; for `define(job.env, settings)` of a job of the suite.
    """

    def __init__(self, settings: Settings | None = None, parallelism: int = 1, **options: str) -> None:
        """Nothing is built yet.

        Args:
            settings: None: those of the environment.
            parallelism: subtasks of each step.
            options: more of Flink's, with `__` for a dot: `state__backend__type="rocksdb"`.

        Raises:
            MissingJarError: the operators' jar is not built.
        """
        settings = settings if settings is not None else Settings()
        configuration = configuration_of(settings.model_copy(update={"flink_on_this_machine": True}))
        configuration.set_string("restart-strategy.type", "none")  # a failure is to be seen, not tried again
        for name, value in options.items():
            configuration.set_string(name.replace("__", "."), value)
        self.env = StreamExecutionEnvironment.get_execution_environment(configuration)
        self.env.add_jars(operators_jar().as_uri())
        self.env.set_parallelism(parallelism)
        self._sources = 0

    def rows(self, rows: Iterable[Mapping[str, Any]], row_type: TypeInformation) -> DataStream:
        """A stream of some rows, which ends after the last.

        Args:
            rows: by field names; what is missing is null.
            row_type: a named row, maybe of named rows, lists and maps.
        """
        self._sources += 1
        uid = f"given-{self._sources}"
        texts = self.env.from_collection([json.dumps(row, default=_base64) for row in rows], type_info=Types.STRING())
        java = operator("local.JsonRows").read(texts.uid(uid).name(uid)._j_data_stream, row_type.get_java_type_info())
        return stream(java, f"{uid}-rows")

    def events(self, events: Iterable[Event]) -> DataStream:
        """Decision events as rows, as they are between `assemble` and `encode`."""
        return self.rows(events, row_type_of(event_schema().avro))

    def run(self, **streams: DataStream) -> dict[str, list[Any]]:
        """Runs the job to its end.

        Args:
            streams: what to collect, by names of your own.

        Returns:
            The elements of each stream; a row is a dict by field names, bytes are base64.

        Raises:
            Exception: the job failed.
        """
        java = operator("local.JsonRows")
        texts = {name: stream(java.write(of._j_data_stream), f"collect-{name}") for name, of in streams.items()}
        iterators = {name: of._j_data_stream.collectAsync() for name, of in texts.items()}
        job = self.env.execute_async()
        collected: dict[str, list[Any]] = {}
        for name, elements in iterators.items():
            found = collected[name] = []
            while elements.hasNext():
                found.append(json.loads(elements.next()))
        job.get_job_execution_result().result()
        return collected

    def discard(self, stream: DataStream) -> None:
        """Ends a stream whose elements nobody looks at."""
        sink = get_gateway().jvm.org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink()
        stream.sink_to(Sink(sink)).uid("discarded").name("discarded")


@contextmanager
def running(env: StreamExecutionEnvironment) -> Iterator[None]:
    """Runs a job that does not end for as long as the block lasts; a failure of the job is the block's failure.

    Args:
        env: where the job is built; `LocalJob.env`.
    """
    job = env.execute_async()
    ended = job.get_job_execution_result()
    try:
        yield
    except TimeoutError:
        if ended.done():
            ended.result()
        raise
    finally:
        if not ended.done():
            job.cancel().result()


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Asks again and again.

    Raises:
        TimeoutError: it never came true.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"what is waited for did not happen within {seconds:g} s")
        time.sleep(0.05)


def row_type_of(avro: Any) -> TypeInformation:
    """The row type of an Avro record, as the JVM's `RowTypes` makes it."""
    if isinstance(avro, list):
        (branch,) = [one for one in avro if one != "null"]
        return row_type_of(branch)
    kind = avro["type"] if isinstance(avro, dict) else avro
    if isinstance(kind, dict):
        return row_type_of(kind)
    match kind:
        case "record":
            fields = avro["fields"]
            return Types.ROW_NAMED([one["name"] for one in fields], [row_type_of(one["type"]) for one in fields])
        case "array":
            return Types.LIST(row_type_of(avro["items"]))
        case "map":
            return Types.MAP(Types.STRING(), row_type_of(avro["values"]))
    scalars = {
        "string": Types.STRING,
        "enum": Types.STRING,
        "int": Types.INT,
        "long": Types.LONG,
        "float": Types.FLOAT,
        "double": Types.DOUBLE,
        "boolean": Types.BOOLEAN,
    }
    return scalars[kind]()


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
