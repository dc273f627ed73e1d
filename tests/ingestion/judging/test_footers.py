"""Files of rows that a parser left which a file has taken over: none enters the lake.

Does not belong here: what its answer may say (`test_messages.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.judging.outcome import ParseOutcome
from ingestion.judging.sandbox import Job, Sandbox
from ingestion.limits import Limits
from tests.support.hostile import TakenOver
from tests.support.judging import DELIVERY, NOW, csv_of, good_rows, judge, readings


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with TakenOver(Limits(wall_seconds=20)) as sandbox:
        yield sandbox


def answered(sandbox: Sandbox, folder: Path, body: bytes, first: str) -> ParseOutcome:
    """The outcome when the child, taken over, does this first and answers with these bytes."""
    (folder / "work").mkdir(exist_ok=True)
    (folder / "file").write_text(f"!{first}\nanswer = {body!r}")
    return sandbox.parse(Job(readings(), folder / "file", folder / "work", DELIVERY, NOW))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("made.write_bytes(b'')", "not Parquet"),
        ("made.write_bytes(b'PAR1PAR1')", "not Parquet"),
        ("made.write_bytes(b'PAR1' + bytes(100))", "not Parquet"),
        ("made.write_bytes(b'PAR1' + b'\\xff' * 4 + b'PAR1')", "not Parquet"),
        ("made.write_bytes(b'PAR1' + b'x' * 64 + b'\\x40\\0\\0\\0PAR1')", "footer cannot be read"),
        ("pq.write_table(rows.append_column('more', rows['unit']), made)", "other columns"),
        ("pq.write_table(rows.drop_columns('unit'), made)", "other columns"),
        ("pq.write_table(rows.select(rows.column_names[::-1]), made)", "other columns"),
        ("pq.write_table(rows.set_column(3, 'value', rows['unit']), made)", "other columns"),
        ("pq.write_table(rows.slice(1), made)", "another number of rows"),
    ],
)
def test_rows_that_are_not_those_of_the_contract_never_enter_the_lake(
    harm: str, said: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    honest = judge(readings(), csv_of(*good_rows(2)), tmp_path)
    (file,) = honest.outcome.files
    (rows,) = tmp_path.glob(f"*/*/{file.name}")
    whole = rows.read_bytes()
    taken: dict[str, object] = {"status": "accepted", "records": 2, "rows": 2, "accepted": 2}
    taken |= {"files": [{"day": f"{file.day}", "name": file.name, "rows": 2}]}
    body = json.dumps({"outcome": taken}).encode() + b"\n"
    first = (
        f"import io, pyarrow.parquet as pq\nmade = work / {file.name!r}\n"
        f"rows = pq.read_table(io.BytesIO({whole!r}))\n"
    )

    well = answered(sandbox, tmp_path, body, f"{first}made.write_bytes({whole!r})")
    (tmp_path / "work" / file.name).unlink()
    ill = answered(sandbox, tmp_path, body, first + harm)

    assert well.status == "accepted"
    assert (ill.status, ill.code) == ("refused", "parser_answer")
    assert said in ill.message
    assert list((tmp_path / "work").iterdir()) == []
