"""What was written to a table of the scripted server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flink_dynamodb.testing.report import Calls


@dataclass(frozen=True, slots=True)
class Bin:
    """A tenth of a second in which something happened.

    Attributes:
        second: at which it begins, since the report's reset.
        items: accepted.
        units: of the table, of those.
        refused: items, for want of units or by the script's share.
    """

    second: float
    items: int
    units: float
    refused: int


@dataclass(frozen=True, slots=True)
class Latency:
    """From an item's `created_at_attribute` to its acceptance, in milliseconds; of equal clocks, within 1.6 %.

    Attributes:
        count: accepted items that had the attribute; with 0 the others mean nothing.
    """

    count: int
    p50: float
    p90: float
    p99: float
    max: float


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What was written to a table since it was made or since `reset_report`.

    Attributes:
        operations: calls and their errors by operation; other faults by their own name, in capitals.
        items: accepted.
        units: write units of the table for accepted items.
        units_spent: `units`, and what failed conditions cost.
        index_units: by index.
        refused: items thrown back for want of units: unprocessed, or in a request that was throttled.
        refused_by_share: items that came back by `leave_unprocessed`.
        partial_batches: batches of which some items were accepted and some came back.
        conditional_failures: writes.
        duplicates: accepted writes of an item in the version that was there already.
        stale: accepted writes of an item over a newer version.
        overlapping: writes that arrived while another request with their key was unanswered.
        accepted_by_partition: items.
        units_by_partition: of accepted items.
        timeline: in order; tenths of a second without items are left out.
        latency: of accepted items.
    """

    operations: Mapping[str, Calls]
    items: int
    units: float
    units_spent: float
    index_units: Mapping[str, float]
    refused: int
    refused_by_share: int
    partial_batches: int
    conditional_failures: int
    duplicates: int
    stale: int
    overlapping: int
    accepted_by_partition: tuple[int, ...]
    units_by_partition: tuple[float, ...]
    timeline: tuple[Bin, ...]
    latency: Latency

    @staticmethod
    def of(answer: Mapping[str, Any]) -> WriteReport:
        """From the server's JSON."""
        return WriteReport(
            {name: Calls(**calls) for name, calls in answer["operations"].items()},
            answer["items"],
            answer["units"],
            answer["unitsSpent"],
            answer["indexUnits"],
            answer["refused"],
            answer["refusedByShare"],
            answer["partialBatches"],
            answer["conditionalFailures"],
            answer["duplicates"],
            answer["stale"],
            answer["overlapping"],
            tuple(answer["acceptedByPartition"]),
            tuple(answer["unitsByPartition"]),
            tuple(Bin(second, int(items), units, int(refused)) for second, items, units, refused in answer["timeline"]),
            Latency(**answer["latency"]),
        )
