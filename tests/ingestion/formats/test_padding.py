"""Zeros behind an archive are the padding of a tape; anything else nobody asked for."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pytest

from ingestion.formats.raw import gzipped
from ingestion.formats.raw.padding import is_padding
from ingestion.formats.raw.zipped import members
from tests.support.archives import zipped
from tests.support.judging import csv_of, good_rows, json_of, judge, readings
from tests.support.workbooks import workbook

TEXT = csv_of(*good_rows(60)).encode()
KINDS = {
    "gzip": gzip.compress(TEXT),
    "zip": zipped({"data.csv": TEXT}),
    "zstd": pa.compress(TEXT, codec="zstd", asbytes=True),
}
SKIPPED = b"\x51\x2a\x4d\x18\x03\0\0\0abc"
"""A frame of zstd that every reader leaves out."""


def packed(kind: str) -> dict[str, object]:
    return {"format": {"type": "csv", "compression": kind}}


@pytest.mark.parametrize("zeros", [1, 2, 3, 4, 511, 10_240, 70_000, 2_100_000])
@pytest.mark.parametrize("kind", KINDS)
def test_zeros_behind_an_archive_are_no_data(kind: str, zeros: int, tmp_path: Path) -> None:
    judged = judge(readings(**packed(kind)), KINDS[kind] + bytes(zeros), tmp_path)

    assert (judged.outcome.accepted, judged.outcome.code) == (60, "")


@pytest.mark.parametrize(
    "behind", [b"\0" * 600 + b"x", b"\0x", b"x\0\0\0\0", b"\0" * 600 + b"\x1f"]
)
@pytest.mark.parametrize("kind", KINDS)
def test_anything_else_behind_an_archive_is_refused(
    kind: str, behind: bytes, tmp_path: Path
) -> None:
    judged = judge(readings(**packed(kind)), KINDS[kind] + behind, tmp_path)

    assert judged.outcome.code == "archive_trailing_data"


@pytest.mark.parametrize("kind", KINDS)
def test_another_archive_behind_zeros_is_refused(kind: str, tmp_path: Path) -> None:
    judged = judge(readings(**packed(kind)), KINDS[kind] + bytes(512) + KINDS[kind], tmp_path)

    assert judged.outcome.status == "refused"


def test_an_archive_before_an_archive_is_refused(tmp_path: Path) -> None:
    judged = judge(readings(**packed("zip")), KINDS["zip"] * 2, tmp_path)

    assert judged.outcome.code == "archive_corrupt"
    assert f"{len(KINDS['zip'])} bytes before the first member" in judged.outcome.message


@pytest.mark.parametrize("comment", [b"", b"of the port office", b"\0\0\0", b"x" * 65_535])
def test_a_comment_of_a_zip_archive_belongs_to_it(comment: bytes, tmp_path: Path) -> None:
    body = KINDS["zip"][:-2] + len(comment).to_bytes(2, "little") + comment

    judged = judge(readings(**packed("zip")), body + bytes(1000), tmp_path)

    assert judged.outcome.accepted == 60


@pytest.mark.parametrize(
    "frames",
    [
        [TEXT[:1000], TEXT[1000:]],
        [TEXT, b""],
        [b"", TEXT],
    ],
)
def test_frames_of_zstd_before_zeros_are_all_read(frames: list[bytes], tmp_path: Path) -> None:
    body = b"".join(pa.compress(each, codec="zstd", asbytes=True) for each in frames)

    judged = judge(readings(**packed("zstd")), body + SKIPPED + bytes(77), tmp_path)

    assert judged.outcome.accepted == 60


def test_large_and_repeated_blocks_of_zstd_are_followed(tmp_path: Path) -> None:
    text = csv_of(*good_rows(20_000)).encode() + b"\n" * 400_000

    body = pa.compress(text, codec="zstd", asbytes=True) + bytes(3)

    assert judge(readings(**packed("zstd")), body, tmp_path).outcome.rows == 20_000


def test_a_zstd_file_that_was_cut_and_padded_is_still_cut(tmp_path: Path) -> None:
    body = KINDS["zstd"][:-20] + bytes(20)

    assert judge(readings(**packed("zstd")), body, tmp_path).outcome.status == "refused"


def test_every_format_is_read_from_a_padded_archive(tmp_path: Path) -> None:
    record = {
        "station": "PKT-01",
        "parameter": "water_level",
        "time": "2026-01-08T02:00:00+07:00",
        "value": 1,
        "unit": "m",
    }
    element = "".join(f"<{name}>{value}</{name}>" for name, value in record.items())
    bodies = {
        "json_lines": json_of(record),
        "json": f"[{json_of(record)}]",
        "xml": f"<all><one>{element}</one></all>",
    }
    for kind, text in bodies.items():
        path = {"record_path": ["all", "one"]} if kind == "xml" else {}
        words = {"type": kind, "compression": "gzip", **path}

        judged = judge(readings(format=words), gzip.compress(text.encode()) + bytes(99), tmp_path)

        assert judged.outcome.accepted == 1, kind


def test_a_padded_workbook_is_one(tmp_path: Path) -> None:
    rows = [line.split(",") for line in TEXT.decode().splitlines()]
    contract = readings(format={"type": "xlsx"})

    judged = judge(contract, workbook(rows) + bytes(10_240), tmp_path)

    assert judged.outcome.status == "accepted"
    assert judged.outcome.records == 60


def test_many_members_of_gzip_cost_no_more_than_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = good_rows(3000)
    body = gzip.compress(csv_of().encode()) + b"".join(
        gzip.compress(f"{row}\n".encode(), mtime=0) for row in rows
    )
    handed: list[int] = []
    given = gzipped.isal_zlib.decompressobj

    class Watched:
        def __init__(self, **words: int) -> None:
            self._inner = given(**words)

        def __getattr__(self, name: str) -> object:
            return getattr(self._inner, name)

        def decompress(self, data: bytes, most: int) -> bytes:
            handed.append(len(data))
            return bytes(self._inner.decompress(data, most))

    def looked(file: BinaryIO) -> bool:
        handed.append(1 << 20)
        return is_padding(file)

    monkeypatch.setattr(gzipped.isal_zlib, "decompressobj", Watched)
    monkeypatch.setattr(gzipped, "is_padding", looked)

    judged = judge(readings(**packed("gzip"), key=[]), body, tmp_path)

    assert judged.outcome.rows == len(rows)
    assert sum(handed) < 5000 * len(rows)
    assert handed.count(1 << 20) == 1


def test_members_of_an_archive_are_found_behind_any_padding(tmp_path: Path) -> None:
    path = tmp_path / "padded.zip"
    path.write_bytes(KINDS["zip"] + bytes(300_000))

    assert [member.filename for member in members(path)] == ["data.csv"]
