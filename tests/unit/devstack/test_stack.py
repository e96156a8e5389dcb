"""What the laptop stack remembers."""

import json
import os
from pathlib import Path

import psutil
import pytest

from decision_store.devstack.stack import Stack


@pytest.mark.parametrize("stopped", [True, False])
def test_a_stack_that_was_stopped_is_emptied_and_one_that_runs_is_not(tmp_path: Path, stopped: bool) -> None:
    stack = Stack(tmp_path)
    for server in stack.servers:
        server.data.mkdir(parents=True)
        (server.data / "of an earlier run").touch()
    if not stopped:
        running = {"pid": os.getpid(), "created": psutil.Process().create_time(), "port": 1}
        (tmp_path / "s3.json").write_text(json.dumps(running))
    stack.forget_what_was_stopped()
    assert [server.data.exists() for server in stack.servers] == [not stopped] * len(stack.servers)


def test_servers_in_folders_of_their_own_find_the_use_cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("USE_CASES_DIR", raising=False)
    assert "USE_CASES_DIR" not in Stack(tmp_path).environment()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("USE_CASES_DIR", "ours")
    assert Stack(tmp_path).environment()["USE_CASES_DIR"] == str(tmp_path / "ours")
