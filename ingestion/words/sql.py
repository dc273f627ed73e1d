"""Numbers, names and texts as SQL spells them."""

from __future__ import annotations


def double(number: float) -> str:
    """A number as an SQL literal, infinities included."""
    return f"'{number!r}'::double"


def quote(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
