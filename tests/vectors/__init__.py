"""What the tests of both languages read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def read(name: str) -> list[dict[str, Any]]:
    """The vectors in NAME.json."""
    vectors: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return vectors
