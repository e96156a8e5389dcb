"""The benchmark of the sink runs from end to end; how fast it is is not asked here."""

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
def test_benchmark_of_the_sink_writes_every_scenario_and_leaves_out_a_peer_that_is_not_there(tmp_path: Path) -> None:
    results = tmp_path / "sink.json"
    run = subprocess.run(
        [sys.executable, "-m", "bench.sink", "--smoke", "--results", str(results)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'connectors'}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert "not run: give PEER_JAR=path" in run.stdout
    numbers = json.loads(results.read_text())
    for name in ("on_demand", "provisioned", "hot_partition", "hot_partition_new_keys", "capacity_raise", "unprocessed"):
        assert numbers[f"{name}_ours"] > 0
        assert numbers[f"{name}_cpu_us_per_item_ours"] > 0
        assert numbers[f"{name}_p99_ms_ours"] > 0
    assert numbers["on_demand_ours_if_newer"] > 0
    assert 0 < numbers["provisioned_used_share"] < 1.5
    assert 0 < numbers["hot_partition_others_share"] < 1.5
    assert numbers["unprocessed_lost"] == 0
    assert not any("official" in name for name in numbers)
