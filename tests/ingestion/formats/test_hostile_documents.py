"""Documents damaged anywhere: each is an outcome, never an exception, and loses no row."""

from __future__ import annotations

import io
import json
import random
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.contracts import SourceContract
from tests.support.archives import zipped
from tests.support.judging import AT, csv_of, good_rows, json_of, judge, readings
from tests.support.workbooks import with_part, with_shared_texts, workbook

ROWS = [row.split(",") for row in good_rows(5)]
NAMES = ["station", "parameter", "time", "value", "unit"]
ELEMENTS = "".join(
    "<r>" + "".join(f"<{n}>{v}</{n}>" for n, v in zip(NAMES, row, strict=True)) + "</r>"
    for row in ROWS
)
RECORDS = [dict(zip(NAMES, row, strict=True)) for row in ROWS]
TEXT = csv_of(*good_rows(5)).encode()
PIECES = (b"9", b'"', b"<", b"{", b"[", b"null", b"-1", b"1E999", b"\0", "ก".encode())

FILES: dict[str, tuple[dict[str, object], bytes]] = {
    "zip": ({"type": "csv", "compression": "zip"}, zipped({"a.csv": TEXT})),
    "zstd": (
        {"type": "csv", "compression": "zstd"},
        pa.Codec("zstd").compress(TEXT, asbytes=True),
    ),
    "xml": ({"type": "xml", "record_path": ["s", "r"]}, f"<s>{ELEMENTS}</s>".encode()),
    "xlsx": ({"type": "xlsx"}, with_shared_texts(workbook([NAMES, *ROWS]))),
    "json": ({"type": "json"}, json.dumps(RECORDS).encode()),
    "ngsi_ld": ({"type": "ngsi_ld"}, json_of([{"id": "e", "time": AT, **RECORDS[0]}]).encode()),
    "sensorthings": (
        {"type": "sensorthings"},
        json_of({"value": [{"components": NAMES, "dataArray": ROWS}]}).encode(),
    ),
}


def contract(kind: str) -> SourceContract:
    return readings(format=FILES[kind][0], tolerance={"quarantined_pct": 100})


def damaged(body: bytes, chance: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(changed))
        what = chance.random()
        if what < 0.4:
            changed[place] = chance.randrange(256)
        elif what < 0.7:
            del changed[place : place + chance.randint(1, 20)]
        else:
            changed[place:place] = chance.choice(PIECES)
    return bytes(changed)


def inside(body: bytes, chance: random.Random) -> bytes:
    """A workbook with damage in one of its parts, which its checksums do not show."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        part = chance.choice(archive.namelist())
    return with_part(body, part, lambda content: damaged(content, chance))


@pytest.mark.parametrize("kind", FILES)
def test_the_whole_file_is_good(kind: str, tmp_path: Path) -> None:
    judged = judge(contract(kind), FILES[kind][1], tmp_path)

    assert judged.outcome.accepted == (1 if kind == "ngsi_ld" else 5)
    assert judged.quarantined == []


@pytest.mark.parametrize("kind", FILES)
@given(chance=st.randoms(use_true_random=False))
def test_no_damage_is_more_than_an_outcome(
    kind: str, tmp_path: Path, chance: random.Random
) -> None:
    damage = inside if kind == "xlsx" and chance.random() < 0.7 else damaged

    judged = judge(contract(kind), damage(FILES[kind][1], chance), tmp_path)

    assert judged.outcome.status in ("accepted", "refused")
