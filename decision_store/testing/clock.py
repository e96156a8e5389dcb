"""Time in tests: a clock that moves only when it is told to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock:
    """A wall clock that a test moves.

    Example:
        >>> clock = Clock("2026-01-01T00:00Z")
        >>> clock.advance(timedelta(days=3))
        >>> clock.now.isoformat()
        '2026-01-04T00:00:00+00:00'
    """

    def __init__(self, start: datetime | str | int = "2026-01-01T00:00Z") -> None:
        """Starts the clock.

        Args:
            start: a datetime with a time zone, a text such as `2026-01-01T00:00Z`, or epoch milliseconds.
        """
        self._now_ms = milliseconds(start)

    @property
    def now(self) -> datetime:
        """This moment, in UTC."""
        return _EPOCH + self._now_ms * _MILLISECOND

    @property
    def now_ms(self) -> int:
        """This moment as epoch milliseconds."""
        return self._now_ms

    def advance(self, span: timedelta) -> None:
        """Moves the clock forward.

        Args:
            span: how far, for example `days(3)`; parts of a millisecond are cut.

        Raises:
            ValueError: the span is negative.
        """
        if span < timedelta(0):
            raise ValueError(f"A clock does not run backwards: {span} is negative.")
        self._now_ms += span // _MILLISECOND

    def advance_to(self, moment: datetime | str | int) -> None:
        """Moves the clock forward to a moment.

        Raises:
            ValueError: the moment has passed.
        """
        self.advance((milliseconds(moment) - self._now_ms) * _MILLISECOND)


Moment = Clock | datetime | str | int
"""A clock (its now), a datetime with a time zone, a text such as `2026-01-01T00:00Z`, or epoch milliseconds."""


def milliseconds(moment: Moment) -> int:
    """A moment as epoch milliseconds.

    Raises:
        ValueError: a text that is no moment, or one without a time zone.
    """
    if isinstance(moment, Clock):
        return moment.now_ms
    if isinstance(moment, int):
        return moment
    try:
        time = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    except ValueError:
        raise ValueError(f"{moment!r} is no moment: write it as 2026-01-31T12:00Z.") from None
    if time.tzinfo is None:
        raise ValueError(f"{moment} has no time zone: write it as 2026-01-31T12:00Z, or give the datetime a tzinfo.")
    return (time - _EPOCH) // _MILLISECOND
