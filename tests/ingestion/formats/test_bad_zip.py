"""The catalogue of bad inputs, zip: what becomes of each, and what its message says."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path

import pytest

from ingestion.limits import Limits
from tests.support.archives import encrypted, linked, renamed, telling, zipped
from tests.support.judging import csv_of, good_rows, judge, readings

ZIPPED = readings(format={"type": "csv", "compression": "zip"})
TEXT = csv_of(*good_rows(60)).encode()
GOOD = zipped({"data.csv": TEXT})
CRC = zlib.crc32(TEXT)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_one_file_in_an_archive_is_read(method: int, tmp_path: Path) -> None:
    judged = judge(ZIPPED, zipped({"folder/": b"", "folder/data.csv": TEXT}, method), tmp_path)

    assert judged.outcome.accepted == 60


def test_what_archivers_put_beside_the_file_is_no_file_of_data(tmp_path: Path) -> None:
    body = zipped({"data.csv": TEXT, "__MACOSX/._data.csv": b"\0\5\x16\7", "Thumbs.db": b"x"})

    judged = judge(ZIPPED, body, tmp_path)

    assert judged.outcome.accepted == 60


BOMB = zipped({"data.csv": TEXT + b"\n" * 20_000_000})
REFUSED = {
    "empty": (b"", "empty_file", "0 bytes"),
    "zip_of_nothing": (zipped({"data.csv": b""}), "empty_file", "0 bytes inside the zip file"),
    "not_zip": (TEXT, "format_mismatch", "expected zip"),
    "is_gzip": (gzip.compress(TEXT), "format_mismatch", "found gzip, expected zip"),
    "html": (b"<html><title>403</title></html>", "html_document", "403"),
    "html_inside": (
        zipped({"data.csv": b"<html><title>Sign in</title></html>"}),
        *("html_document", "Sign in"),
    ),
    "zip_in_zip": (
        zipped({"data.csv": GOOD}),
        *("format_mismatch", "found a zip archive or an XLSX workbook, expected plain text inside"),
    ),
    "zip_truncated": (GOOD[: len(GOOD) // 2], "truncated_archive", f"{len(GOOD) // 2} bytes"),
    "zip_without_its_end": (GOOD[:-1], "truncated_archive", f"{len(GOOD) - 1} bytes"),
    "zip_bad_crc": (
        telling(GOOD, crc=0x12345678),
        *("archive_crc", f"checksum {CRC:08x}, expected {len(TEXT)} bytes with checksum 12345678"),
    ),
    "zip_bad_size": (
        telling(GOOD, size=42),
        *("archive_crc", f"found {len(TEXT)} bytes with checksum {CRC:08x}, expected 42 bytes"),
    ),
    "zip_broken_data": (
        GOOD[:60] + b"\xff" * 20 + GOOD[80:],
        *("archive_corrupt", "the member 'data.csv'"),
    ),
    "zip_bomb": (BOMB, "decompression_limit", "bytes so far from"),
    "zip_bomb_lying_size": (
        telling(BOMB, size=1000),
        *("decompression_limit", "bytes so far from"),
    ),
    "zip_traversal": (
        zipped({"../../etc/cron.csv": TEXT}),
        *("archive_member_unsafe", "'../../etc/cron.csv': a name that leads out of the archive"),
    ),
    "zip_absolute": (
        renamed(zipped({"_etc/data.csv": TEXT}), "_etc/data.csv", "/etc/data.csv"),
        *("archive_member_unsafe", "'/etc/data.csv': an absolute name"),
    ),
    "zip_drive": (
        zipped({"C:/data.csv": TEXT}),
        *("archive_member_unsafe", "'C:/data.csv': an absolute name"),
    ),
    "zip_backslash": (
        zipped({"..\\data.csv": TEXT}),
        *("archive_member_unsafe", "data.csv': a name that systems read differently"),
    ),
    "zip_symlink": (
        linked("data.csv", "/etc/passwd"),
        *("archive_member_unsafe", "'data.csv': a link or a device"),
    ),
    "zip_two_files": (
        zipped({"a.csv": TEXT, "b.csv": TEXT}),
        *("archive_members", "2 files in the archive: 'a.csv', 'b.csv', expected one file"),
    ),
    "zip_empty": (zipped({}), "archive_members", "0 files in the archive"),
    "zip_only_folders": (zipped({"a/": b""}), "archive_members", "0 files in the archive"),
    "zip_encrypted": (encrypted(GOOD), "archive_encrypted", "the encrypted member 'data.csv'"),
    "zip_unknown_method": (
        zipped({"data.csv": TEXT}, zipfile.ZIP_LZMA),
        *("format_mismatch", "compression method 14"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_archive_is_refused_and_says_why(case: str, tmp_path: Path) -> None:
    body, code, words = REFUSED[case]

    judged = judge(ZIPPED, body, tmp_path)

    assert (judged.outcome.status, judged.outcome.code) == ("refused", code)
    assert words in judged.outcome.message


def test_a_bomb_is_refused_long_before_it_is_unpacked(tmp_path: Path) -> None:
    judged = judge(ZIPPED, BOMB, tmp_path, Limits(ratio_counts_from_bytes=1_000_000))

    assert judged.outcome.code == "decompression_limit"
    assert int(judged.outcome.message.split()[1]) < 4_000_000


def test_a_zip_where_plain_text_was_declared_is_refused(tmp_path: Path) -> None:
    judged = judge(readings(), GOOD, tmp_path)

    assert judged.outcome.code == "format_mismatch"
    assert "found a zip archive or an XLSX workbook" in judged.outcome.message
