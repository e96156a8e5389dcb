"""Tools for testing what a department declares, without Flink and with it.

```python
from decision_store.declare import days
from decision_store.testing import Clock, decision, variables_after

def test_declines_are_counted_for_a_month() -> None:
    clock = Clock("2026-01-01T00:00Z")
    events = [decision(outcome="DECLINED", at=clock), decision(outcome="DECLINED", at=clock)]
    assert variables_after(events)["declines_30d"] == 2
    clock.advance(days(31))
    assert variables_after(events, at=clock)["declines_30d"] == 0
```
"""

from decision_store.testing.clock import Clock, Moment
from decision_store.testing.decisions import Event, corrected, decision
from decision_store.testing.enrichments import enrichments_after, event_with_history, flags_after
from decision_store.testing.steps import KeyedRun, run_keyed, run_step
from decision_store.testing.variables import Timeline, UnknownVariableError, Values, WhichOneError, variables_after

__all__ = [
    "Clock",
    "Event",
    "KeyedRun",
    "Moment",
    "Timeline",
    "UnknownVariableError",
    "Values",
    "WhichOneError",
    "corrected",
    "decision",
    "enrichments_after",
    "event_with_history",
    "flags_after",
    "run_keyed",
    "run_step",
    "variables_after",
]
