"""Finds the connector's jar."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from py4j.java_gateway import JavaClass
from pyflink.java_gateway import get_gateway

PACKAGE = Path(__file__).resolve().parent


class MissingJarError(RuntimeError):
    """The jar is not where it should be; the message says how to get it."""


def connector_jar() -> Path:
    """The self-contained jar of source and sink for the installed PyFlink.

    Raises:
        MissingJarError: PyFlink is missing, or no jar was built for its version.
    """
    try:
        line = ".".join(version("apache-flink").split(".")[:2])
    except PackageNotFoundError:
        raise MissingJarError("PyFlink is not installed: run `pip install apache-flink==2.2.1`.") from None
    name = f"flink-dynamodb-flink{line}.jar"
    checkout = PACKAGE.parents[1] / "jvm" / "connectors" / "target"
    for folder in (PACKAGE / "jars", checkout):
        if (folder / name).exists():
            return folder / name
    raise MissingJarError(f"{name} is missing: run `make jar` in a checkout, or install a release for Flink {line}.")


def java_class(name: str) -> Any:
    """A class of the connector, in the JVM that PyFlink talks to.

    Args:
        name: below io.decisionstore.dynamodb.

    Raises:
        MissingJarError: the jar is not loaded.
    """
    found = get_gateway().jvm.io.decisionstore.dynamodb
    for part in name.split("."):
        found = getattr(found, part)
    if not isinstance(found, JavaClass):  # py4j takes an unknown class for a package, and PyFlink makes that callable
        raise MissingJarError(
            "The DynamoDB connector is not loaded: call env.add_jars(connector_jar().as_uri()) before build(), in the "
            "same thread."
        )
    return found
