"""Finds the connector's jar."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

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
