"""The ten variables by hand, in plain Python: what the peers compute. It imports nothing, so that each can run it.

A variable is a number (or the newest values) for each hop of its window. It is less work than ours: corrections are not
taken back, an event that is delivered twice counts twice, and nothing runs out before the next event of its key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

DAY_MS = 86_400_000
MONTH = (30 * DAY_MS, DAY_MS)
DAY = (DAY_MS, 48 * 60_000)

Decision = Mapping[str, Any]


@dataclass(frozen=True)
class Plain:
    """A variable.

    Attributes:
        name: as it is declared.
        window_ms: how far back.
        hop_ms: its steps.
        where: which decisions count.
        number: what is added up; None: the newest decision's `values` are kept instead.
        values: of the newest decision.
        attributes: names of the values; empty: the variable's own.
    """

    name: str
    window_ms: int
    hop_ms: int
    where: Callable[[Decision], bool]
    number: Callable[[Decision], float] | None = None
    values: Callable[[Decision], tuple[Any, ...]] | None = None
    attributes: tuple[str, ...] = ()


def _every(_: Decision) -> bool:
    return True


def _declined(decision: Decision) -> bool:
    return bool(decision["outcome"]["outcome"] == "DECLINED")


def _approved(decision: Decision) -> bool:
    return bool(decision["outcome"]["outcome"] == "APPROVED")


def _one(_: Decision) -> int:
    return 1


def _amount(decision: Decision) -> float:
    return float(decision["request"]["amount"])


# The same as TEN in bench/keyed/declared.py.
PLAIN = (
    Plain("decisions_30d", *MONTH, _every, _one),
    Plain("declines_30d", *MONTH, _declined, _one),
    Plain("approved_30d", *MONTH, _approved, _amount),
    Plain("large_30d", *MONTH, lambda decision: decision["request"]["amount"] > 500.0, _one),
    Plain("foreign_30d", *MONTH, lambda decision: decision["request"]["currency"] != "EUR", _amount),
    Plain("decisions_24h", *DAY, _every, _one),
    Plain("amount_24h", *DAY, _every, _amount),
    Plain("declines_24h", *DAY, _declined, _one),
    Plain(
        "last_outcome",
        *MONTH,
        _every,
        values=lambda decision: (decision["outcome"]["outcome"], decision["event_time"]),
        attributes=("last_outcome__outcome", "last_outcome__event_time"),
    ),
    Plain(
        "last_decline",
        *MONTH,
        _declined,
        values=lambda decision: (decision["request"]["merchant_id"],),
        attributes=("last_decline",),
    ),
)

State = dict[str, Any]
"""By variable: a number for each hop, by its place as text (as JSON has it), or event time and values of the newest."""


def update(state: State, decision: Decision, now_ms: int) -> dict[str, Any]:
    """Counts a decision and tells all variables of its key.

    Args:
        state: of the key; changed.
        decision: the event.
        now_ms: the wall clock.
    """
    found: dict[str, Any] = {}
    event_time = decision["event_time"]
    for variable in PLAIN:
        counts = variable.where(decision)
        if variable.number is None:
            newest = state.get(variable.name)
            if counts and (newest is None or event_time >= newest[0]) and variable.values is not None:
                newest = state[variable.name] = [event_time, *variable.values(decision)]
            if newest is not None and is_in_window(variable, newest[0] // variable.hop_ms, now_ms):
                found.update(zip(variable.attributes, newest[1:], strict=True))
            continue
        hops = state.setdefault(variable.name, {})
        if counts:
            hop = str(event_time // variable.hop_ms)
            hops[hop] = hops.get(hop, 0) + variable.number(decision)
        for hop in [hop for hop in hops if not is_in_window(variable, int(hop), now_ms)]:
            del hops[hop]
        found[variable.name] = sum(hops.values())
    return found


def is_in_window(variable: Plain, hop: int, now_ms: int) -> bool:
    """Whether decisions of a hop still count."""
    return bool((hop + 1) * variable.hop_ms + variable.window_ms > now_ms)
