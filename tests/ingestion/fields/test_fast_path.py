"""The fast path of delimited text gives what the careful path gives, whatever the bytes.

Belongs here: both paths held against each other. Does not belong here: what is right, which the
catalogues of bad inputs say (`test_bad_csv.py`).
"""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.contracts.formats import Csv
from ingestion.faults import Refused
from ingestion.formats.delimited import fast as delimited_fast
from ingestion.formats.delimited.fast import BlockReader
from ingestion.formats.delimited.quoting import Dialect
from ingestion.formats.delimited.reader import read_delimited
from ingestion.formats.header import match_header
from ingestion.formats.raw import text_blocks
from ingestion.formats.raw.ahead import ahead
from ingestion.limits import Limits
from ingestion.records import FileNotes
from ingestion.words.characters import CONTROLS
from tests.support.judging import contract_of, csv_of, good_rows, judge, readings

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


@given(body=files(), sizes=st.sampled_from(SMALL_BLOCKS))
def test_both_paths_tell_the_same_records_places_faults_and_refusals(body, sizes, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "either"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_blocks, "FIRST_BLOCK", sizes[0])
        patch.setattr(delimited_fast, "BLOCK", sizes[1])
        fast = read(path, body, fast=True)

    assert fast == read(path, body, fast=False)


def test_a_large_clean_file_is_read_in_blocks_but_for_its_beginning(tmp_path, monkeypatch):
    taken: list[int] = []
    whole = BlockReader.read

    def noted(reader, block):
        found = whole(reader, block)
        taken.append(found.lines if found else 0)
        return found

    monkeypatch.setattr(BlockReader, "read", noted)
    body = csv_of(*good_rows(60_000))

    judged = judge(readings(key=[]), body, tmp_path)

    assert judged.outcome.accepted == 60_000
    assert all(taken)
    assert sum(taken) > 55_000


@pytest.mark.whole
def test_bad_rows_of_a_large_file_keep_their_places(tmp_path):
    rows = good_rows(60_000)
    rows[30_000] = rows[30_000] + ",more"
    rows[40_000] = rows[40_000].replace("1.5", "\x01") + "\x01"
    rows[50_000] = rows[50_000].replace(",m", ",feet")
    packed = gzip.compress(csv_of(*rows).encode(), 1)
    contract = readings(key=[], format={"type": "csv", "compression": "gzip"})

    judged = judge(contract, packed, tmp_path)

    told = [(row.record, row.place, row.code) for row in judged.quarantined]
    assert told == [
        (30_001, "line 30002", "columns"),
        (40_001, "line 40002", "control_char"),
        (50_001, "line 50002", "unit_mismatch"),
    ]


@pytest.mark.whole
def test_equal_files_become_equal_bytes(tmp_path):
    body = csv_of(*good_rows(60_000))
    contract = readings(key=[])
    files = []
    for name in ("one", "two"):
        judge(contract, body, tmp_path / name)
        files.append({p.name: p.read_bytes() for p in (tmp_path / name).rglob("*.parquet")})

    assert files[0] == files[1]
    assert files[0]


def test_every_character_with_a_fault_begins_with_a_byte_that_is_looked_for():
    wrong = re.compile(f"[{CONTROLS}\u00a1-\u00fb]")
    beyond_ascii = [chr(code) for code in range(0x80, 0x3000) if wrong.match(chr(code))]

    assert {char.encode()[0] for char in beyond_ascii} <= set(text_blocks.SUSPECT_LEADS)


@pytest.mark.parametrize(
    "block",
    [
        'a,"b\n',
        'a,b"c"\n',
        '"a"b,c\n',
        'a, "b"\n',
        '"a,b\nc",d\n',
        "a,b\r\nc,d\n",
        "a,b\rc,d\n",
        '"a,b"\n  \nc,d\n',
        '"a\n\n",b\n',
        "a,\u0085b\n",
        "a,\u202eb\n",
        "a,\x00\n",
        "a,\x7f\n",
        "\ufeffa,b\n",
        "a," + "b" * 61 + "\n",
    ],
)
def test_a_block_that_needs_care_is_not_taken(block):
    header = match_header(["x", "y"], ("x", "y"), LIMITS)

    assert BlockReader(header, Dialect(",", '"'), LIMITS).read(block.encode()) is None


@pytest.mark.parametrize(
    ("block", "cells"),
    [
        ("1,2\n3,4", [["1", "3"], ["2", "4"]]),
        ('"a","b""c"\r\n"","NULL"\r\n', [["a", ""], ['b"c', "NULL"]]),
        ("ภูเก็ต,\t\n", [["ภูเก็ต"], ["\t"]]),
    ],
)
def test_a_clean_block_is_taken(block, cells):
    header = match_header(["x", "y"], ("x", "y"), LIMITS)

    read = BlockReader(header, Dialect(",", '"'), LIMITS).read(block.encode())

    assert read is not None
    assert [column.to_pylist() for column in read.rows.columns] == cells


@pytest.mark.parametrize(
    "text",
    ["1_000", "๑๒", "nan", "NaN", "inf", "-Infinity", "1e400", "0x10", "1 2", "+-1", "١", "1,5"],
)
@pytest.mark.parametrize("kind", ["number", "integer"])
def test_what_only_looks_like_a_number_is_refused(text, kind, tmp_path):
    fields = [{"name": "id", "type": "string"}, {"name": "amount", "type": kind}]
    body = f'id,amount\na,"{text}"\n'

    judged = judge(contract_of(fields, tolerance={"quarantined_pct": 100}), body, tmp_path)

    assert [row.column for row in judged.quarantined] == ["amount"]


def test_blanks_around_a_number_are_no_part_of_it(tmp_path):
    fields = [{"name": "id", "type": "string"}, {"name": "amount", "type": "integer"}]

    judged = judge(contract_of(fields), "id,amount\na, 12 \nb,\u00a012\t\n", tmp_path)

    assert judged.column("amount") == [12, 12]
    assert judged.outcome.coerced == {"amount": 2}


def test_rows_of_many_days_in_any_order_become_one_sorted_file_a_day(tmp_path):
    days = [f"2025-12-{1 + n * 7 % 30:02d}" for n in range(300)]
    fields = [{"name": "number", "type": "integer"}, {"name": "read_on", "type": "date"}]
    body = "number,read_on\n" + "".join(f"{n},{day}\n" for n, day in enumerate(days))

    judged = judge(contract_of(fields, day="read_on"), body, tmp_path)

    assert [(file.day.isoformat(), file.rows) for file in judged.outcome.files] == [
        (day, days.count(day)) for day in sorted(set(days))
    ]
    assert judged.column("number") == list(range(300))


def test_a_row_that_comes_again_is_dropped_and_a_conflict_shows_the_text_as_it_came(tmp_path):
    rows = good_rows(4)
    other = rows[2].replace(".5,", ".7,")

    judged = judge(
        readings(tolerance={"quarantined_pct": 100}), csv_of(*rows, rows[1], other), tmp_path
    )

    assert judged.outcome.deduplicated == 1
    assert judged.codes == [(3, "dup_conflict"), (6, "dup_conflict")]
    assert "2026-01-07T00:20:00+07:00" in judged.quarantined[0].raw
    assert judged.column("_record") == [1, 2, 4]


def test_things_made_ahead_come_in_order_and_errors_in_their_place():
    def things():
        yield from range(20)
        raise ValueError("after twenty")

    asked = ahead(things())

    assert [next(asked) for _ in range(20)] == list(range(20))
    with pytest.raises(ValueError, match="after twenty"):
        next(asked)


def test_whoever_stops_asking_stops_the_maker():
    made = []

    def things():
        for number in range(1_000):
            made.append(number)
            yield number

    asked = ahead(things())
    next(asked)
    asked.close()

    assert len(made) < 1_000
