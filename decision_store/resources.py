"""Where the files that are not Python live: beside the package in a checkout, inside it once installed."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
BUNDLED = "_bundled"
"""The folder in the package that a release has them in."""


def resource_dir(name: str) -> Path:
    """The folder `name` (schemas, jobs, flink-conf, use_cases) of this installation.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for candidate in (PACKAGE.parent / name, PACKAGE / BUNDLED / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"The folder '{name}' is missing from this installation: install decision-store again.")
