"""What the server was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls of one operation.

    Attributes:
        calls: all of them.
        errors: how many failed, by AWS's name of the error; faults without one by their own, in capitals.
    """

    calls: int
    errors: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Report:
    """What the server was asked since it started or since `reset_report`.

    Attributes:
        operations: by their names on the wire.
        billed_reads: GetRecords answered with a page, empty or not: what AWS bills.
        empty_reads: those of them without records.
        records: delivered, the same one as often as it was.
        bytes: of the delivered pages on the wire.
        throttles: calls refused as throttled, by script or by a limit.
        reads_by_shard: answered GetRecords by shard id.
        violations: what a reader must not do, as sentences, each once (1,000 at most).
    """

    operations: Mapping[str, Calls]
    billed_reads: int
    empty_reads: int
    records: int
    bytes: int
    throttles: int
    reads_by_shard: Mapping[str, int]
    violations: tuple[str, ...]

    @staticmethod
    def of(answer: Mapping[str, Any]) -> Report:
        """From the server's JSON."""
        return Report(
            {name: Calls(**calls) for name, calls in answer["operations"].items()},
            answer["billedReads"],
            answer["emptyReads"],
            answer["records"],
            answer["bytes"],
            answer["throttles"],
            answer["readsByShard"],
            tuple(answer["violations"]),
        )
