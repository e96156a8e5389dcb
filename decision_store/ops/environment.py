"""Which stack a command speaks to."""

from __future__ import annotations

import os
from pathlib import Path

from decision_store.devstack.stack import Stack
from decision_store.settings import Settings


def settings_of(home: Path | None, default_home: Path) -> Settings:
    """The settings of the stack at `home`; they are put into this process's environment, where boto3 looks too.

    Args:
        home: as asked for on the command line; its servers then win over the environment.
        default_home: when none was asked for, the stack there fills what the environment leaves open.
    """
    use_environment_of(Stack(home or default_home), over_ours=home is not None)
    return Settings()


def use_environment_of(stack: Stack, over_ours: bool = True) -> None:
    """Makes this process speak to a stack."""
    environment = stack.environment()
    if "DECISION_STORE_URL" in environment:
        environment.setdefault("SCHEMA_REGISTRY_URL", f"{environment['DECISION_STORE_URL']}/registry")
    for name, value in environment.items():
        if over_ours:
            os.environ[name] = value
        else:
            os.environ.setdefault(name, value)
