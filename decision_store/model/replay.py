"""Which events of the archive are sent again, and where to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from decision_store.errors import ActionableError


class ReplayError(ActionableError):
    """A replay that cannot be done as asked; the message says what to change. Nothing was written."""


@dataclass(frozen=True, slots=True)
class ReplaySpan:
    """Events of the archive.

    Attributes:
        from_ms: the first event time, epoch ms.
        to_ms: the first event time after the span, epoch ms.
        customer_id: whose events; None for everyone's.

    Raises:
        ReplayError: the span is empty.
    """

    from_ms: int
    to_ms: int
    customer_id: str | None = None

    def __post_init__(self) -> None:
        if self.from_ms >= self.to_ms:
            raise ReplayError(f"The span from {self.from_ms} to {self.to_ms} is empty: --to must be after --from.")


@dataclass(frozen=True, slots=True)
class Replay:
    """A span and its target.

    Attributes:
        span: what is sent.
        topic: the Kafka topic it is sent to, as events.
        table: or the empty decision table, as items.

    Raises:
        ReplayError: not exactly one target.
    """

    span: ReplaySpan
    topic: str | None = None
    table: str | None = None

    def __post_init__(self) -> None:
        if (self.topic is None) == (self.table is None):
            raise ReplayError("A replay has one target: give --to-topic or --to-table.")


def moment(text: str) -> int:
    """Epoch ms of `1767225600000`, `2026-01-01` or `2026-01-01T12:00:00+01:00`; UTC where no zone is given.

    Raises:
        ReplayError: it is none of these.
    """
    if text.isdecimal():
        return int(text)
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise ReplayError(f"{text!r} is no moment: give epoch milliseconds, 2026-01-31 or 2026-01-31T12:00Z.") from None
    return round((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp() * 1000)
