"""Rows that are taken at a glance are the rows, and have the values, that the casts give.

Does not belong here: what is right, which the catalogues of bad inputs say (`test_bad_csv.py`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.contracts import SourceContract
from ingestion.fields.query import value_columns
from ingestion.fields.rows import PlainRows
from ingestion.judging import planned
from ingestion.judging.spool import Spool
from ingestion.records import BatchBuilder
from tests.support.judging import NOW, contract_of

MAC = {"kind": "mac", "purpose": "wifi", "period": "month"}
PLATE = {"kind": "plate", "purpose": "lpr", "period": "day", "province": "region"}
KINDS: dict[str, dict[str, object]] = {
    "text": {"type": "string", "max_length": 5},
    "code": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$", "required": True},
    "loose": {"type": "string", "pattern": "[a-c]+|ก.?"},
    "word": {"type": "string", "allowed": {"m": ["m", "metre"], "ก": ["ข"]}},
    "why": {"type": "string", "missing": {"": "missing", "-": "pending"}},
    "why_count": {"type": "integer", "missing": {"007": "trace"}, "minimum": 0},
    "first": {"type": "string", "part": {"separator": "-", "number": 1}, "max_length": 4},
    "last": {"type": "string", "part": {"separator": "-", "number": -1}, "pattern": "[0-9]+"},
    "third": {"type": "string", "part": {"separator": "b", "number": 3}, "required": True},
    "capital": {"type": "string", "letter_case": "upper", "pattern": "[A-Z]{2}-.*"},
    "small_part": {
        "type": "string",
        "letter_case": "lower",
        "part": {"separator": "-", "number": 1},
        "allowed": {"m": [], "ab": ["abc"]},
    },
    "tambon": {"type": "string", "place": "tambon"},
    "joined": {"type": "timestamp", "joined": ["clock"], "zone": "Asia/Bangkok"},
    "clock": {"type": "string"},
    "percent": {"type": "number", "multiply": 0.01, "maximum": 1},
    "tenfold": {"type": "number", "multiply": 10},
    "epoch": {"type": "timestamp", "formats": ["epoch_us"]},
    "epoch_ms": {"type": "timestamp", "formats": ["epoch_ms"]},
    "count": {"type": "integer", "minimum": 0, "maximum": 10**6},
    "free": {"type": "integer"},
    "level": {"type": "number", "sentinels": ["-999"], "maximum": 1e9},
    "coded": {
        "type": "number",
        "multiply": 0.01,
        "missing": {"-1": "pending", "ab": "trace"},
        "sentinels": ["-999", "0"],
        "quarantine": ["sentinel"],
    },
    "grouped": {"type": "number", "thousands": ","},
    "thai": {"type": "number", "thai_digits": True},
    "north": {"type": "number", "minimum": 5, "maximum": 21, "paired_with": "east"},
    "east": {"type": "number", "minimum": 20, "maximum": 99},
    "measured": {
        "type": "number",
        "by": {
            "column": "word",
            "cases": {"m": {"unit": "m", "minimum": 1, "maximum": 2}, "ก": {"unit": "m"}},
        },
    },
    "truth": {"type": "boolean"},
    "moment": {"type": "timestamp"},
    "naive": {"type": "timestamp", "zone": "Asia/Bangkok"},
    "hours": {"type": "timestamp", "zone": "Asia/Bangkok"},
    "day": {"type": "date"},
    "mac": {"type": "string", "sensitivity": "identifier", "identifier": MAC},
    "mac_part": {
        "type": "string",
        "part": {"separator": " ", "number": 1},
        "letter_case": "upper",
        "sensitivity": "identifier",
        "identifier": MAC,
    },
    "plate": {
        "type": "string",
        "thai_digits": True,
        "sensitivity": "identifier",
        "identifier": PLATE,
    },
    "region": {"type": "string", "place": "plate_region"},
}
PERSONAL = {"mac", "mac_part", "plate"}
BESIDE = {"plate": "region", "joined": "clock", "north": "east", "measured": "word"}
CELLS: dict[str, list[str]] = {
    "string": [
        "ab",
        "AB-123",
        "AB-12",
        "ab-123",
        "abc",
        "กข",
        "ก",
        "m",
        "metre",
        "ข",
        "-",
        "é",
        "a b",
    ],
    "integer": [
        "0",
        "7",
        "-7",
        "-0",
        "007",
        "+7",
        "1.0",
        "12345678901234567890",
        "1000001",
        "0x10",
    ],
    "number": ["1.5", "-999", "1e3", ".5", "5.", "1,234", "-0.0", "nan", "2000000000", "9" * 40],
    "boolean": ["true", "false", "True", "1"],
    "timestamp": [
        *("2026-01-08T02:00:00+07:00", "2026-01-08T02:00:00Z", "2026-01-08 02:00:00+07:00"),
        *("2026-02-30T02:00:00+07:00", "2026-01-08T24:00:00+07:00", "2569-01-08T02:00:00+07:00"),
        *("2026-01-08T02:00:00+08:00", "2026-01-08T02:00:00", "1999-01-08T02:00:00Z"),
        *("2026-01-08T02:00:60Z", "2026-01-08T02:00:0aZ", "2026-01-08T02:00:00.5Z"),
        *("2026-01-08T02:00:00.12+07", "2026-01-08T 2:00:00+07:00", "2026-01-08T02:00:00+07.00"),
        *("20260-1-08T02:00:00+07:00", "2026-01-08T02:00:00-07:00", "2026-01-08T02:00:00+07:0x"),
    ],
    "date": ["2026-01-08", "2026-02-29", "2026-1-8", "1899-12-31", "2569-01-08", "2026-13-01"],
}
OF_KIND = {
    "mac": [
        *("02:25:11:51:c8:cd", "02-25-11-51-C8-CD", "01:25:11:51:c8:cd", "00:00:00:00:00:00"),
        *("02251151c8cd", "02251151C8CD", "0225.1151.c8cd", "0225-1151-C8CD", "0225:1151:c8cd"),
        *("02:25-11:51:c8:cd", "03251151c8cd", "zz"),
    ],
    "mac_part": ["02:25:11:51:c8:cd", "02251151c8cd x", "02251151C8CD x y", " 02251151c8cd", "x"],
    "plate": [
        "กข1234",
        "1กข 1234",
        "กข๑๒",
        "70-0001",
        "700001",
        "7-0001",
        "กข1234ภูเก็ต",
        "ABC12",
        "ข",
        "12กขค1",
    ],
    "region": ["ภูเก็ต", "จังหวัดพังงา", "กทม", "กรุงเทพมหานคร", "Phuket", "เบตง", "ไหน"],
    "tambon": ["ตำบลกะตะ", "กะรน", "Karon", " Karon", "ต.ราไวย์", "Rawai sub-district", "ไหน"],
    "epoch": ["1767812400000000", "0", "01", "-1", "1.5", "9" * 18, "1767812400000000000000"],
    "clock": ["02:00:00", "02:00:00.366", "02:00:00.1234567", "24:00:00", "02:00"],
    "joined": ["2026-01-08", "2026-01-08 02:00", "x"],
    "epoch_ms": ["1767812400000", "0", "99999999999999", "999999999999999", "x"],
    "naive": [
        "2026-01-08 02:00:00.5",
        "2026-01-08 02:00:00",
        "2026-01-08T02:00:00",
        "1899-01-08 02:00:00",
        "0000-00-00",
    ],
    "hours": [
        *("2026-01-08 02:00:00+07", "2026-01-08T02:00:00+00", "2026-01-08T02:00:00+08"),
        *("2026-01-08 02:00:00.55", "2026-01-08T02:00:00+07:00", "2026-01-08T02:00:00Z", "-"),
    ],
    "thai": ["7.5", "๗.๕", "๗", "7๗"],
    "north": ["7.9", "20.5", "98.3", "5"],
    "east": ["98.3", "7.9", "20.5", "20"],
    "measured": ["1", "2.0", "0.5", "3"],
    "why": ["-", "x", "--", "\u2010", " -", "- "],
    "why_count": ["007", "7", "-1", "x"],
}
ODD = ["", " ", " a", "7 ", "\u00a07", "๗", "\t", "a\tb", "x" * 6, "ก\u0e4d\u0e32", "'", '"']


@st.composite
def columns(draw: st.DrawFn) -> tuple[SourceContract, list[list[str]]]:
    """A contract of some of the kinds, and cells for it: mostly of the kind, some odd."""
    names = draw(st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=4, unique=True))
    for name, other in BESIDE.items():
        if name in names and other not in names:
            names.append(other)
    personal = "personal" if PERSONAL & set(names) else "open"
    contract = contract_of(
        [{"name": name, **KINDS[name]} for name in names], classification=personal
    )
    count = draw(st.integers(1, 12))
    cells = []
    for name in names:
        usual = OF_KIND.get(name) or CELLS[str(KINDS[name]["type"])]
        one = st.one_of(*[st.sampled_from(usual)] * 6, st.sampled_from(ODD))
        cells.append(draw(st.lists(one, min_size=count, max_size=count)))
    return contract, cells


def batch_of(contract: SourceContract, cells: list[list[str]]) -> pa.RecordBatch:
    builder = BatchBuilder(contract.columns)
    for number, row in enumerate(zip(*cells, strict=True), 1):
        builder.add(number, "", list(row))
    return builder.take()


@cache
def engine() -> duckdb.DuckDBPyConnection:
    """One for all contracts and rows, as in the sandbox."""
    con = duckdb.connect()
    con.execute("set TimeZone = 'UTC'")
    return con


def by_casts(contract: SourceContract, batch: pa.RecordBatch) -> pa.Table:
    return planned.cast(engine(), contract, pa.Table.from_batches([batch]), NOW)


@given(drawn=columns())
def test_what_is_taken_at_a_glance_is_what_the_casts_give(drawn) -> None:
    contract, cells = drawn
    batch = batch_of(contract, cells)
    plainly = PlainRows.of(contract, NOW)
    assert plainly is not None

    plain = plainly.read(batch)

    cast = by_casts(contract, batch)
    taken = pa.array(plain.taken)
    names = [*value_columns(contract), *(n for n in plain.rows.schema.names if "respelled" in n)]
    mine, theirs = plain.rows.filter(taken), cast.filter(taken)
    assert theirs["_code"].null_count == theirs.num_rows
    for name in names:
        assert mine.column(name).to_pylist() == theirs[name].to_pylist(), name


PLAIN = {"code": "AB-123", "loose": "abc", "last": "AB-12", "third": "abbc", "capital": "ab-1"}
PLAIN |= {"word": "m", "small_part": "AB-12", "tambon": "กะรน"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_in_plain_spelling_is_taken(kind: str) -> None:
    names = [kind, BESIDE[kind]] if kind in BESIDE else [kind]
    cells = [PLAIN.get(n) or (OF_KIND.get(n) or CELLS[str(KINDS[n]["type"])])[0] for n in names]
    personal = "personal" if kind in PERSONAL else "open"
    fields = [{"name": name, **KINDS[name]} for name in names]
    contract = contract_of(fields, classification=personal)
    plainly = PlainRows.of(contract, NOW)
    assert plainly is not None

    assert plainly.read(batch_of(contract, [[cell] * 400 for cell in cells])).taken.all()


def test_batches_come_back_in_order_from_memory_and_from_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = [pa.RecordBatch.from_pydict({"n": [n, n + 1]}) for n in range(5)]
    found = []
    for most in (1 << 20, 20):
        monkeypatch.setattr("ingestion.judging.spool.IN_MEMORY", most)
        spool = Spool(tmp_path / str(most))
        for batch in batches:
            spool.add(batch)
        found.append([list(spool), list(spool)])

    assert found == [[batches, batches]] * 2
    assert (tmp_path / "20").exists()
    assert not (tmp_path / str(1 << 20)).exists()
