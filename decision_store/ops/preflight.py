"""What this machine lacks, said in one sentence each, before anything starts.

Runs on a bare Python (no third-party imports): it is the first step of every `make` target.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

MEMORY_NEEDED_GIB = 4


def missing_python() -> str | None:
    """PyFlink 2.2 and its pinned dependencies are locked for CPython 3.11."""
    if sys.version_info[:2] == (3, 11):
        return None
    found = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"Python 3.11 is needed and this is {found}: install it and run `make PYTHON=/path/to/python3.11`."


def missing_java() -> str | None:
    """Flink 2.2 runs on Java 17, and the build needs its compiler."""
    javac = shutil.which("javac")
    if javac is None:
        return (
            "No Java compiler (javac) is on the PATH: install a JDK 17, for example Debian's openjdk-17-jdk-headless."
        )
    version = major_version(output_of([javac, "-version"]))
    if version != 17:
        return f"JDK 17 is needed and javac is version {version}: put a JDK 17 first on the PATH."
    return None


def missing_maven() -> str | None:
    """Maven builds the JVM core and fetches the laptop's servers."""
    maven = shutil.which("mvn")
    if maven is None:
        return "Maven (mvn) is not on the PATH: install Maven 3.8 or newer, for example Debian's maven."
    match = re.search(r"Apache Maven (\d+)\.(\d+)", output_of([maven, "-version"]))
    if match is None or (int(match[1]), int(match[2])) < (3, 8):
        found = ".".join(match.groups()) if match else "unknown"
        return f"Maven 3.8 or newer is needed and this is {found}: install a newer one."
    return None


def missing_memory(meminfo: Path = Path("/proc/meminfo")) -> str | None:
    """The laptop stack takes up to 3 GB; a build beside it needs the rest."""
    if not meminfo.exists():  # not Linux: the operating system will tell
        return None
    match = re.search(r"MemAvailable:\s+(\d+) kB", meminfo.read_text())
    available = int(match[1]) / 2**20 if match else MEMORY_NEEDED_GIB
    if available < MEMORY_NEEDED_GIB:
        return (
            f"{MEMORY_NEEDED_GIB} GB of free memory are needed and {available:.1f} GB are: close something and retry."
        )
    return None


def major_version(text: str) -> int | None:
    """The major version in the output of `javac -version` ("javac 17.0.15", "javac 1.8.0_292")."""
    match = re.search(r"(\d+)(?:\.(\d+))?", text)
    if match is None:
        return None
    return int(match[2]) if match[1] == "1" and match[2] else int(match[1])


def output_of(command: list[str]) -> str:
    """Standard output and error of a command; "" when it cannot be run."""
    try:
        finished = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except OSError:
        return ""
    return finished.stdout + finished.stderr


def missing_venv() -> str | None:
    """Debian ships it apart from Python."""
    if importlib.util.find_spec("ensurepip") is None:
        return "Python's venv module is incomplete: install it, for example Debian's python3.11-venv."
    return None


def problems() -> list[str]:
    """One sentence for every tool that is missing."""
    checks = (missing_python, missing_venv, missing_java, missing_maven)
    return [problem for check in checks if (problem := check()) is not None]


if __name__ == "__main__":
    found = problems()
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    sys.exit(1 if found else 0)
