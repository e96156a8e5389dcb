"""The benchmark of types runs from end to end; how fast it is is not asked here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.bench.running import smoke


@pytest.mark.integration
@pytest.mark.timeout(600)
def test_benchmark_of_types_carries_decisions_of_every_kind(tmp_path: Path) -> None:
    _, numbers = smoke("bench.serialization", tmp_path / "serialization.json")
    in_java = ("generic_kryo", "generic_kryo_map", "avro_generic", "pojo", "typed_rows", "own_serializer")
    for kind in in_java:
        assert numbers[f"{kind}_seconds"] > 0
        assert numbers[f"bytes_per_record_{kind}"] > 100
        assert numbers[f"state_bytes_{kind}"] > 10_000
    for kind in ("pyflink_pickled", "pyflink_rows"):
        assert numbers[f"{kind}_seconds"] > 0
    # The size of a record does not depend on what else the machine has to do.
    assert numbers["bytes_per_record_typed_rows"] < numbers["bytes_per_record_generic_kryo_map"]
    assert {"runtime_cut_generic_to_rows", "typed_rows_copies_seconds", "cut_share_edges"} <= numbers.keys()
