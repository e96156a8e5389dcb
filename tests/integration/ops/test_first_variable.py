"""docs/your-first-variable.md, followed to the letter: every command, every file, and what the page says one sees.

The page's own stack is the tests' (`make up` finds it running), in a copy of the checkout. `make down` is only shown,
since other tests need the stack.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from decision_store.devstack.stack import Stack
from decision_store.ops.flink_rest import FlinkRest
from decision_store.settings import Settings

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "your-first-variable.md"
COPIED = ("decision_store", "connectors", "jobs", "schemas", "flink-conf", "use_cases", "requirements", "Makefile")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`(use_cases/\w+/\w+\.py)`:\s*$")
CHANGES_BY_ITSELF = ("as_of", "version")
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of the page, and the text between it and the one before."""

    language: str
    text: str
    before: str


def blocks() -> list[Block]:
    page, found, end = PAGE.read_text("utf-8"), [], 0
    for match in BLOCK.finditer(page):
        found.append(Block(match[1], match[2], page[end : match.start()].strip()))
        end = match.end()
    return found


class Shell:
    """One shell for the whole page, as its reader has one."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            ["bash"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, commands: str) -> tuple[int, str]:
        """Runs commands; returns the exit code of the last, and what all of them printed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(commands + 'printf "\\nended with %s\\n" $?\n')
        self._process.stdin.flush()
        said = []
        for line in self._process.stdout:
            if ended := re.fullmatch(r"ended with (\d+)\n", line):
                return int(ended[1]), "".join(said)
            said.append(line)
        raise AssertionError(f"the shell has ended: {''.join(said)}")

    def close(self) -> None:
        """Ends it."""
        self._process.kill()
        self._process.wait()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the checkout as a clone would be, made ready: with the environment and the jars of this one."""
    for name in COPIED:
        source = ROOT / name
        ignored = shutil.ignore_patterns("__pycache__", ".*_cache")
        shutil.copytree(source, tmp_path / name, ignore=ignored) if source.is_dir() else shutil.copy2(source, tmp_path)
    (tmp_path / "jvm").symlink_to(ROOT / "jvm")
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    for requirements in (tmp_path / "requirements").iterdir():
        os.utime(requirements, (0, 0))  # make would build .venv anew if they were younger than it
    shutil.rmtree(tmp_path / "use_cases" / "card_payments", ignore_errors=True)
    return tmp_path


@pytest.fixture
def shell(checkout: Path, stopped_stack: Stack, settings: Settings) -> Iterator[Shell]:
    """A shell in the copy, whose stack is the tests'."""
    stopped_stack.up()
    wanted = ("PATH", "HOME", "JAVA_HOME", "LANG", "TMPDIR")
    environment = {name: os.environ[name] for name in wanted if os.environ.get(name)}
    environment |= {
        "DECISIONS_HOME": str(stopped_stack.api.home),
        # The package of an editable install is in the checkout it was installed from.
        "PYTHONPATH": f"{checkout}:{checkout / 'connectors'}",
        "PYTHON": sys.executable,
        "MAKEFLAGS": "--no-print-directory",
    }
    shell = Shell(checkout, environment)
    try:
        yield shell
    finally:
        shell.close()
        flink = FlinkRest(stopped_stack.jobmanager.url)
        for job in flink.jobs():
            if not job.ended:
                flink.cancel(job.job_id)


def test_who_follows_the_page_reads_a_variable_of_their_own(checkout: Path, shell: Shell) -> None:
    page = blocks()
    for block, following in zip(page, [*page[1:], None], strict=True):
        match block.language:
            case "python":
                file_of(block, checkout).write_text(block.text, "utf-8")
            case "diff":
                change(file_of(block, checkout), block.text)
            case "bash":
                expected = following if following is not None and following.language in ("text", "json") else None
                follow(shell, block, expected if expected is not None and not expected.before else None)
            case "text" | "json":
                assert not block.before, f"stands after no command: {block.text}"
            case other:
                raise AssertionError(f"the test does not know what to do with {other}")


def test_the_page_names_only_files_and_settings_that_there_are() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)", PAGE.read_text("utf-8")):
        assert (PAGE.parent / target).exists(), target


def follow(shell: Shell, block: Block, expected: Block | None) -> None:
    """Runs a block; one that only reads is repeated until it says what the page says, as a reader would."""
    commands = block.text.replace("make down", "make -n down")
    refused = expected is not None and re.search(r"^\d+ problems?\.$", expected.text, re.MULTILINE) is not None
    deadline = time.monotonic() + (PATIENCE_SECONDS if commands.startswith("curl") else 0.0)
    while True:
        code, said = shell.run(commands)
        assert code == (1 if refused else 0), f"{commands}\n{said}"
        missing = expected is not None and missing_in(said, expected)
        if not missing:
            return
        assert time.monotonic() < deadline, f"{commands}\nsaid\n{said}\nwithout\n{missing}"
        time.sleep(0.2)


def missing_in(said: str, expected: Block) -> str:
    """What the page shows and the command did not say; "" when there is nothing."""
    if expected.language == "json":
        return "" if holds(json.loads(said), json.loads(expected.text)) else expected.text
    flat, at = " ".join(said.split()), 0
    for line in expected.text.splitlines():
        pattern = ".*?".join(re.escape(" ".join(part.split())) for part in line.split("…"))
        found = re.compile(pattern).search(flat, at)
        if found is None:
            return line
        at = found.end()
    return ""


def holds(said: Any, expected: Any) -> bool:
    """Whether an answer has everything the page shows; moments differ from reading to reading."""
    if isinstance(expected, dict):
        wanted = {name: value for name, value in expected.items() if name not in CHANGES_BY_ITSELF}
        return isinstance(said, dict) and all(name in said and holds(said[name], one) for name, one in wanted.items())
    return bool(said == expected)


def file_of(block: Block, checkout: Path) -> Path:
    """The file that the text before a block names."""
    named = FILE.search(block.before)
    assert named is not None, f"no file is named before: {block.text}"
    assert (checkout / named[1]).exists(), named[1]
    return checkout / named[1]


def change(file: Path, diff: str) -> None:
    """Makes the change a diff shows, at the one place where it fits."""
    before = "".join(f"{line[1:]}\n" for line in diff.splitlines() if not line.startswith("+"))
    now = "".join(f"{line[1:]}\n" for line in diff.splitlines() if not line.startswith("-"))
    text = file.read_text("utf-8")
    assert text.count(before) == 1, diff
    file.write_text(text.replace(before, now), "utf-8")
