"""The catalogue of bad inputs, gzip: what becomes of each, and what its message says."""

from __future__ import annotations

import gzip
import random
import struct
import zlib
from pathlib import Path

import pytest

from ingestion.limits import Limits
from tests.support.judging import csv_of, good_rows, judge, readings

GZIPPED = readings(format={"type": "csv", "compression": "gzip"})
TEXT = csv_of(*good_rows(60)).encode()
GOOD = gzip.compress(TEXT)


def with_trailer(crc: int, length: int) -> bytes:
    return GOOD[:-8] + struct.pack("<II", crc, length)


def test_members_one_after_the_other_are_one_text(tmp_path: Path) -> None:
    body = gzip.compress(TEXT[:1000]) + gzip.compress(b"") + gzip.compress(TEXT[1000:])

    judged = judge(GZIPPED, body, tmp_path)

    assert judged.outcome.accepted == 60


def test_a_header_with_every_optional_part_is_read(tmp_path: Path) -> None:
    parts = struct.pack("<H", 4) + b"xtra" + b"name.csv\0" + b"comment\0" + b"\0\0"
    header = b"\x1f\x8b\x08" + bytes([4 | 8 | 16 | 2]) + bytes(6) + parts

    judged = judge(GZIPPED, header + GOOD[10:], tmp_path)

    assert judged.outcome.accepted == 60


def test_text_that_compresses_well_is_no_bomb(tmp_path: Path) -> None:
    body = gzip.compress(csv_of("", *[""] * 300_000, *good_rows(3)).encode(), 9)

    judged = judge(GZIPPED, body, tmp_path)

    assert judged.outcome.accepted == 3


REFUSED = {
    "empty": (b"", "empty_file", "0 bytes"),
    "empty_inside": (gzip.compress(b""), "empty_file", "0 bytes inside the gzip file"),
    "gz_not_gzip": (TEXT, "format_mismatch", "bytes that begin with 73 74 61|expected gzip"),
    "gz_is_zip": (b"PK\x03\x04rest", "format_mismatch", "a zip archive"),
    "gz_double": (
        gzip.compress(GOOD),
        *("format_mismatch", "found gzip, expected plain text inside the gzip file"),
    ),
    "gz_html": (
        gzip.compress(b"<html><title>403 Forbidden</title></html>"),
        *("html_document", "403 Forbidden"),
    ),
    "html": (b"<html><title>403 Forbidden</title></html>", "html_document", "403 Forbidden"),
    "gz_truncated": (
        GOOD[: len(GOOD) // 2],
        *("truncated_archive", f"stop after {len(GOOD) // 2} bytes"),
    ),
    "gz_no_trailer": (GOOD[:-8], "truncated_archive", f"({len(TEXT)} bytes of text)"),
    "gz_half_trailer": (GOOD[:-3], "truncated_archive", "the transfer was cut"),
    "gz_header_only": (GOOD[:6], "truncated_archive", "stop after 6 bytes"),
    "gz_bad_crc": (
        with_trailer(0x12345678, len(TEXT)),
        *("archive_crc", f"checksum {zlib.crc32(TEXT):08x}, expected 12345678"),
    ),
    "gz_bad_size": (
        with_trailer(zlib.crc32(TEXT), 42),
        *("archive_crc", f"{len(TEXT)} bytes of text, expected 42"),
    ),
    "gz_trailing_garbage": (
        GOOD + b"garbage",
        *("archive_trailing_data", "7 bytes after the end of the gzip data"),
    ),
    "gz_unknown_method": (b"\x1f\x8b\x07" + GOOD[3:], "format_mismatch", "method 7"),
    "gz_corrupt": (GOOD[:10] + b"\xff" * 40 + GOOD[50:], "archive_corrupt", "expected gzip data"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_broken_archive_is_refused_and_says_why(case: str, tmp_path: Path) -> None:
    body, code, words = REFUSED[case]

    judged = judge(GZIPPED, body, tmp_path)

    assert (judged.outcome.status, judged.outcome.code) == ("refused", code)
    assert [word for word in words.split("|") if word not in judged.outcome.message] == []


@pytest.mark.parametrize(
    "limits",
    [
        Limits(decompressed_bytes=1_000_000),
        Limits(decompression_ratio=50, ratio_counts_from_bytes=1_000_000),
    ],
)
def test_a_bomb_is_refused_before_it_is_unpacked(limits: Limits, tmp_path: Path) -> None:
    bomb = gzip.compress(csv_of(*good_rows(3)).encode() + b"\n" * 20_000_000)

    judged = judge(GZIPPED, bomb, tmp_path, limits)

    assert judged.outcome.code == "decompression_limit"
    found = int(judged.outcome.message.split()[1])
    assert 1_000_000 < found < 4_000_000
    assert "compressed bytes, expected at most" in judged.outcome.message


def test_a_bomb_of_bombs_is_no_text(tmp_path: Path) -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 10_000_000))

    assert judge(GZIPPED, bomb, tmp_path).outcome.code == "format_mismatch"


def test_a_flipped_bit_never_changes_a_value(tmp_path: Path) -> None:
    chance = random.Random(20260108)
    right = judge(GZIPPED, GOOD, tmp_path).column("value")

    for _ in range(60):
        body = bytearray(GOOD)
        body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
        judged = judge(GZIPPED, bytes(body), tmp_path)

        assert judged.outcome.status == "refused" or judged.column("value") == right
