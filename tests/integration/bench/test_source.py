"""The benchmark of the source runs from end to end; how fast it is is not asked here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.bench.running import smoke


@pytest.mark.integration
@pytest.mark.timeout(300)
def test_benchmark_of_the_source_reads_every_scenario_and_leaves_out_a_peer_that_is_not_there(tmp_path: Path) -> None:
    said, numbers = smoke("bench.source", tmp_path / "source.json")
    assert "not run: give PEER_JAR=path" in said
    assert numbers["drain_ours"] > 0
    assert numbers["drain_sdk"] > 0
    assert numbers["hot_shard_ours"] > 0
    assert numbers["live_reads_per_s"] > 0
    assert numbers["idle_ours_fewest_reads_per_s_of_a_shard"] > 0
    assert not any("official" in name for name in numbers)
