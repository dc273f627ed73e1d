"""The catalogue of bad inputs, zstd: what becomes of each, and what its message says."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pytest

from ingestion.limits import Limits
from tests.support.judging import csv_of, good_rows, judge, readings

ZSTD = readings(format={"type": "csv", "compression": "zstd"})
TEXT = csv_of(*good_rows(60)).encode()


def compressed(text: bytes) -> bytes:
    return bytes(pa.Codec("zstd").compress(text, asbytes=True))


GOOD = compressed(TEXT)


def test_frames_one_after_the_other_are_one_text(tmp_path: Path) -> None:
    judged = judge(ZSTD, compressed(TEXT[:1000]) + compressed(TEXT[1000:]), tmp_path)

    assert judged.outcome.accepted == 60


REFUSED = {
    "empty": (b"", "empty_file", "0 bytes"),
    "empty_inside": (compressed(b""), "empty_file", "0 bytes inside the zstd file"),
    "not_zstd": (TEXT, "format_mismatch", "expected zstd"),
    "is_gzip": (gzip.compress(TEXT), "format_mismatch", "found gzip, expected zstd"),
    "zstd_in_zstd": (
        compressed(GOOD),
        *("format_mismatch", "found zstd, expected plain text inside the zstd file"),
    ),
    "truncated": (GOOD[: len(GOOD) // 2], "truncated_archive", f"after {len(GOOD) // 2} bytes"),
    "trailing_garbage": (
        GOOD + b"garbage!",
        *("archive_trailing_data", "something else behind the last frame"),
    ),
    "broken": (GOOD[:20] + b"\xff\xff\xff" + GOOD[23:], "archive_corrupt", "zstd data"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_archive_is_refused_and_says_why(case: str, tmp_path: Path) -> None:
    body, code, words = REFUSED[case]

    judged = judge(ZSTD, body, tmp_path)

    assert (judged.outcome.status, judged.outcome.code) == ("refused", code)
    assert words in judged.outcome.message


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = compressed(TEXT + b"\n" * 30_000_000)

    judged = judge(ZSTD, bomb, tmp_path, Limits(ratio_counts_from_bytes=1_000_000))

    assert judged.outcome.code == "decompression_limit"
    assert int(judged.outcome.message.split()[1]) < 5_000_000


def test_zstd_where_plain_text_was_declared_is_refused(tmp_path: Path) -> None:
    judged = judge(readings(), GOOD, tmp_path)

    assert judged.outcome.code == "format_mismatch"
    assert "found zstd, expected plain text" in judged.outcome.message
