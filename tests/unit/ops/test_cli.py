"""What the command says when something is wrong: a sentence, and where only a part is installed, what to install."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WITHOUT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, Absent())
sys.argv = {argv!r}
from decision_store.ops.cli import main
main()
"""
LAPTOP_ONLY = {"fastapi", "uvicorn", "msgspec", "avro", "pyarrow", "pyflink"}


def run(tmp_path: Path, *arguments: str, absent: frozenset[str] = frozenset(), **environment: str) -> tuple[int, str]:
    program = WITHOUT.format(absent=absent, argv=["decisions", *arguments])
    finished = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'connectors'}", "PATH": "", **environment},
    )
    return finished.returncode, finished.stdout + " ".join(finished.stderr.split())


def test_help_needs_neither_flink_nor_the_api(tmp_path: Path) -> None:
    code, said = run(tmp_path, "--help", absent=frozenset(LAPTOP_ONLY))
    assert code == 0
    assert "replay" in said


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("verify",), "pyarrow is not installed: run `pip install 'decision-store[laptop]'`."),
        (("submit", "archive"), "pyflink is not installed: run `pip install 'decision-store[jobs]'`."),
    ],
)
def test_a_command_names_what_it_lacks(tmp_path: Path, command: tuple[str, ...], sentence: str) -> None:
    code, said = run(tmp_path, *command, absent=frozenset(LAPTOP_ONLY))
    assert (code, said) == (1, sentence)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"CHECKPOINT_INTERVAL_MS": "5s"}, "CHECKPOINT_INTERVAL_MS is '5s'"),
        ({"FLINK_REST_URL": "http://127.0.0.1:9"}, "Flink at http://127.0.0.1:9 does not answer"),
    ],
)
def test_a_wrong_setting_is_a_sentence(tmp_path: Path, environment: dict[str, str], sentence: str) -> None:
    code, said = run(tmp_path, "jobs", **environment)
    assert code == 1
    assert said.startswith(sentence)


def test_an_endpoint_that_is_no_url_is_a_sentence(tmp_path: Path) -> None:
    code, said = run(tmp_path, "verify", AWS_ENDPOINT_URL_DYNAMODB="localhost:8000")
    assert (code, said) == (
        1,
        "AWS_ENDPOINT_URL_DYNAMODB is 'localhost:8000', which is no URL: write it like http://127.0.0.1:8000.",
    )
