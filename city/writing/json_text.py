"""JSON text as senders write it, and decimals that are the same on every machine."""

from __future__ import annotations

import json


def json_bytes(document: object, *, mark: bool = False) -> bytes:
    """A document in one line, Thai text as it is; `mark` puts a byte-order mark before it."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return (("\ufeff" if mark else "") + text).encode()


def decimal(value: int, decimals: int) -> str:
    """A whole number of the last decimal place as decimal text: (-1234, 3) is -1.234."""
    one = 10**decimals
    sign, whole = "-" if value < 0 else "", abs(value)
    return f"{sign}{whole // one}.{whole % one:0{decimals}d}" if decimals else f"{sign}{whole}"


def number(value: int, decimals: int) -> float:
    """The same as a JSON number; dividing once rounds right, and prints alike everywhere."""
    one: int = 10**decimals
    return value / one
