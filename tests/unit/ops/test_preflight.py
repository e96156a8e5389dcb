"""What a machine lacks is one sentence with the way out."""

from pathlib import Path

import pytest

from decision_store.ops import preflight


def executable(folder: Path, name: str, prints: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{prints}'\n")
    program.chmod(0o755)


def test_a_missing_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "install a JDK 17" in str(preflight.missing_java())
    assert "install Maven 3.8" in str(preflight.missing_maven())


@pytest.mark.parametrize(("prints", "found"), [("javac 11.0.2", "11"), ("javac 1.8.0_292", "8"), ("javac 21", "21")])
def test_another_jdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prints: str, found: str) -> None:
    executable(tmp_path, "javac", prints)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert f"javac is version {found}:" in str(preflight.missing_java())


def test_an_old_maven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(tmp_path, "mvn", "Apache Maven 3.6.3")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert "this is 3.6:" in str(preflight.missing_maven())


def test_little_memory(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 9999999 kB\nMemAvailable:    1048576 kB\n")
    assert "1.0 GB are" in str(preflight.missing_memory(meminfo))
    meminfo.write_text("MemAvailable:    8388608 kB\n")
    assert preflight.missing_memory(meminfo) is None
