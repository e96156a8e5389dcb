"""The `decisions` command."""
