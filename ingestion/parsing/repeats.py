"""What a repeated key means, by the contract: equal rows once, conflicting rows quarantined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingestion.contracts.model import SourceContract
from ingestion.parsing.grammar import literal, quote

if TYPE_CHECKING:
    import duckdb


def mark_repeats(con: duckdb.DuckDBPyConnection, contract: SourceContract) -> None:
    """Split the good rows of table `judged`.

    Makes the views `good` (no fault of its own) and `quarantined` (a fault, or a conflict), and
    the table `repeats` of the rows of `good` that are not accepted.
    """
    con.execute("""
        create view good as select rowid as _row, * from judged where _code is null;
        create table repeats (_row bigint, _conflict boolean, _found varchar)""")
    if contract.key and _has_repeats(con, contract):
        con.execute(_repeats_sql(contract))
    con.execute("""
        create view quarantined as
        select judged.* replace (
            case when repeats._conflict then 'dup_conflict' else judged._code end as _code,
            coalesce(repeats._found, judged._found) as _found)
        from judged left join repeats on judged.rowid = repeats._row
        where judged._code is not null or repeats._conflict""")


def _key(contract: SourceContract) -> str:
    return ", ".join(quote(name) for name in contract.key)


def _has_repeats(con: duckdb.DuckDBPyConnection, contract: SourceContract) -> bool:
    key = _key(contract)
    return bool(
        con.execute(f"select 1 from good group by {key} having count(*) > 1 limit 1").fetchone()
    )


def _repeats_sql(contract: SourceContract) -> str:
    """The rows that repeat another: of equal rows all but the first, of conflicting rows all."""
    key = _key(contract)
    others = [field.name for field in contract.fields if field.name not in contract.key]
    # Spelled out, because equal hashes would be a way to lose a row.
    content = f"row({', '.join(map(quote, others)) or 'null'})::varchar"
    differing = ", ".join(
        f"case when count(distinct {shown}) > 1 then {literal(name + ' ')} || min({shown}) "
        f"|| ' and ' || max({shown}) end"
        for name in others
        for shown in [f"coalesce({quote(name)}::varchar, '(none)')"]
    )
    conflict = "false" if contract.repeats.conflict == "keep" else "kinds > 1"
    # Rows of a key that occurs once never reach the windows: they are nearly all rows.
    return f"""
        insert into repeats
        with shared as (
            select {key}, count(distinct {content}) as kinds,
                concat_ws('; ', {differing or "null"}) as variants
            from good group by {key} having count(*) > 1),
        ranked as (
            select *, row_number() over (partition by {key}, {content} order by _row) as copy
            from good join shared using ({key}))
        select _row, {conflict}, variants from ranked where copy > 1 or {conflict}"""
