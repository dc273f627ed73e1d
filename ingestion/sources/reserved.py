"""Words of SQL that no field may be called by: models name columns as they are, unquoted."""

from __future__ import annotations

_WORDS = """
    all analyse analyze and anti any array as asc asof asymmetric at authorization between binary
    both by case cast check collate collation column columns concurrently constraint create cross
    current_date current_time current_timestamp default deferrable desc describe distinct do else
    end except exists false fetch for foreign freeze from full generated glob grant group having
    ilike in initially inner insert intersect into is isnull join lambda lateral leading left like
    limit map natural not notnull null offset on only or order outer over overlaps partition pivot
    pivot_longer pivot_wider placing positional primary qualify references returning right rollup
    row rows select semi session_user set show similar some struct summarize symmetric table
    tablesample then to trailing true try_cast union unique unknown unpack unpivot update user
    using values variadic verbose when where window with
"""
SQL_WORDS = frozenset(_WORDS.split())
