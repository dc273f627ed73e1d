"""Answers that a server packs for the way, though nobody asked for it."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace

import pytest

from ingestion.errors import PermanentError, TransientError
from tests.support.planned_server import Reply, json_reply

TABLE = b"level\n1.20\n1.25\n"


def bare_deflate(body):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def packed(body, coding):
    return Reply(body=body, headers={"Content-Encoding": coding})


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (gzip.compress(TABLE), "gzip"),
        (gzip.compress(TABLE[:6]) + gzip.compress(TABLE[6:]) + b"\0" * 512, "X-GZIP"),
        (zlib.compress(TABLE), "deflate"),
        (bare_deflate(TABLE), "deflate"),
        (gzip.compress(zlib.compress(TABLE)), "deflate, gzip"),
        (TABLE, "identity"),
    ],
    ids=["gzip", "members and padding", "deflate", "bare deflate", "both", "none"],
)
def test_the_packing_of_the_way_is_taken_off(file_of, server, body, coding):
    server.replies(packed(body, coding))

    assert file_of() == TABLE


@pytest.mark.parametrize("body", [b"", gzip.compress(b"")], ids=["none", "packed"])
def test_a_file_without_a_byte_stays_one(file_of, server, body):
    server.replies(packed(body, "gzip"))

    assert file_of() == b""


@pytest.mark.parametrize("times", [1, 2])
def test_a_file_that_is_gzip_itself_stays_so(source, file_of, server, times):
    """Some servers name the file's own gzip in the header, others pack it once more."""
    source.format = {"type": "csv", "compression": "gzip"}
    itself = gzip.compress(TABLE)
    server.replies(packed(itself if times == 1 else gzip.compress(itself), "gzip"))

    assert gzip.decompress(file_of()) == TABLE


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (gzip.compress(TABLE)[:-9], "gzip"),
        (TABLE, "gzip"),
        (zlib.compress(TABLE)[:-5], "deflate"),
        (b"\xff" + TABLE, "deflate"),
    ],
    ids=["cut", "not packed", "cut deflate", "not deflate"],
)
def test_a_packing_that_is_broken_is_asked_for_again(file_of, server, body, coding):
    server.replies(packed(body, coding), Reply(body=TABLE))

    assert file_of() == TABLE


def test_a_broken_file_that_is_gzip_itself_is_for_parsing_to_refuse(source, file_of, server):
    source.format = {"type": "csv", "compression": "gzip"}
    broken = gzip.compress(TABLE)[:-4]
    server.replies(packed(broken, "gzip"))

    assert file_of() == broken


def test_a_packing_that_stays_broken_is_told(file_of, server):
    server.replies(packed(gzip.compress(TABLE)[:-4], "gzip"))

    with pytest.raises(TransientError, match=r"table\.csv sent broken gzip"):
        file_of()


def test_what_nobody_asked_for_and_nobody_can_undo_is_refused_by_name(file_of, source, server):
    server.replies(packed(TABLE, "gzip, br"))

    with pytest.raises(PermanentError, match="answered packed as br, which nobody asked for"):
        file_of()
    with pytest.raises(PermanentError, match="answered packed as br"):
        source.one(connector="http_json", url=server.url)


def test_a_packing_that_swells_is_refused(source, file_of, server):
    source.limits = replace(source.limits, file_bytes=100_000)
    server.replies(packed(gzip.compress(b"0" * 100_001), "gzip"))

    with pytest.raises(PermanentError, match="unpacks to more than 100,000 bytes"):
        file_of()


def test_json_that_is_packed_is_read(source, server):
    body = gzip.compress(b'{"level": 1}')
    server.replies(replace(json_reply({}), body=body, headers={"Content-Encoding": "gzip"}))

    fetched = source.one(connector="http_json", url=f"{server.url}/now")

    assert fetched.path.read_bytes() == b'{"level": 1}\n'
