"""Runs a benchmark as its user does, with the shortest spans."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


def smoke(module: str, results: Path, *arguments: str) -> tuple[str, Mapping[str, Any]]:
    """What a benchmark prints, and its numbers; it must end well.

    Args:
        module: of the benchmark.
        results: where it writes its numbers.
        arguments: further ones of its command line.
    """
    run = subprocess.run(
        [sys.executable, "-m", module, "--smoke", *arguments, "--results", str(results)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'connectors'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout, json.loads(results.read_text())
