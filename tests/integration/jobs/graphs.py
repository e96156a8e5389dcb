"""A job's graph, as Flink would get it, and what in it would not survive an upgrade."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyflink.datastream import StreamExecutionEnvironment


@dataclass(frozen=True, slots=True)
class Edge:
    """What goes from one operator to another, or is kept by one."""

    name: str
    java_type: Any


def edges(env: StreamExecutionEnvironment) -> Iterator[Edge]:
    """Every edge of a job, every key, and every state of a Python operator, with its type."""
    seen: set[int] = set()
    waiting = list(env._j_stream_execution_environment.getTransformations())
    while waiting:
        transformation = waiting.pop()
        if transformation.getId() in seen:
            continue
        seen.add(transformation.getId())
        name = transformation.getName()
        for source in transformation.getInputs():
            yield Edge(f"{source.getName()} -> {name}", source.getOutputType())
            waiting.append(source)
        if transformation.getClass().getSimpleName() in ("OneInputTransformation", "TwoInputTransformation"):
            if (of_key := transformation.getStateKeyType()) is not None:
                yield Edge(f"key of {name}", of_key)
            if (function := _python_function(transformation.getOperatorFactory())) is not None:
                yield from (Edge(f"state {state} of {name}", kind) for state, kind in _states(function))


def troubles(java_type: Any, place: str = "") -> Iterator[str]:
    """What in a type is Kryo's or pickled, with its place within the type."""
    kind = java_type.getClass().getSimpleName()
    if kind in ("GenericTypeInfo", "PickledByteArrayTypeInfo"):
        yield f"{place or 'itself'} is {'Kryo' if kind == 'GenericTypeInfo' else 'pickled'}"
    if kind == "RowTypeInfo":
        for position, name in enumerate(java_type.getFieldNames()):
            yield from troubles(java_type.getTypeAt(position), f"{place}.{name}".lstrip("."))
    elif kind == "TupleTypeInfo":
        for position in range(java_type.getArity()):
            yield from troubles(java_type.getTypeAt(position), f"{place}.f{position}".lstrip("."))
    elif kind == "MapTypeInfo":
        yield from troubles(java_type.getKeyTypeInfo(), f"{place}{{key}}")
        yield from troubles(java_type.getValueTypeInfo(), f"{place}{{value}}")
    elif kind == "ListTypeInfo":
        yield from troubles(java_type.getElementTypeInfo(), f"{place}[]")
    elif kind == "ObjectArrayTypeInfo":
        yield from troubles(java_type.getComponentInfo(), f"{place}[]")


def all_troubles(env: StreamExecutionEnvironment) -> list[str]:
    """Each edge, key or state that is Kryo's or pickled, in whole or in part."""
    return [f"{edge.name}: {what}" for edge in edges(env) for what in troubles(edge.java_type)]


def _python_function(factory: Any) -> Any:
    """The function of a Python operator; None of any other."""
    if not factory.getClass().getSimpleName().startswith("Simple"):
        return None
    operator = factory.getOperator()
    if ".operators.python." not in operator.getClass().getName():
        return None
    return pickle.loads(operator.getPythonFunctionInfo().getPythonFunction().getSerializedPythonFunction())


def _states(function: Any) -> Iterator[tuple[str, Any]]:
    """The states that a Python function asks for when it is opened; Flink's graph does not know them."""
    asked: list[Any] = []
    open_function = getattr(function, "open", None)
    if open_function is not None:
        open_function(_Asked(asked))
    for descriptor in asked:
        yield descriptor.name, descriptor.type_info.get_java_type_info()


class _Asked:
    """A runtime context that notes what state is asked for."""

    def __init__(self, asked: list[Any]) -> None:
        self._asked = asked

    def __getattr__(self, name: str) -> Any:
        return self._asked.append if name.startswith("get_") and name.endswith("state") else lambda *given: None
