"""Which reader reads which format. A new format is a reader and a line here.

Does not belong here: the readers, and what becomes of the records (`judging/parse.py`).
"""

from __future__ import annotations

from pathlib import Path

from ingestion.contracts.formats import Csv, Parquet, Xlsx, Xml
from ingestion.contracts.source import SourceContract
from ingestion.limits import Limits
from ingestion.records import Batches, FileNotes


def read(contract: SourceContract, path: Path, limits: Limits, notes: FileNotes) -> Batches:
    """Yield the records of a file; see `ingestion/records.py` for the shape of the batches.

    Raises
    ------
    Refused: while reading, when the file as a whole cannot be used.
    """
    from ingestion.formats.delimited.reader import read_delimited
    from ingestion.formats.json.lines import read_json_lines
    from ingestion.formats.parquet.reader import read_parquet
    from ingestion.formats.xlsx.workbook import read_xlsx
    from ingestion.formats.xml.document import read_xml

    declared = contract.format
    if isinstance(declared, Csv):
        return read_delimited(
            path, declared, contract.columns, limits, notes, optional=contract.optional_columns
        )
    if isinstance(declared, Parquet):
        return read_parquet(path, contract, limits, notes)
    if isinstance(declared, Xml):
        return read_xml(path, contract, declared, limits, notes)
    if isinstance(declared, Xlsx):
        return read_xlsx(path, contract, declared, limits, notes)
    return read_json_lines(path, contract, declared, limits, notes)
