"""The benchmark of the sink runs from end to end; how fast it is is not asked here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.bench.running import smoke


@pytest.mark.integration
@pytest.mark.timeout(600)
def test_benchmark_of_the_sink_writes_every_scenario_and_leaves_out_a_peer_that_is_not_there(tmp_path: Path) -> None:
    said, numbers = smoke("bench.sink", tmp_path / "sink.json")
    assert "not run: give PEER_JAR=path" in said
    scenarios = ("on_demand", "live", "provisioned", "hot_partition", "capacity_raise", "unprocessed")
    for name in scenarios:
        assert {f"{name}_ours", f"{name}_cpu_us_per_item_ours", f"{name}_p99_ms_ours"} <= numbers.keys()
    # Which of them have written anything in their second depends on what else the machine has to do.
    assert sum(numbers[f"{name}_ours"] for name in scenarios) > 0
    assert {"provisioned_used_share", "hot_partition_others_share", "capacity_raise_seconds"} <= numbers.keys()
    for name in ("unprocessed", "near_versions", "near_versions_unprocessed"):
        assert numbers[f"{name}_keys"] > 0
        assert numbers[f"{name}_ended"]
        assert numbers[f"{name}_lost"] == 0
        assert numbers[f"{name}_stale"] == 0
    assert not any("official" in name for name in numbers)
