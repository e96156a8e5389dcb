"""The virtual environment of quixstreams, whose requirements and PyFlink's exclude each other."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from bench.launching import ROOT
from decision_store.errors import ActionableError

FOLDER = ROOT / ".venv-bench"
REQUIREMENTS = ROOT / "requirements/bench.txt"


def python() -> Path:
    """Its Python; the environment is made unless it is there with these requirements.

    Raises:
        ActionableError: it could not be made.
    """
    executable = FOLDER / "bin/python"
    ready = FOLDER / "ready"
    wanted = sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if ready.exists() and ready.read_text() == wanted:
        return executable
    uv = [sys.executable, "-m", "uv"]
    for command in (
        [*uv, "venv", "-q", "--clear", "--python", sys.executable, str(FOLDER)],
        [*uv, "pip", "install", "-q", "--python", str(executable), "--require-hashes", "-r", str(REQUIREMENTS)],
    ):
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
        if finished.returncode != 0:
            raise ActionableError(f"quixstreams could not be installed into {FOLDER}:\n{finished.stderr.strip()}")
    ready.write_text(wanted)
    return executable
