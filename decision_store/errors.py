"""Errors that are sentences."""


class ActionableError(RuntimeError):
    """Something a person can mend: the message says what happened, where, and what to do; commands print it alone."""
