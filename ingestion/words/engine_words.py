"""Words of a contract that the engine must understand, asked of the engine itself.

A pattern that Python takes and the engine does not would fail with the first file, and the file
would seem to be at fault. Does not belong here: what the words are for (`ingestion/fields/`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ingestion.words.sql import literal

if TYPE_CHECKING:
    import duckdb

_LAST_ANCHOR = re.compile(r"(?<!\\)((?:\\\\)*)\$$")


def whole_text(pattern: str) -> str:
    """The pattern without the anchors that a match of the whole text has anyway."""
    return _LAST_ANCHOR.sub(r"\1", pattern.removeprefix("^"))


@lru_cache(4096)
def pattern_problem(pattern: str) -> str:
    """Why the engine knows no such regular expression; empty when it does."""
    try:
        re.compile(pattern)
    except re.error as error:
        return f"pattern {pattern!r} is no regular expression ({error})"
    said = _engine_says("select regexp_full_match('', $1)", whole_text(pattern))
    return f"pattern {pattern!r} is unknown to the engine ({said})" if said else ""


@lru_cache(256)
def zone_problem(zone: str) -> str:
    """Why the engine knows no such time zone; empty when it does."""
    said = _engine_says("select timestamp '2026-01-08 00:00:00' at time zone $1", zone)
    return f"zone {zone!r} is not known; Thailand is Asia/Bangkok" if said else ""


def _engine_says(query: str, word: str) -> str:
    """What the engine has against a query with that word; empty when nothing."""
    import duckdb

    try:
        _engine().cursor().execute(query.replace("$1", literal(word))).fetchall()
    except duckdb.Error as error:
        return str(error).splitlines()[0].partition("Error: ")[2][:120] or type(error).__name__
    return ""


@lru_cache(1)
def _engine() -> duckdb.DuckDBPyConnection:
    import duckdb

    return duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})
