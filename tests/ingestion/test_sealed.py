"""A record with a seal: no bit of it changes unnoticed."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel

from ingestion.sealed import Damaged, broken_seal, read_sealed, seal


class Said(BaseModel):
    number: int
    text: str = ""


BODY = b'{"number":12,"text":"\xe0\xb8\x81 a"}'


def read(body: bytes) -> Said:
    return read_sealed(Said, body, "said/1.json", "/lake", fix="bring it back")


def test_a_sealed_record_is_json_and_reads_as_what_it_was() -> None:
    assert json.loads(seal(BODY))["number"] == 12
    assert read(seal(BODY)) == Said(number=12, text="ก a")
    assert read(seal(BODY + b"\n") + b"\n") == Said(number=12, text="ก a")


def test_a_record_of_the_time_before_seals_is_read_as_it_is() -> None:
    assert read(BODY) == Said(number=12, text="ก a")


def test_every_bit_of_a_sealed_record_counts() -> None:
    whole = seal(BODY)

    for place in range(len(whole)):
        for bit in range(8):
            flipped = bytearray(whole)
            flipped[place] ^= 1 << bit
            with pytest.raises(Damaged, match=r"said/1\.json in /lake is damaged"):
                read(bytes(flipped))


@pytest.mark.parametrize("left", [0, 1, 20, -1, -40])
def test_a_record_that_was_cut_is_damaged(left: int) -> None:
    with pytest.raises(Damaged, match="bring it back"):
        read(seal(BODY)[:left])


def test_what_is_no_such_record_is_told_without_a_trace() -> None:
    with pytest.raises(Damaged, match="number: "):
        read(seal(b'{"number":"many"}'))
    assert broken_seal(b"") == ""
