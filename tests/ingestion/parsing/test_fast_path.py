"""The fast path of delimited text gives what the careful path gives, whatever the bytes.

Belongs here: both paths held against each other. Does not belong here: what is right, which the
catalogues of bad inputs say (`test_bad_csv.py`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.contracts.model import Csv
from ingestion.parsing import delimited_fast
from ingestion.parsing.delimited import read_delimited
from ingestion.parsing.limits import Limits
from ingestion.parsing.outcome import Refused
from ingestion.parsing.records import FileNotes

LIMITS = replace(Limits(), field_chars=60, record_chars=90)
SMALL_BLOCKS = [(1, 24), (8, 40), (16, 200), (1, 1)]
CELLS = st.one_of(
    st.sampled_from(
        ["", "1", "ภูเก็ต", " a ", "a,b", "x\ty", "NULL", "'", "é", "\u00a0", "\u2028", "\ufeff"]
    ),
    st.sampled_from(['"', '""', '"a"', '"a""b"', '"a\nb"', '"a\r\nb"', '"a"b', 'a"b"', '"', '"a,']),
    st.sampled_from(["\x00", "\x7f", "\x1c", "\u0085", "\u202e", "à¸\u00a0à¸", "x" * 70, "\r"]),
    st.text("ab1,\"\n\r\t ;'กé\u200b", max_size=6),
)
PLAIN = st.sampled_from(["1", "ab", "ภูเก็ต", "", "12.5", '"q"', '"a""b"', " "])
ENDS = st.sampled_from(["\n", "\r\n", "\n", "\r", "\n\n", "\n \n", "\n\t\t\n"])


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A file of three columns: mostly clean, with some of everything in it."""
    delimiter = draw(st.sampled_from([",", "\t", ";"]))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    lines = [delimiter.join(draw(st.sampled_from([["a", "b", "c"], ["c", "x", "a", "b"]])))]
    for _ in range(draw(st.integers(0, 25))):
        clean = draw(st.integers(0, 4))
        width = len(lines[0].split(delimiter)) if clean else draw(st.integers(1, 5))
        cells = [draw(PLAIN if clean else CELLS) for _ in range(width)]
        lines.append(delimiter.join(cells))
    ends = [end if draw(st.integers(0, 9)) else draw(ENDS) for _ in lines]
    ends[-1] = draw(st.sampled_from([end, ""]))
    body = "".join(map("".join, zip(lines, ends, strict=True)))
    encoded = body.encode(draw(st.sampled_from(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16"])))
    for at in draw(st.lists(st.integers(0, 400), max_size=2)) if draw(st.booleans()) else []:
        encoded = encoded[:at] + draw(st.binary(max_size=2)) + encoded[at + 1 :]
    return encoded


def read(path: Path, body: bytes, *, fast: bool) -> tuple[object, ...]:
    """Everything that a reader tells of a file, in the order of its records."""
    path.write_bytes(body)
    first = body.splitlines()[0] if body.splitlines() else b""
    delimiter = next((d for d in ("\t", ";") if d.encode() in first), ",")
    declared, notes = Csv(type="csv", delimiter=delimiter), FileNotes()
    rows: list[dict[str, object]] = []
    refusal = ""
    try:
        for batch in read_delimited(path, declared, ("a", "b", "c"), LIMITS, notes, fast=fast):
            batch.validate(full=True)
            rows += batch.to_pylist()
    except Refused as refused:
        return (str(refused), notes.encoding)
    for row in rows:
        row["_place"] = row["_place"] or f"line {row['_record'] + 1}"
    rows.sort(key=lambda row: row["_record"])
    return (refusal, rows, notes.records, notes.encoding, notes.new_columns, notes.open_end)


@settings(max_examples=15000, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=files(), sizes=st.sampled_from(SMALL_BLOCKS))
def test_both_paths_tell_the_same_records_places_faults_and_refusals(body, sizes, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "either"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited_fast, "FIRST_BLOCK", sizes[0])
        patch.setattr(delimited_fast, "BLOCK", sizes[1])
        fast = read(path, body, fast=True)

    assert fast == read(path, body, fast=False)
