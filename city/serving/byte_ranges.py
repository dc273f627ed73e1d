"""The `Range` header of HTTP (RFC 9110, section 14): which bytes of a file a client asks for."""

from __future__ import annotations

import re

_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def requested_bytes(header: str, size: int) -> range | None:
    """The positions asked for; an empty range where none exist; None where all are meant.

    Several ranges at once, and whatever is no range of bytes, mean the whole file.
    """
    match = _ONE_RANGE.fullmatch(header.replace(" ", ""))
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    stop = min(size, int(last) + 1) if last else size
    return range(int(first), stop)
