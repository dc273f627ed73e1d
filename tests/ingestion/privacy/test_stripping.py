"""A sender's secret is taken out before its bytes are kept, however it is written."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from ingestion.privacy import stripping
from ingestion.privacy.stripping import NotStripped, strip_secrets

SECRET = "s3cr3t-of-the-vendor"
DUMP = {"version": "2.0", "secret": SECRET, "data": {"observations": [{"rssi": "-77"}] * 3}}


def stripped(folder: Path, body: bytes) -> tuple[bytes, int]:
    path = folder / "dump.json"
    path.write_bytes(body)
    count = strip_secrets(path, ("secret",))
    assert list(folder.iterdir()) == [path]
    return path.read_bytes(), count


def test_the_value_is_gone_and_all_else_is_as_it_was(tmp_path: Path) -> None:
    body = json.dumps(DUMP).encode()

    clean, count = stripped(tmp_path, body)

    assert clean == body.replace(json.dumps(SECRET).encode(), b"null").replace(b" null", b"null")
    assert json.loads(clean) == DUMP | {"secret": None}
    assert count == 1


@pytest.mark.parametrize(
    "written",
    [
        '{"secret":"%s"}',
        '{ "secret" \n : \t "%s" , "a": 1 }',
        '{"s\\u0065cret":"%s"}',
        '{"secret":"a\\"%s\\\\"}',
        '{"secret":{"deep":["%s","}"]},"a":1}',
        '{"secret":["]","%s"]}',
        '{"secret":%s}',
        '{"secret":"%s',
        '{"secret":["%s"',
        '{"data":{"secret":"%s"}}',
        '{"a":1}\n{"secret":"%s"}\n{"b":"}"}\n',
        '[{"secret":"%s"},{"secret":"%s"}]',
        '{"a":"\\"","secret":"%s"}',
        '\ufeff{"secret":"%s"}',
    ],
)
def test_it_goes_however_it_is_written_and_broken(tmp_path: Path, written: str) -> None:
    body = written.replace("%s", SECRET).encode()

    clean, count = stripped(tmp_path, body)

    assert SECRET.encode() not in clean
    assert count == written.count("%s")


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 50])
def test_it_goes_wherever_the_pieces_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    body = "\n".join(json.dumps(DUMP | {"n": n}) for n in range(40)).encode()
    monkeypatch.setattr(stripping, "_PIECE", piece)

    clean, count = stripped(tmp_path, body)

    assert SECRET.encode() not in clean
    assert count == 40
    assert [json.loads(line)["n"] for line in clean.splitlines()] == list(range(40))


def test_documents_without_the_key_stay_byte_for_byte(tmp_path: Path) -> None:
    odd = random.Random(7)
    body = json.dumps({"note": 'say "secret": "x"', "k": [odd.random() for _ in range(50_000)]})

    assert stripped(tmp_path, body.encode()) == (body.encode(), 0)


def test_a_gzip_file_is_opened_and_packed_again_in_the_same_way_each_time(tmp_path: Path) -> None:
    body = gzip.compress(json.dumps(DUMP).encode())

    clean, count = stripped(tmp_path, body)

    assert json.loads(gzip.decompress(clean))["secret"] is None
    assert count == 1
    assert stripped(tmp_path, body)[0] == clean


@pytest.mark.parametrize("zeros", [1, 512, 1 << 18, (1 << 19) + 7])
def test_a_gzip_file_may_be_padded_with_zeros(zeros: int, tmp_path: Path) -> None:
    body = gzip.compress(b"{}\n") + gzip.compress(json.dumps(DUMP).encode())

    clean, _ = stripped(tmp_path, body + bytes(zeros))

    assert json.loads(gzip.decompress(clean)[3:])["secret"] is None


def test_a_gzip_file_with_something_behind_its_padding_is_broken(tmp_path: Path) -> None:
    clean, _ = stripped(tmp_path, gzip.compress(json.dumps(DUMP).encode()) + bytes(9) + b"x")

    with pytest.raises(EOFError):
        gzip.decompress(clean)


def test_a_gzip_file_that_is_cut_stays_cut(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps(DUMP | {"n": n}) for n in range(5000)).encode()

    clean, _ = stripped(tmp_path, gzip.compress(lines)[:-200])

    with pytest.raises(EOFError):
        gzip.decompress(clean)
    assert SECRET.encode() not in gzip.zlib.decompressobj(wbits=31).decompress(clean)


def test_utf_16_is_read_as_what_it_is(tmp_path: Path) -> None:
    clean, count = stripped(tmp_path, json.dumps(DUMP).encode("utf-16"))

    assert SECRET.encode() not in clean
    assert json.loads(clean.decode("utf-8-sig"))["secret"] is None
    assert count == 1


def test_an_empty_file_stays_empty(tmp_path: Path) -> None:
    assert stripped(tmp_path, b"") == (b"", 0)


@pytest.mark.parametrize(
    "body",
    [
        b"PK\x03\x04" + SECRET.encode(),
        b"\x28\xb5\x2f\xfd" + SECRET.encode(),
        b"secret=" + SECRET.encode(),
        json.dumps(DUMP).encode("utf-16-le"),
        gzip.compress(gzip.compress(json.dumps(DUMP).encode())),
    ],
)
def test_what_cannot_be_looked_into_is_not_kept_and_not_shown(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(NotStripped) as caught:
        stripped(tmp_path, body)

    assert SECRET not in caught.value.message
    assert (tmp_path / "dump.json").read_bytes() == body
