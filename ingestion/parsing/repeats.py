"""What a repeated key means, by the contract: equal rows once, conflicting rows quarantined."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ingestion.contracts.model import SourceContract
from ingestion.parsing.casting import texts_again
from ingestion.parsing.grammar import literal, quote

if TYPE_CHECKING:
    import duckdb


def mark_repeats(con: duckdb.DuckDBPyConnection, contract: SourceContract, now: datetime) -> None:
    """Split the good rows of table `judged`.

    Makes the views `good` (no fault of its own) and `quarantined` (a fault, or a conflict), and
    the table `repeats` of the rows of `good` that are not accepted.
    """
    con.execute("""
        create view good as
            select rowid as _row, * from judged where _code is null and not _dropped;
        create table repeats (_row bigint, _conflict boolean, _found varchar)""")
    if contract.key and _may_repeat(con, contract):
        con.execute(_repeats_sql(contract))
    texts = ", ".join(f"{sql} as {text}" for text, sql in texts_again(contract, now).items())
    con.execute(f"""
        create view quarantined as
        select judged.* replace (
            case when repeats._conflict then 'dup_conflict' else judged._code end as _code,
            coalesce(repeats._found, judged._found) as _found,
            coalesce(_place, 'line ' || (_record + 1)) as _place,
            {texts})
        from judged left join repeats on judged.rowid = repeats._row
        where judged._code is not null or repeats._conflict""")


def _key(contract: SourceContract) -> str:
    return ", ".join(quote(name) for name in _identity(contract))


def _identity(contract: SourceContract) -> tuple[str, ...]:
    """What no two rows share. Two issues of a row are a revision, and no conflict."""
    if contract.issued is None or contract.issued in contract.key:
        return contract.key
    return (*contract.key, contract.issued)


def _may_repeat(con: duckdb.DuckDBPyConnection, contract: SourceContract) -> bool:
    """Make the table `met` of the rows whose key has the hash of another's: nearly none."""
    key = _key(contract)
    con.execute(f"""
        create table hashes as
        select hash({key}) as _hash from good group by 1 having count(*) > 1;
        create table met as
        select * from good where hash({key}) in (select _hash from hashes)""")
    return con.execute("select 1 from met limit 1").fetchone() is not None


def _repeats_sql(contract: SourceContract) -> str:
    """The rows that repeat another: of equal rows all but the first, of conflicting rows all."""
    key = _key(contract)
    others = [field.name for field in contract.fields if field.name not in _identity(contract)]
    # Spelled out, because equal hashes would be a way to lose a row.
    content = f"row({', '.join(map(quote, others)) or 'null'})::varchar"
    differing = ", ".join(
        f"case when min({shown}) <> max({shown}) then {literal(name + ' ')} || min({shown}) "
        f"|| ' and ' || max({shown}) end"
        for name in others
        for shown in [f"coalesce({quote(name)}::varchar, '(none)')"]
    )
    conflict = "false" if contract.repeats.conflict == "keep" else "kinds > 1"
    return f"""
        insert into repeats
        with shared as (
            select {key}, count(distinct {content}) as kinds
            from met group by {key} having count(*) > 1),
        told as (
            select {key}, concat_ws('; ', {differing or "null"}) as variants
            from met semi join (from shared where kinds > 1) using ({key}) group by {key}),
        ranked as (
            select met.*, kinds,
                row_number() over (partition by {key}, {content} order by _record, _row) as copy
            from met join shared using ({key}))
        select _row, {conflict}, variants
        from ranked left join told using ({key}) where copy > 1 or {conflict}"""
