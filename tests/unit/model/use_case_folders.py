"""Folders and packages of use cases, as a department would make them."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

DECLARE = "from decision_store.declare import *\n"
COUNTED = 'VARIABLES = [Variable("n", key="customer_id", value=count())]\n'


def write(folder: Path, text: str, file: str = "variables.py") -> Path:
    """Writes a file of a use case that imports everything there is to declare; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(DECLARE + textwrap.dedent(text), encoding="utf-8")
    return folder


def install(site: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, distribution: str = "acme") -> None:
    """Makes `site` a place of installed packages, with a distribution that names a use case."""
    info = site / f"{distribution}-1.2.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(f"[decision_store.use_cases]\n{name} = {value}\n")
    monkeypatch.syspath_prepend(site)
