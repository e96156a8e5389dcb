"""Files of the archive are read whatever version of the event's schema they were written with."""

from __future__ import annotations

import io

import pyarrow.parquet as pq

from decision_store.ops.ledger.archive import read_file
from tests.integration.ops.wire import parquet
from tests.unit.ops.ledger.examples import D1, event

NAME = "event_date=2026-01-01/a"
VALUE = {"string": None, "long": None, "double": 2.5, "boolean": None}
E1 = {**event(D1), "enrichments": {"shop.spent": VALUE, "shop.unknown": VALUE}, "flags": ["shop.much"]}


def without_columns(body: bytes, *names: str) -> bytes:
    out = io.BytesIO()
    pq.write_table(pq.read_table(io.BytesIO(body)).drop_columns(list(names)), out)
    return out.getvalue()


def test_enrichments_and_flags_are_read_as_they_were_written() -> None:
    assert [row.event for row in read_file(NAME, parquet([E1]))] == [E1]


def test_a_file_from_before_enrichments_has_none() -> None:
    older = without_columns(parquet([E1]), "enrichments", "flags")
    assert [row.event for row in read_file(NAME, older)] == [{**E1, "enrichments": {}, "flags": []}]


def test_a_column_that_no_version_lacks_is_missed() -> None:
    (row,) = read_file(NAME, without_columns(parquet([E1]), "outcome", "flags"))
    assert (row.event, row.problem) == (None, "has no column outcome")
