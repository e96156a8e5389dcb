"""What every job sets on Flink, whatever it does."""

from __future__ import annotations

import sys

from pyflink.common import Configuration

from decision_store.settings import Settings


def configuration_of(settings: Settings) -> Configuration:
    """The settings every job runs under.

    - Generic types (Kryo) are refused: state in them does not survive a change of Flink's version.
    - So are generated uids: an operator's state is found by its uid, also in another release.
    - As long as between two checkpoints there is none: a job with much state on the heap, which each of them writes
      whole, would otherwise do little else.
    - A cancelled job leaves its last checkpoint.
    - Rows wait 20 ms at most until they cross to a Python process together: Flink's own second would be added to every
      decision's latency.
    - A cluster on this machine runs a team's own Python by this interpreter; another one has its own `python`.
    """
    configuration = Configuration()
    options = {
        "pipeline.generic-types": "false",
        "pipeline.auto-generate-uids": "false",
        "execution.checkpointing.interval": f"{settings.checkpoint_interval_ms} ms",
        "execution.checkpointing.min-pause": f"{settings.checkpoint_interval_ms} ms",
        "execution.checkpointing.mode": "EXACTLY_ONCE",
        "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
        "execution.buffer-timeout.interval": f"{settings.buffer_timeout_ms} ms",
        "python.fn-execution.bundle.time": "20",
    }
    if settings.flink_on_this_machine:
        options["python.executable"] = sys.executable
    for key, value in options.items():
        configuration.set_string(key, value)
    return configuration
