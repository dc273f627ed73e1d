"""The fast path of JSON Lines gives what the careful path gives, whatever the bytes.

Belongs here: both paths held against each other. Does not belong here: what is right, which the
catalogue of bad inputs says (`test_bad_json_lines.py`), and which lines the fast path takes
(`test_json_line_shapes.py`).
"""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.faults import Refused
from ingestion.formats.json import lines_fast as json_lines_fast
from ingestion.formats.json.lines import read_json_lines
from ingestion.formats.json.lines_fast import BlockReader
from ingestion.formats.raw import line_blocks, text_blocks
from ingestion.formats.raw.line_blocks import Lines
from ingestion.limits import Limits
from ingestion.records import FileNotes
from tests.support.judging import contract_of, json_of, judge, readings

LIMITS = replace(Limits(), field_chars=400, record_chars=500, columns=6)
SMALL_BLOCKS = [(1, 60), (16, 200), (40, 1000), (1, 1)]
CONTRACT = contract_of(
    [
        {"name": "first", "type": "string", "source": "a"},
        {"name": "amount", "type": "number", "source": "b"},
        {"name": "open", "type": "boolean"},
        {"name": "nested", "type": "string", "source": "o.x"},
        {"name": "second", "type": "string", "source": "l.1"},
        {"name": "tags", "type": "string", "items": True},
    ],
    format={"type": "json_lines"},
)
TEXTS = st.one_of(
    st.sampled_from(["", "1", "ภูเก็ต", " a ", "a,b", "a,", "x, ", "null", "true", "}", "[{", ":"]),
    st.sampled_from(
        ['"', "\\", "\\u0e01", "\n", "\t", "\x00", "\x7f", "\u202e", "à¸\u00a0à¸", "é"]
    ),
    st.sampled_from(["\ufeff", "\u2028", "\ud800", "y" * 190, "y" * 390, "y" * 480]),
    st.sampled_from(
        [":5", " : -1,", ":true}", " ", "µg/m³", "a/b", "🐘", "àกà¸", "\\u0e01", "\\n"]
    ),
    st.text('ab1,"{}[]: กé\u200b\\', max_size=6),
)
NUMBERS = st.sampled_from(
    ["0", "-0", "7", "-12", "1.50", "1e5", "1E+05", "-0.1e-3", "123456789012345678901"]
)
LITERALS = st.sampled_from(["null", "true", "false", "null"])
WRONG = st.sampled_from(
    [
        "01",
        "+1",
        ".5",
        "1.",
        "1e",
        "NaN",
        "Infinity",
        "nul",
        "True",
        "'a'",
        "1_0",
        "0x1",
        "--1",
        ",",
    ]
)
ESCAPED = st.one_of(
    st.sampled_from([r"\u0022", r"\u005c", r"\u000a", r"\u007f", r"\u00a0", r"\u0020", r"\u3a"]),
    st.sampled_from([r"\/", r"\\u0e01", r"\/\u0e01\u002f", r"\ud83d\udc18", r"\udc18\ud83d"]),
    st.sampled_from([r"\u00e0\u00b8\u00e0\u00b8x", r"\u003a5"]),
)
INSIDE = st.sampled_from(
    ['{"x": "in"}', '{"x":1,"z":2}', "{}", "[]", '["p"]', '["p", "q"]', "[1,2]"]
)


def quoted(text: str, *, escaped: bool = False) -> str:
    return json.dumps(text, ensure_ascii=escaped)


PLAIN = st.one_of(NUMBERS, LITERALS, st.sampled_from(["x", "ภูเก็ต", "1", "a b", ""]).map(quoted))
ANY = st.one_of(
    NUMBERS,
    LITERALS,
    WRONG,
    INSIDE,
    TEXTS.map(quoted),
    TEXTS.map(lambda t: quoted(t, escaped=True)),
    ESCAPED.map('"{}"'.format),
)
SHAPES = [
    ("a", "b"),
    ("b", "a", "open"),
    ("a", "b", "more"),
    (" a", "_id", "o"),
    ("a", "l", "o", "tags"),
    ("new", "a", "deep"),
    (":1", " a", "a"),
    (" a", "b", "a"),
    ("b", "", "_id", ":true"),
    ("open", "mo\u00adre", "ใหม่", "o.x"),
]


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A file of few shapes, mostly clean, with some of everything in it."""
    colon, comma = draw(st.sampled_from([(":", ","), (": ", ", "), (" : ", " , ")]))
    end = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    shapes = draw(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=3))
    nested = draw(
        st.sampled_from(['{"x": %s}', '{"y": 1, "x": %s}', '["p", %s]', '{"z":{"x":%s}}'])
    )
    lines = []
    for _ in range(draw(st.integers(0, 30))):
        shape = draw(st.sampled_from(shapes))
        clean = draw(st.integers(0, 12))
        cells = []
        for key in shape:
            value = draw(PLAIN if clean else ANY)
            cells.append(quoted(key) + colon + (nested % value if key in "old" else value))
        line = "{" + comma.join(cells) + "}"
        if not draw(st.integers(0, 30)):
            line = draw(
                st.sampled_from(
                    ["", " ", line + " ", line[:-1], line + ",", "[1]", "x", " " + line]
                )
            )
        if not draw(st.integers(0, 40)):
            line = line.replace(shape[0], shape[-1])
        lines.append(line + end)
    body = "".join(lines)
    body = body if draw(st.integers(0, 3)) else body.rstrip("\r\n")
    encoded = body.encode("utf-8", "surrogatepass")
    for at in draw(st.lists(st.integers(0, 900), max_size=2)) if draw(st.booleans()) else []:
        encoded = (
            encoded[:at]
            + draw(st.sampled_from([b"", b'"', b",", b"}", b"\xff", b"1", b"\n", b"\r"]))
            + encoded[at + 1 :]
        )
    return encoded


def read(path: Path, body: bytes, *, fast: bool) -> tuple[object, ...]:
    """Everything that a reader tells of a file."""
    path.write_bytes(body)
    notes, rows = FileNotes(), []
    try:
        for batch in read_json_lines(path, CONTRACT, CONTRACT.format, LIMITS, notes, fast=fast):
            batch.validate(full=True)
            rows += batch.to_pylist()
    except Refused as refused:
        return (str(refused), notes.encoding)
    for row in rows:
        row["_place"] = row["_place"] or f"line {row['_record']}"
    named = (notes.named_in, notes.unnamed)
    return (rows, notes.records, notes.encoding, notes.new_columns, notes.open_end, named)


@given(body=files(), sizes=st.sampled_from(SMALL_BLOCKS))
def test_both_paths_tell_the_same_records_places_faults_and_refusals(body, sizes, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "either"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_blocks, "FIRST_BLOCK", sizes[0])
        patch.setattr(line_blocks, "BLOCK", sizes[1])
        patch.setattr(json_lines_fast, "_FEW", 0)
        fast = read(path, body, fast=True)

    assert fast == read(path, body, fast=False)


def test_a_large_file_is_read_in_blocks_but_for_its_beginning(tmp_path, monkeypatch):
    taken: list[int] = []
    whole = BlockReader.read

    def noted(reader: BlockReader, lines: Lines) -> json_lines_fast.Block | None:
        found = whole(reader, lines)
        taken.append(found.lines if found else 0)
        return found

    monkeypatch.setattr(BlockReader, "read", noted)
    monkeypatch.setattr(line_blocks, "BLOCK", 1 << 16)
    records = [
        {"station": "PKT-01", "parameter": "do", "time": f"2026-01-07T02:{n % 60:02d}:00+07:00"}
        | {"value": n % 20, "unit": "mg/L"}
        | ({"note": "ใหม่"} if n % 3 else {})
        for n in range(3_000)
    ]
    records[2_000] |= {"value": [1]}
    packed = gzip.compress(json_of(*records).encode(), 1)
    contract = readings(key=[], format={"type": "json_lines", "compression": "gzip"})

    judged = judge(contract, packed, tmp_path)

    assert sum(taken) > 2_000
    assert all(taken)
    assert [(row.record, row.place, row.code) for row in judged.quarantined] == [
        (2_001, "line 2001", "json_type")
    ]
    assert judged.column("_record") == [n for n in range(1, 3_001) if n != 2_001]
    assert judged.outcome.new_columns == ("note",)
    assert judged.accepted[-1]["_rescued"] == '{"note": "ใหม่"}'
