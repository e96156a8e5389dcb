"""What a variable is kept for, written as the key of the variable table."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote


def entity_key(parts: Sequence[tuple[str, str | int | bool]]) -> str:
    """The table key of an entity: `name=value` pairs joined by `|`, percent-encoded, so that no two entities meet.

    Args:
        parts: names and values in the order the key was declared.

    >>> entity_key([("customer_id", "c|1"), ("merchant_id", "m9")])
    'customer_id=c%7C1|merchant_id=m9'
    """
    return "|".join(f"{quote(name, safe='')}={quote(_text(value), safe='')}" for name, value in parts)


def _text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
