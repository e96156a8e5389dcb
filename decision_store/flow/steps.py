"""A team's own Python between `enrich` and `encode`, in Python processes beside the JVM (JVM: `steps.Steps`).

Rows cross typed: what a step reads, what it adds, and the event as bytes that Python never opens. Each step is an
operator with a uid of its own; stateless ones that follow each other share a process and a crossing.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pyflink.common import Row, Time, TypeInformation, Types
from pyflink.datastream import DataStream, KeyedProcessFunction, KeyedStream, MapFunction, RuntimeContext
from pyflink.datastream.state import StateTtlConfig, ValueState, ValueStateDescriptor
from pyflink.java_gateway import get_gateway
from pyflink.util.java_utils import to_jarray

from decision_store.flow.jvm import operator, stream
from decision_store.model.expressions import Value
from decision_store.model.plan import DecisionEventsPlan, ValueType, to_json
from decision_store.model.steps import KeyedFunction, PlannedStep, Step, run_keyed_once

MAX_TRACEBACK = 20_000  # characters; a dead letter must stay a message that Kafka takes
STATE = "remembered"
"""The name of every keyed function's state: its fields by name, each a value of `VALUE`."""

_TYPES: dict[ValueType, Any] = {
    "string": Types.STRING,
    "long": Types.LONG,
    "double": Types.DOUBLE,
    "boolean": Types.BOOLEAN,
}
_KINDS = tuple(_TYPES)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stepped:
    """Attributes: decisions with what steps added; streams of what failed, for Kafka: none without steps."""

    decisions: DataStream
    dead_letters: tuple[DataStream, ...]


def apply_steps(decisions: DataStream, plan: DecisionEventsPlan, steps: Sequence[PlannedStep]) -> Stepped:
    """Decisions with what a team's own Python adds to `enrichments`; as they are when there is none.

    A step that fails adds nothing: the decision goes on with the flag `USE_CASE.STEP_failed`, the metric `failed_steps`
    rises, and a dead letter holds the traceback and the event.

    Args:
        decisions: rows of the event schema, of `enrich`.
        plan: of the job.
        steps: of every use case, in the order they run.
    """
    if not steps:
        return Stepped(decisions, ())
    types = {field.name: field.type for field in plan.fields}
    reads = tuple(dict.fromkeys(name for planned in steps for name in planned.reads))
    java = operator("steps.Steps")
    names = to_jarray(get_gateway().jvm.String, list(reads))
    rows = stream(java.open(decisions._j_data_stream, to_json(plan), names), "steps-open")
    row_type = rows_of(reads, types)
    for planned in steps:
        uid = f"step-{planned.use_case}-{planned.name}"
        if isinstance(planned.body, Step):
            rows = rows.map(RunStep(planned), output_type=row_type).uid(uid).name(uid)
        else:
            rows = _keyed(rows, planned, uid, row_type).process(RunKeyed(planned), output_type=row_type)
            # Its state is found by its uid; chained to the next step it would have that one's.
            rows = rows.uid(uid).name(uid).disable_chaining()
    closed = java.close(rows._j_data_stream, to_json(plan))
    return Stepped(stream(closed, "steps-close"), (DataStream(java.deadLetters(closed)),))


def rows_of(reads: Iterable[str], types: Mapping[str, ValueType]) -> TypeInformation:
    """The type of the rows that steps take and give; in the JVM `StepRows`."""
    names = list(reads)
    return Types.ROW_NAMED(
        ["event", "fields", "added", "failures"],
        [
            Types.PRIMITIVE_ARRAY(Types.BYTE()),
            Types.ROW_NAMED(names, [_TYPES[types[name]]() for name in names]),
            Types.MAP(Types.STRING(), value_type()),
            Types.MAP(Types.STRING(), Types.STRING()),
        ],
    )


def value_type() -> TypeInformation:
    """A value of any type: the field of its type is set."""
    return Types.ROW_NAMED(list(_KINDS), [kind() for kind in _TYPES.values()])


def _keyed(rows: DataStream, planned: PlannedStep, uid: str, row_type: TypeInformation) -> KeyedStream:
    """The rows by the function's key, which the JVM computes: `key_by` of PyFlink would ask Python for it."""
    jvm = get_gateway().jvm
    names = to_jarray(jvm.String, list(planned.key))
    with_key = stream(operator("steps.Steps").keyed(rows._j_data_stream, names), f"{uid}-key")
    key_type = Types.ROW([Types.STRING()]).get_java_type_info()
    return KeyedStream(with_key._j_data_stream.keyBy(jvm.KeyByKeySelector(), key_type), row_type, rows)


class RunStep(MapFunction):  # type: ignore[misc]
    """Runs a step on a row."""

    def __init__(self, planned: PlannedStep) -> None:
        self._planned = planned

    def map(self, row: Row) -> Row:
        """The row with what was added, or what failed."""
        planned = self._planned
        assert isinstance(planned.body, Step)
        fields = row[1]
        try:
            returned = planned.body.function(**{name: fields[name] for name in planned.reads})
            _add(row, planned.added(returned))
        except Exception:
            _fail(row, planned)
        return row


class RunKeyed(KeyedProcessFunction):  # type: ignore[misc]
    """Runs a keyed function on a row; its state is a map of values by name, so that fields may come and go."""

    def __init__(self, planned: PlannedStep) -> None:
        self._planned = planned
        self._state: ValueState | None = None

    def open(self, runtime_context: RuntimeContext) -> None:
        """Finds the state."""
        function = self._planned.body
        assert isinstance(function, KeyedFunction)
        descriptor = ValueStateDescriptor(STATE, Types.MAP(Types.STRING(), value_type()))
        keep = Time.milliseconds(function.keep // timedelta(milliseconds=1))
        descriptor.enable_time_to_live(StateTtlConfig.new_builder(keep).build())
        self._state = runtime_context.get_state(descriptor)

    def process_element(self, row: Row, context: KeyedProcessFunction.Context) -> Iterable[Row]:
        """The row with what was added, or what failed."""
        assert self._state is not None
        planned, fields = self._planned, row[1]
        try:
            remembered = {name: _value(cell) for name, cell in (self._state.value() or {}).items()}
            clock = _Clock(context.timer_service().current_processing_time())
            values = {name: fields[name] for name in planned.reads}
            added, remembers = run_keyed_once(planned, values, remembered, clock)
            self._state.update({name: _cell(value) for name, value in remembers.items()})
            _add(row, added)
        except Exception:
            _fail(row, planned)
        yield row


@dataclass(frozen=True, slots=True)
class _Clock:
    now_ms: int

    @property
    def now(self) -> datetime:
        return _EPOCH + timedelta(milliseconds=self.now_ms)


def _add(row: Row, added: Mapping[str, Value]) -> None:
    if added:
        row[2] = {**row[2], **{name: _cell(value) for name, value in added.items()}}


def _fail(row: Row, planned: PlannedStep) -> None:
    row[3] = {**row[3], planned.title: traceback.format_exc()[-MAX_TRACEBACK:]}


def _cell(value: Value) -> Row:
    """A checked value as `VALUE`; a bool is one before it is a whole number."""
    match value:
        case str():
            return Row(value, None, None, None)
        case bool():
            return Row(None, None, None, value)
        case int():
            return Row(None, value, None, None)
        case float():
            return Row(None, None, value, None)


def _value(cell: Row) -> Value:
    value: Value = next(one for one in cell if one is not None)
    return value
