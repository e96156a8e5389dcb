"""Builds what the benchmarks need beside the product: the measuring end and the contenders in Java."""

from __future__ import annotations

import subprocess
from pathlib import Path
from zipfile import ZipFile

from bench.launching import BENCH_JAR, ROOT, SDK_JARS
from decision_store.errors import ActionableError

PROJECT = ROOT / "bench/jvm"
OFFICIAL = "io/decisionstore/bench/OfficialSink.class"


def build(peer_jar: Path | None) -> None:
    """Makes the benchmarks' jar, unless it is newer than its sources.

    Args:
        peer_jar: the official connector's; None leaves its contender out.

    Raises:
        ActionableError: Maven failed.
    """
    if _is_fresh(peer_jar):
        return
    command = ["mvn", "-q", "-B", "package"]
    if peer_jar is not None:
        command.append(f"-Dpeer.jar={peer_jar}")
    finished = subprocess.run(
        command, cwd=PROJECT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    if finished.returncode != 0:
        said = "\n".join((finished.stdout + finished.stderr).strip().splitlines()[:10])
        raise ActionableError(f"Maven could not build bench/jvm:\n{said}")


def _is_fresh(peer_jar: Path | None) -> bool:
    if not BENCH_JAR.exists() or not SDK_JARS.exists():
        return False
    sources = [PROJECT / "pom.xml", ROOT / "jvm/pom.xml", *(PROJECT / "src").rglob("*.java")]
    if any(source.stat().st_mtime > BENCH_JAR.stat().st_mtime for source in sources):
        return False
    with ZipFile(BENCH_JAR) as jar:
        return peer_jar is None or OFFICIAL in jar.namelist()
