"""Whether the CSV and the Parquet file of a candidate say the same.

Belongs here: comparing two files row by row. Does not belong here: what the rows should be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.asking import asking
from expectations.candidate import CandidateFile, csv_table
from expectations.finding import Finding, failed
from expectations.report import SAMPLE, Row, cell
from expectations.text_cells import FORMULA_STARTS, is_text

if TYPE_CHECKING:
    import pyarrow


def files_disagree(csv: CandidateFile, table: pyarrow.Table) -> Finding:
    """Rows that only one of the two files holds, as often as they differ."""
    import pyarrow

    try:
        written = csv_table(csv, table.schema)
    except pyarrow.ArrowInvalid as error:
        return failed(1, [{"file": csv.name, "problem": str(error)}])
    if written.column_names != table.column_names:
        return failed(
            1, [{"file": csv.name, "problem": f"its columns are {', '.join(written.column_names)}"}]
        )
    names = ["only_in", *written.column_names]
    found = _only_in_one(written, table)
    rows: list[Row] = [dict(zip(names, map(cell, row), strict=True)) for row in found[:SAMPLE]]
    return failed(len(found), rows)


def _only_in_one(written: pyarrow.Table, table: pyarrow.Table) -> list[tuple[object, ...]]:
    columns = ", ".join(_comparable(table, name) for name in table.column_names)
    query = f"""
        with in_csv as (select {columns} from csv), in_parquet as (select {columns} from parquet)
        select 'csv', * from (from in_csv except all from in_parquet)
        union all
        select 'parquet', * from (from in_parquet except all from in_csv)
        order by all
    """
    with asking() as connection:
        connection.execute("set timezone = 'Asia/Bangkok'")
        connection.register("csv", written)
        connection.register("parquet", table)
        return connection.execute(query, {"starts": "".join(FORMULA_STARTS)}).fetchall()


def _comparable(table: pyarrow.Table, name: str) -> str:
    """A column as both files can say it.

    Only the CSV carries the apostrophe that neutralises a formula, and it cannot tell an empty
    text from none: neither makes two texts different.
    """
    if not is_text(table.schema.field(name).type):
        return f'"{name}"'
    text = f"nullif(\"{name}\", '')"
    return f"case when instr($starts, {text}[1]) > 0 then '''' || {text} else {text} end"
