"""The scripted server's process, whatever it serves."""

from __future__ import annotations

import psutil

from flink_dynamodb.testing.process import JAR


def server_process() -> psutil.Process:
    """The one this process has just started."""
    started = [child for child in psutil.Process().children() if any(JAR in part for part in child.cmdline())]
    return max(started, key=lambda child: float(child.create_time()))
