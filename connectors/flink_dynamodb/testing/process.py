"""The server's process: a JVM that lives no longer than the pipe to it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from flink_dynamodb.jars import MissingJarError

PACKAGE = Path(__file__).resolve().parents[1]
JAR = "flink-dynamodb-testing.jar"
STOP_SECONDS = 5


class ServerStartError(RuntimeError):
    """The server did not start; the message says what to do."""


def testing_jar() -> Path:
    """The server's jar: bundled with a release, or built in a checkout.

    Raises:
        MissingJarError: it is in neither place.
    """
    module = PACKAGE.parents[1] / "jvm" / "testing"
    for folder in (PACKAGE / "jars", module / "target", module / "target-1.20"):
        if (folder / JAR).exists():
            return folder / JAR
    raise MissingJarError(f"{JAR} is missing: run `make jar` in a checkout, or install a release.")


def java() -> Path:
    """The java of JAVA_HOME, else of the PATH.

    Raises:
        ServerStartError: there is none.
    """
    home = os.environ.get("JAVA_HOME")
    found = Path(home) / "bin" / "java" if home else None
    if found is not None and found.exists():
        return found
    on_path = shutil.which("java")
    if on_path is None:
        raise ServerStartError("The scripted server runs on Java 17: put java on the PATH or set JAVA_HOME.")
    return Path(on_path)


class ServerProcess:
    """A running server. The JVM ends by itself when its standard input does, so that it never outlives this process."""

    def __init__(self, region: str, port: int, memory_mb: int) -> None:
        command = [java(), "-XX:+UseParallelGC", "-Xshare:auto", f"-Xmx{memory_mb}m", "-jar", testing_jar(), region]
        # stderr stays this process's own: what the JVM complains of is to be seen.
        self._process = subprocess.Popen(
            [*map(str, command), str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if not line.isdigit():
            self.stop()
            raise ServerStartError(
                f"The scripted server ended before it listened (exit code {self._process.returncode}): "
                "its reason is on stderr; a port that is taken and Java older than 17 are the usual ones."
            )
        self.port = int(line)

    def stop(self) -> None:
        """Ends the JVM; may be called again."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
