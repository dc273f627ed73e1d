"""The part of a page that a command writes, between two marks; the rest of it people write."""

from __future__ import annotations

from pathlib import Path

from ingestion.errors import PermanentError


def write_part(page: Path, begin: str, end: str, part: str) -> Path:
    """Write what stands between the marks anew, and say where.

    Raises
    ------
    PermanentError: the page has no such marks.
    """
    before, first, rest = page.read_text(encoding="utf-8").partition(begin)
    _, last, after = rest.partition(end)
    if not first or not last:
        raise PermanentError(f"{page} has no place for it", expected=f"{begin} … {end}")
    page.write_text(f"{before}{begin}\n{part}{end}{after}", encoding="utf-8")
    return page
