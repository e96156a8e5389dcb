"""The keyed benchmark runs from end to end; how fast it is is not asked here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.bench.running import smoke


@pytest.mark.integration
@pytest.mark.timeout(600)
def test_benchmark_of_variables_runs_every_contender_and_reads_the_variables_table(tmp_path: Path) -> None:
    _, numbers = smoke("bench.keyed", tmp_path / "keyed.json", "--only", "peers", "live", "laptop")
    for contender in ("ours", "ours_rocksdb", "pyflink_process", "pyflink_thread", "quixstreams"):
        assert f"keyed_{contender}" in numbers
    assert numbers["keyed_ours"] > 0
    assert numbers["state_bytes_per_key"] > 0
    assert 0 <= numbers["p50_ms_ours"] <= numbers["p99_ms_ours"]
    assert 0 < numbers["variable_p50_ms"] <= numbers["variable_p99_ms"]
    assert 0 <= numbers["variable_table_p50_ms"] <= numbers["variable_table_p99_ms"]
