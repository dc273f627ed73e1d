"""Contracts drafted from samples: what is guessed, with what reason, and that the sample is taken.

Belongs here: `ingestion.scaffold` through the real loader and parser. Does not belong here: the
command (`tests/orchestration/test_new_source.py`).
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from city.channels import Catalogued, Drop
from city.city import demo_city
from city.sources import SOURCES
from ingestion.errors import PermanentError
from ingestion.judging.sandbox import Sandbox
from ingestion.scaffold.naming import named
from ingestion.scaffold.shape import SampleUnclear
from ingestion.scaffold.writing import TO_FILL
from ingestion.sources.loading import CONTRACTS
from ingestion.sources.reserved import SQL_WORDS
from tests.support.drafting import (
    Drafting,
    assert_takes_all,
    column,
    gzipped,
    zipped,
)

TABLE = "สถานี,วันที่,จำนวน\nKT-01,01/09/2568,5\nKT-02,02/09/2568,7\n"
RECORDS = [{"station": "KT-01", "ok": True, "level": 1.5}, {"station": "KT-02", "ok": False}]


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["รายงานประจำปี"], ["สถานี", "ปี", "จำนวน"], ["KT-01", 2568, 5], ["KT-02", 2568, 7]):
        sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def parquet() -> bytes:
    table = pa.table(
        {
            "station": ["KT-01", "KT-02"],
            "ok": [True, False],
            "day": [date(2025, 9, 1), date(2025, 9, 2)],
            "at": pa.array([datetime(2025, 9, 1)] * 2, pa.timestamp("us")),  # noqa: DTZ001
            "told_at": pa.array([datetime(2025, 9, 1, tzinfo=UTC)] * 2, pa.timestamp("us", "UTC")),
            "level": [1.5, None],
            "count": [1, 2],
            "parts": [[1], [2]],
        }
    )
    made = io.BytesIO()
    pq.write_table(table, made)
    return made.getvalue()


XML = """<?xml version="1.0"?><report><made>now</made><stations>
<station id="KT-01"><name>A</name><level unit="m">1.5</level></station>
<station id="KT-02"><name>B</name><level unit="m">1.7</level></station></stations></report>"""
SAMPLES: dict[str, bytes] = {
    "comma.csv": TABLE.encode(),
    "mark.csv": TABLE.encode("utf-8-sig"),
    "tabs.tsv": TABLE.replace(",", "\t").encode(),
    "semicolon.csv": TABLE.replace(",", ";").encode(),
    "pipe.txt": TABLE.replace(",", "|").encode(),
    "crlf.csv": TABLE.replace("\n", "\r\n").encode(),
    "thai.csv": TABLE.encode("cp874"),
    "wide.csv": TABLE.encode("utf-16"),
    "packed.csv.gz": gzipped(TABLE.encode()),
    "packed.zip": zipped("data.csv", TABLE.encode()),
    "titles.csv": f"รายงานประจำปี,,\nหน่วยงาน ก,,\n{TABLE}".encode(),
    "no_names.csv": TABLE.split("\n", 1)[1].encode(),
    "two_names.csv": TABLE.replace("วันที่", "สถานี").encode(),
    "lines_in_cells.csv": b'name,remark\nA,"one\ntwo"\nB,"three, four"\n',
    "lines.jsonl": "\n".join(json.dumps(r) for r in RECORDS).encode(),
    "pages.jsonl": "\n".join(json.dumps({"result": {"records": RECORDS}}) for _ in "ab").encode(),
    "list.json": json.dumps(RECORDS, indent=1).encode(),
    "inside.json": json.dumps({"ok": 1, "data": {"items": RECORDS}}).encode(),
    "nested.json": json.dumps([{"id": 1, "place": {"name": {"th": "ก"}}, "xs": [1]}]).encode(),
    "stored.parquet": parquet(),
    "book.xlsx": workbook(),
    "tree.xml": XML.encode(),
}


CITY = replace(demo_city(), station_share=0.1)  # files of sensors are alike in all their rows
FILES = [source for source in SOURCES if isinstance(source, Drop | Catalogued)]


@pytest.fixture
def drafted(tmp_path: Path, sandbox: Sandbox) -> Drafting:
    return Drafting(tmp_path, sandbox)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_draft_accepts_every_row_of_its_sample(name: str, drafted: Drafting) -> None:
    assert_takes_all(drafted(SAMPLES[name], name))


@pytest.mark.whole
@pytest.mark.parametrize("source", FILES, ids=lambda source: source.source)
def test_a_file_of_every_source_that_sends_files_is_taken_whole(
    source: Drop | Catalogued, drafted: Drafting
) -> None:
    """Answers of services are drafted from what their connectors keep, which is JSON: as above."""
    name, body = sample(source)

    assert_takes_all(drafted(body, name))


def sample(source: Drop | Catalogued) -> tuple[str, bytes]:
    """The first file that nothing is wrong with as a whole."""
    if isinstance(source, Catalogued):
        table = source.table(CITY)
        return table.resource, table.body
    files = (file for day in CITY.calendar for file in source.files(CITY, day))
    whole = (f for f in files if not any(defect.outcome == "refused" for defect in f.defects))
    file = next(whole)
    return file.name, file.body


CELLS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp"))),
    st.sampled_from(["", "-", "รอประมวลผล", "NaN", "1e5", "007", "1,234", "๑๒", "2568", "-999"]),
    st.sampled_from(["01/02/2568", "31/02/2568", "2026-01-08", "2026-01-08T02:00:00+07:00", "yes"]),
    st.sampled_from(["aa:bb:cc:dd:ee:ff", "กข 1234", "081-234-5678", "=1+1", "'", '"', "a;b"]),
    st.integers().map(str),
    st.floats().map(str),
)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=2, max_size=12)
)


@given(rows=TABLES, delimiter=st.sampled_from(",;\t|"))
def test_any_table_gets_a_draft_that_accepts_what_any_contract_could(
    rows: list[list[str]], delimiter: str, drafted: Drafting
) -> None:
    made = io.StringIO()
    writer = csv.writer(made, delimiter=delimiter, lineterminator="\n")
    writer.writerows([[f"name {n}" for n, _ in enumerate(rows[0])], *rows])

    try:
        draft = drafted(made.getvalue())
    except SampleUnclear as error:  # blanks alone, or nothing but what looks personal
        assume(not re.search("holds no rows|nothing would be left", str(error)))
        raise

    assert draft.outcome.status == "accepted", draft.text
    assert set(draft.outcome.reasons) <= {"columns", "csv_quote", "control_char", "encoding"}


def test_a_sample_that_is_mostly_bad_is_taken_and_that_is_marked_for_review(
    drafted: Drafting,
) -> None:
    draft = drafted('depth,day\n"a"b,1\n"c"d,2\n3,4\n')

    assert draft.outcome.status == "accepted"
    assert draft.outcome.reasons == {"csv_quote": 2}
    assert "quarantined_pct: 100" in draft.text
    assert "2 of 3 rows of the sample are bad; is the layout right?" in draft.text


def test_rows_of_which_every_one_is_half_empty_are_a_table_too(drafted: Drafting) -> None:
    assert_takes_all(drafted("name\n1,\n2,\n"))


def test_what_looks_personal_is_dropped_until_somebody_decides(drafted: Drafting) -> None:
    macs = [f"aa:bb:cc:dd:ee:{n:02x}" for n in range(4)]
    draft = drafted(column(*macs, heading="client"))

    assert_takes_all(draft)
    assert draft.contract.classification == "personal"
    assert draft.field("client").sensitivity == "drop"
    assert "hardware (MAC) address" in draft.why("client", "sensitivity")


def test_every_text_for_people_is_left_to_people(drafted: Drafting) -> None:
    draft = drafted(TABLE)

    assert f"title: {{th: {TO_FILL}, en: {TO_FILL}}}" in draft.text
    assert f"description: {{th: สถานี, en: {TO_FILL}}}" in draft.text


def test_no_contract_of_ours_is_still_a_draft() -> None:
    unfinished = [
        path.name
        for path in CONTRACTS.rglob("*.yaml")
        if TO_FILL in path.read_text("utf-8") or "# review:" in path.read_text("utf-8")
    ]

    assert unfinished == []


def test_the_same_sample_gives_the_same_draft(drafted: Drafting) -> None:
    first, second = (drafted(TABLE).text for _ in range(2))

    assert first == second


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "no line with text"),
        (b"a,b\n", "holds no rows"),
        (b"\x00\x01\x02\x03" * 50, "no text that we can read"),
        (b"<!doctype html><title>Log in</title>", "html_document"),
        (b"[[1, 2], [3, 4]]", "holds no list of JSON objects"),
        (b'{"error": "busy"}', "holds no list of JSON objects"),
        (b"{broken", "is no JSON"),
        (b"PAR1 and no more", "no whole Parquet file"),
        (b'<!DOCTYPE r [<!ENTITY x "y">]><r><a b="1"/><a b="2"/></r>', "is no XML that we read"),
        (b"<r><a>1</a></r>", "no repeated element"),
    ],
)
def test_what_no_contract_can_describe_is_told(body: bytes, said: str, drafted: Drafting) -> None:
    with pytest.raises(PermanentError) as raised:
        drafted(body, "sample.bin")

    assert said in raised.value.message


def test_names_are_never_words_of_sql_and_never_alike() -> None:
    names = [each.name for each in named(["order", "Order", "ปี", "พ.ศ./ปี", "*", "at", "x", "x"])]

    assert len(set(names)) == len(names)
    assert not set(names) & SQL_WORDS


def test_the_words_of_sql_are_those_of_the_engine() -> None:
    found = duckdb.sql(
        "select keyword_name from duckdb_keywords() "
        "where keyword_category in ('reserved', 'type_function')"
    ).fetchall()

    assert {word for (word,) in found} - SQL_WORDS == set()
