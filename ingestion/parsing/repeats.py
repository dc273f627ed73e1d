"""What a repeated key means, by the contract: equal rows once, conflicting rows quarantined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingestion.contracts.model import SourceContract
from ingestion.parsing.casting import quote

if TYPE_CHECKING:
    import duckdb


def mark_repeats(con: duckdb.DuckDBPyConnection, contract: SourceContract) -> None:
    """Split the good rows of table `judged`.

    Makes the views `good` (no fault of its own) and `quarantined` (a fault, or a conflict), and
    the table `repeats` of the rows of `good` that are not accepted.
    """
    con.execute("create view good as select rowid as _row, * from judged where _code is null")
    con.execute("create table repeats (_row bigint, _conflict boolean, _found varchar)")
    if contract.key:
        key = ", ".join(quote(name) for name in contract.key)
        values = (
            ", ".join(quote(f.name) for f in contract.fields if f.name not in contract.key)
            or "null"
        )
        conflict = "false" if contract.repeats.conflict == "keep" else "kinds > 1"
        # Rows of a key that occurs once never reach the windows: they are nearly all rows.
        con.execute(f"""
            insert into repeats
            with shared as (select {key} from good group by {key} having count(*) > 1),
            together as (
                select _row, _record, {key}, hash(row({values})) as content,
                    row({values})::varchar as shown
                from good join shared using ({key})),
            ranked as (
                select *,
                    row_number() over (partition by {key}, content order by _record) as copy,
                    count(distinct content) over (partition by {key}) as kinds,
                    min(shown) over (partition by {key}) || ' and '
                        || max(shown) over (partition by {key}) as variants
                from together)
            select _row, {conflict}, variants from ranked where copy > 1 or {conflict}""")
    con.execute("""
        create view quarantined as
        select * exclude (_conflict) from (
            select judged.* replace (
                    case when repeats._conflict then 'dup_conflict' else judged._code end as _code,
                    coalesce(repeats._found, judged._found) as _found),
                repeats._conflict
            from judged left join repeats on judged.rowid = repeats._row)
        where _code is not null""")
