"""The way to the JVM operators: the names that are called across, and the jar they are in.

What crosses is strings, numbers, maps of strings and Java streams. Each face in `decision_store.flow` calls the JVM
class of the same name through here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from py4j.java_gateway import JavaClass
from pyflink.datastream import DataStream
from pyflink.java_gateway import get_gateway

from decision_store.errors import ActionableError

PACKAGE = "io.decisionstore.operators"


class MissingJarError(ActionableError):
    """The jar of the operators is not where it should be; the message says how to get it."""


def operators_jar() -> Path:
    """The one jar a job needs, for the installed PyFlink: operators, connectors, Kafka, Avro, Parquet, CEL.

    Raises:
        MissingJarError: PyFlink is missing, or no jar was built for its version.
    """
    try:
        line = ".".join(version("apache-flink").split(".")[:2])
    except PackageNotFoundError:
        raise MissingJarError("PyFlink is not installed: run `pip install 'decision-store[jobs]'`.") from None
    name = f"decision-store-flink{line}.jar"
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_bundled" / "jars", package.parent / "jvm" / "operators" / "target"):
        if (folder / name).exists():
            return folder / name
    raise MissingJarError(f"{name} is missing: run `make jar` in a checkout, or install a release for Flink {line}.")


def operator(name: str) -> Any:
    """The JVM class of an operator, for example `validate.Validate`.

    Raises:
        MissingJarError: the jar is not loaded.
    """
    java = get_gateway().jvm
    for part in f"{PACKAGE}.{name}".split("."):
        java = getattr(java, part)
    if not isinstance(java, JavaClass):  # py4j takes an unknown class for a package, and PyFlink makes that callable
        raise MissingJarError("The operators are not loaded: call env.add_jars(operators_jar().as_uri()) first.")
    return java


def java_map(entries: Mapping[str, str]) -> Any:
    """A java.util.Map of strings."""
    java = get_gateway().jvm.java.util.HashMap()
    for key, value in entries.items():
        java.put(key, value)
    return java


def stream(java: Any, name: str) -> DataStream:
    """A Java stream as PyFlink's, under a fixed uid: state finds its operator by it, also in another release."""
    return DataStream(java.uid(name).name(name))
