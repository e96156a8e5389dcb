"""What the benchmarks' command lines have in common."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.launching import ROOT
from decision_store.errors import ActionableError

RESULTS = ROOT / "bench/results"
CHARTS = ROOT / "docs/images"
NO_PEER = "not run: give PEER_JAR=path"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says.

    Attributes:
        peer_jar: the official connector's; None leaves it out.
        only: the scenarios.
        quick: short spans.
        smoke: even shorter.
        results: where the numbers are written.
        full: also what takes long.
    """

    peer_jar: Path | None
    only: tuple[str, ...]
    quick: bool
    smoke: bool
    results: Path
    full: bool = False


def asked_for(
    name: str,
    about: str,
    scenarios: Iterable[str],
    by_default: tuple[str, ...],
    results: Path,
    peer_by_jar: bool = True,
    longer: str = "",
) -> Asked:
    """Reads the command line.

    Args:
        name: of the benchmark's module.
        about: its first line is shown as help.
        scenarios: those that can be named.
        by_default: those that are run when none is named.
        results: where numbers go unless told otherwise.
        peer_by_jar: whether the peer is a jar that is named.
        longer: what `--full` adds; empty: there is no such thing.
    """
    parser = argparse.ArgumentParser(prog=name, description=about.splitlines()[0])
    parser.set_defaults(peer_jar=None, full=False)
    if peer_by_jar:
        parser.add_argument("--peer-jar", type=_jar, help="the official connector's self-contained jar")
    if longer:
        parser.add_argument("--full", action="store_true", help=longer)
    by_name = ", ".join(by_default)
    parser.add_argument(
        "--only", nargs="+", choices=list(scenarios), default=by_default, help=f"scenarios (without it: {by_name})"
    )
    parser.add_argument("--quick", action="store_true", help="short spans: whether it works, not how fast it is")
    parser.add_argument("--smoke", action="store_true", help="even shorter")
    parser.add_argument("--results", type=Path, default=results, help="where the numbers are written")
    asked = parser.parse_args()
    return Asked(asked.peer_jar, tuple(asked.only), asked.quick, asked.smoke, asked.results, asked.full)


def run(main: Callable[[], None]) -> None:
    """Runs a benchmark so that what it started is ended, too, and an error is a sentence."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    try:
        main()
    except ActionableError as problem:
        raise SystemExit(str(problem)) from None


def _jar(text: str) -> Path | None:
    if not text:
        return None
    path = Path(text).resolve()
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no jar at {path}")
    return path
