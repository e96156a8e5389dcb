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
