"""Properties: rows come back through any dialect, encoding and compression; no edit loses a row.

Does not belong here: single bad inputs, which stand in `test_bad_<format>.py`.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.contracts import SourceContract
from ingestion.words.characters import fold
from tests.support.judging import contract_of, csv_of, good_rows, json_of, judge, readings

THAI = "กขคงจฉชซญดตถทธนบปผฝพฟภมยรลวศษสหอฮะาิีึืุูเแโใไ็่้๊๋์ๆ๐๑๒๓"
PLAIN = "abcXYZ0123456789 ,;|\t\"'=+-@_/\\\n."
# Any text that cp874 can hold, in the form in which texts are kept.
texts = st.text(st.sampled_from(THAI + PLAIN), min_size=1, max_size=12).map(
    lambda text: fold(f"ก{text}ข")
)
rows = st.lists(st.tuples(texts, st.floats(-1e9, 1e9), st.integers(0, 10**15)), max_size=8)
FIELDS: list[dict[str, object]] = [
    {"name": "note", "type": "string", "required": True},
    {"name": "level", "type": "number", "required": True},
    {"name": "number", "type": "integer", "required": True},
]


def contract(**declared: object) -> SourceContract:
    return contract_of(FIELDS, format=declared)


def given_back(outcome: object, written: list[tuple[str, float, int]]) -> None:
    accepted = [(row["note"], row["level"], row["number"]) for row in outcome]  # type: ignore[attr-defined]
    assert accepted == written


@given(
    written=rows,
    delimiter=st.sampled_from(",;|\t"),
    quote=st.sampled_from("\"'"),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp874", "utf-16"]),
    compression=st.sampled_from(["none", "gzip"]),
    reverse=st.booleans(),
)
def test_rows_come_back_from_delimited_text_in_any_dialect(
    tmp_path: Path,
    written: list[tuple[str, float, int]],
    delimiter: str,
    quote: str,
    newline: str,
    quoting: int,
    encoding: str,
    compression: str,
    reverse: bool,
) -> None:
    text = io.StringIO()
    step = -1 if reverse else 1
    if newline == "\r" and quoting == csv.QUOTE_MINIMAL:  # Python would leave a line feed bare
        quoting = csv.QUOTE_NONNUMERIC
    writer = csv.writer(
        text, delimiter=delimiter, quotechar=quote, lineterminator=newline, quoting=quoting
    )
    writer.writerow(["note", "level", "number"][::step])
    writer.writerows([[note, repr(level), number][::step] for note, level, number in written])
    body = text.getvalue().encode(encoding)
    declared = encoding if encoding in ("cp874", "utf-16") else "utf-8"
    words = contract(
        type="csv",
        delimiter=delimiter,
        quote=quote,
        encoding=declared,
        compression=compression,
    )

    judged = judge(words, gzip.compress(body) if compression == "gzip" else body, tmp_path)

    given_back(judged.accepted, written)


@given(
    written=rows,
    ascii_only=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    compression=st.sampled_from(["none", "gzip"]),
    paged=st.booleans(),
)
def test_rows_come_back_from_json_in_any_spelling(
    tmp_path: Path,
    written: list[tuple[str, float, int]],
    ascii_only: bool,
    encoding: str,
    compression: str,
    paged: bool,
) -> None:
    records: list[object] = [{"number": n, "note": t, "level": v} for t, v, n in written]
    documents = [{"result": {"records": records}}] if paged else records or [{"_id": 1}]
    lines = "".join(json.dumps(one, ensure_ascii=ascii_only) + "\n" for one in documents)
    body = lines.encode(encoding)
    path = ["result", "records"] if paged else []
    words = contract(type="json_lines", compression=compression, record_path=path)

    judged = judge(words, gzip.compress(body) if compression == "gzip" else body, tmp_path)

    given_back(judged.accepted, written)


@given(
    written=rows,
    codec=st.sampled_from(["none", "snappy", "gzip", "zstd", "brotli"]),
    dictionary=st.booleans(),
    group=st.integers(1, 9),
)
def test_rows_come_back_from_parquet_however_it_is_packed(
    tmp_path: Path,
    written: list[tuple[str, float, int]],
    codec: str,
    dictionary: bool,
    group: int,
) -> None:
    notes, levels, numbers = zip(*written, strict=True) if written else ((), (), ())
    columns = {
        "number": pa.array(numbers, pa.int64()),
        "note": pa.array(notes, pa.string()),
        "level": pa.array(levels, pa.float64()),
    }
    sink = io.BytesIO()
    pq.write_table(
        pa.table(columns),
        sink,
        compression=codec,
        use_dictionary=dictionary,
        row_group_size=group,
        write_page_checksum=True,
    )

    judged = judge(contract(type="parquet"), sink.getvalue(), tmp_path)

    given_back(judged.accepted, written)


READINGS = [
    {
        "station": "PKT-01",
        "parameter": "do",
        "time": f"2026-01-07T0{n}:00:00Z",
        "value": n,
        "unit": "mg/L",
    }
    for n in range(6)
]
BODIES = {
    "csv": (csv_of(*good_rows(6)).encode(), {"type": "csv"}),
    "csv.gz": (
        gzip.compress(csv_of(*good_rows(6)).encode()),
        {"type": "csv", "compression": "gzip"},
    ),
    "cp874": (csv_of(*good_rows(6)).encode(), {"type": "csv", "encoding": "cp874"}),
    "utf-16": (csv_of(*good_rows(6)).encode("utf-16"), {"type": "csv"}),
    "json": (
        json_of(*READINGS).encode(),
        {"type": "json_lines"},
    ),
    "pages": (
        json_of(*({"result": {"records": [one]}} for one in READINGS[:4])).encode(),
        {"type": "json_lines", "record_path": ["result", "records"]},
    ),
}
edits = st.lists(
    st.tuples(
        st.sampled_from(["replace", "insert", "delete", "double"]),
        st.floats(0, 1, exclude_max=True),
        st.binary(min_size=1, max_size=4) | st.sampled_from([b'"', b"\n", b",", b"\r", b"\0"]),
    ),
    min_size=1,
    max_size=5,
)


@pytest.mark.parametrize("kind", BODIES)
@given(changes=edits)
def test_no_edit_of_the_bytes_loses_a_row_or_is_more_than_an_outcome(
    kind: str, tmp_path: Path, changes: list[tuple[str, float, bytes]]
) -> None:
    body, declared = BODIES[kind]
    for change, share, piece in changes:
        at = int(share * len(body))
        dropped = len(piece) if change in ("replace", "delete") else 0
        between = (
            b"" if change == "delete" else body[at : at + 20] * 2 if change == "double" else piece
        )
        body = body[:at] + between + body[at + dropped :]

    judged = judge(readings(format=declared), body, tmp_path)

    # `judge` has checked the sum, and what the files hold against it.
    assert judged.outcome.status in ("accepted", "refused")
    assert sum(judged.outcome.reasons.values()) == judged.outcome.quarantined


@given(order=st.permutations(range(8)))
def test_the_order_of_the_rows_in_a_file_changes_only_their_numbers(
    tmp_path: Path, order: list[int]
) -> None:
    lines = [*good_rows(4), good_rows(1)[0], "PKT-01,do,x,1,mg/L"]
    conflict = good_rows(2, 6)[1]
    lines += [conflict, conflict.replace(".5,", ".6,")]

    judged = judge(readings(), csv_of(*(lines[n] for n in order)), tmp_path)

    assert sorted(map(float, judged.column("value"))) == [0.5, 1.5, 2.5, 3.5]  # type: ignore[arg-type]
    assert judged.outcome.reasons == {"dup_conflict": 2, "ts_format": 1}
    assert judged.outcome.deduplicated == 1
