"""The servers' jars, fetched once through Maven."""

from __future__ import annotations

import subprocess
from pathlib import Path

from decision_store.devstack.server import ServerError

POM = Path(__file__).with_name("servers.xml")


def fetched(server: str, cache: Path) -> Path:
    """The folder with a server's jars, fetched when it is not there yet.

    Args:
        server: a profile of `servers.xml`.
        cache: where servers are kept between stacks.

    Raises:
        ServerError: Maven could not fetch it.
    """
    folder = cache / server
    if (folder / "complete").exists():
        return folder
    command = ["mvn", "-q", "-B", "-f", str(POM), f"-P{server}", "dependency:copy-dependencies"]
    finished = subprocess.run(
        [*command, f"-DoutputDirectory={folder}"], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    if finished.returncode != 0:
        said = (finished.stdout + finished.stderr).strip().splitlines()
        raise ServerError(f"Maven could not fetch {server}: {said[0] if said else 'no reason given'}")
    (folder / "complete").touch()
    return folder
