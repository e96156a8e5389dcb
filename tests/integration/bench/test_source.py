"""The benchmark of the source runs from end to end; how fast it is is not asked here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.integration
@pytest.mark.timeout(300)
def test_benchmark_of_the_source_reads_every_scenario_and_leaves_out_a_peer_that_is_not_there(tmp_path: Path) -> None:
    results = tmp_path / "source.json"
    run = subprocess.run(
        [sys.executable, "-m", "bench.source", "--smoke", "--results", str(results)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'connectors'}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert "not run: give PEER_JAR=path" in run.stdout
    numbers = json.loads(results.read_text())
    assert numbers["drain_ours"] > 0
    assert numbers["drain_sdk"] > 0
    assert numbers["hot_shard_ours"] > 0
    assert numbers["live_reads_per_s"] > 0
    assert numbers["idle_ours_fewest_reads_per_s_of_a_shard"] > 0
    assert not any("official" in name for name in numbers)
