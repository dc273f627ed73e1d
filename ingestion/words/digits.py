"""Thai digits, and the digits that they are."""

from __future__ import annotations

THAI = "๐๑๒๓๔๕๖๗๘๙"
PLAIN = "0123456789"
TO_PLAIN = str.maketrans(THAI, PLAIN)
"""For `str.translate`."""


def plain_digits_sql(text: str) -> str:
    """SQL of a text with plain digits."""
    return f"translate({text}, '{THAI}', '{PLAIN}')"
