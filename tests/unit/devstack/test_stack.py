"""What the laptop stack remembers."""

from pathlib import Path

import pytest

from decision_store.devstack.stack import Stack


@pytest.mark.parametrize("stopped", [True, False])
def test_a_stack_that_was_stopped_is_emptied_and_one_that_runs_is_not(tmp_path: Path, stopped: bool) -> None:
    stack = Stack(tmp_path)
    for server in stack.servers:
        server.data.mkdir(parents=True)
        (server.data / "of an earlier run").touch()
    if not stopped:
        (tmp_path / "s3.json").write_text('{"pid": 1, "created": 0.0, "port": 1}')
    stack.forget_what_was_stopped()
    assert [server.data.exists() for server in stack.servers] == [not stopped] * len(stack.servers)
