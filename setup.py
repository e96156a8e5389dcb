"""Builds the JVM core with Maven and bundles its jars, the schemas, the jobs and Flink's settings into the package.

What is Python is declared in pyproject.toml. The jars are for Flink 2.2; `DECISION_STORE_FLINK=1.20 pip install .`
takes those for Flink 1.20. An editable install bundles nothing: a checkout uses its own folders.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
FLINK_LINE = os.environ.get("DECISION_STORE_FLINK", "2.2")
BUILD_FOLDERS = {"2.2": "target", "1.20": "target-1.20"}
BUNDLED_FOLDERS = ("schemas", "jobs", "flink-conf", "use_cases")


class BuildWithJars(build_py):
    """Python's own build, then the jars and the folders that are not Python packages."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            package = Path(self.build_lib) / "decision_store" / "_bundled"
            self._bundle(package / "jars", operators_jar())
            for jar in (connectors_jar(), testing_jar()):
                self._bundle(Path(self.build_lib) / "flink_dynamodb" / "jars", jar)
            for name in BUNDLED_FOLDERS:
                ignored = shutil.ignore_patterns("__pycache__", "tests")
                shutil.copytree(ROOT / name, package / name, dirs_exist_ok=True, ignore=ignored)

    @staticmethod
    def _bundle(folder: Path, jar: Path) -> None:
        build_jars_if_older(jar)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(jar, folder)


def connectors_jar() -> Path:
    """Source and sink alone, for those who take `flink_dynamodb` without the rest."""
    return ROOT / "jvm" / "connectors" / BUILD_FOLDERS[FLINK_LINE] / f"flink-dynamodb-flink{FLINK_LINE}.jar"


def testing_jar() -> Path:
    """The scripted server of `flink_dynamodb.testing`."""
    return ROOT / "jvm" / "testing" / BUILD_FOLDERS[FLINK_LINE] / "flink-dynamodb-testing.jar"


def operators_jar() -> Path:
    """Everything a job of this suite needs."""
    return ROOT / "jvm" / "operators" / BUILD_FOLDERS[FLINK_LINE] / f"decision-store-flink{FLINK_LINE}.jar"


def build_jars_if_older(jar: Path) -> None:
    """Runs Maven unless the jar is newer than every source of the JVM core."""
    sources = [*ROOT.glob("jvm/**/src/main/**/*.java"), *ROOT.glob("jvm/**/pom.xml")]
    if jar.exists() and jar.stat().st_mtime > max(source.stat().st_mtime for source in sources):
        return
    if shutil.which("mvn") is None or shutil.which("javac") is None:
        raise SystemExit(f"{jar.name} is built with Maven 3.8 and JDK 17: put mvn and javac on the PATH.")
    profile = [] if FLINK_LINE == "2.2" else [f"-Pflink-{FLINK_LINE}", f"-Dbuild.folder={BUILD_FOLDERS[FLINK_LINE]}"]
    subprocess.run(["mvn", "-q", "-B", *profile, "-DskipTests", "package"], cwd=ROOT / "jvm", check=True)


if FLINK_LINE not in BUILD_FOLDERS:
    raise SystemExit(f"DECISION_STORE_FLINK is {FLINK_LINE!r}: choose one of {', '.join(BUILD_FOLDERS)}.")
setup(cmdclass={"build_py": BuildWithJars})
