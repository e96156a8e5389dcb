"""Asks for a sink's table while the job is made."""

from __future__ import annotations

import logging
from typing import Any

LOG = logging.getLogger(__name__)


def check_table(java_builder: Any) -> None:
    """Asks once, with the credentials of this process, for at most 5 seconds.

    What cannot be told from here (no connection, no credentials, no permission to look, a table that is still being
    made) is a warning in the log: the cluster may reach what this process does not, and the job checks the table again
    when it starts.

    Args:
        java_builder: of the sink, with all options set.

    Raises:
        ValueError: the job could not write: no such table, another key, or no write units.
    """
    finding = java_builder.askTable()
    if (fault := finding.fault()) is not None:
        raise ValueError(fault)
    if (unknown := finding.unknown()) is not None:
        LOG.warning(unknown)
