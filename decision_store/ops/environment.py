"""Which stack a command speaks to."""

from __future__ import annotations

import os
from pathlib import Path

from decision_store.devstack.stack import Stack
from decision_store.settings import Settings

DEFAULT_HOME = Path(".devstack")


def settings_of(home: Path | None) -> Settings:
    """The settings of the stack at `home`; they are put into this process's environment, where boto3 looks too.

    Args:
        home: as asked for on the command line; its servers then win over the environment.
            Without one, the stack in the default folder fills what the environment leaves open.
    """
    use_environment_of(Stack(home or DEFAULT_HOME), over_ours=home is not None)
    return Settings()


def use_environment_of(stack: Stack, over_ours: bool = True) -> None:
    """Makes this process speak to a stack."""
    for name, value in stack.environment().items():
        if over_ours:
            os.environ[name] = value
        else:
            os.environ.setdefault(name, value)
