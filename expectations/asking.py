"""The engine that rules and checks ask in SQL about tables in memory.

Belongs here: one engine for the process. Does not belong here: the questions.
"""

from __future__ import annotations

from functools import cache

import duckdb


def asking() -> duckdb.DuckDBPyConnection:
    """A connection of its own: its temporary tables, and what is registered, are its own."""
    return _engine().cursor()


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    # Opening an engine costs more than most queries.
    return duckdb.connect()
