"""Which lines the fast path of JSON Lines takes, and which it leaves to the careful reader.

Belongs here: single lines and blocks. Does not belong here: both paths held against each other
(`test_fast_json_lines.py`).
"""

from __future__ import annotations

import pytest

from ingestion.formats.json.lines_fast import Block, BlockReader
from ingestion.formats.json.members import Members
from ingestion.records import FileNotes
from tests.ingestion.formats.test_fast_json_lines import CONTRACT, LIMITS


def read_block(block: bytes) -> Block | None:
    reader = BlockReader(Members(CONTRACT, LIMITS, FileNotes()))
    lines = reader.lines(block)
    return reader.read(lines) if lines else None


def lines(*records: object) -> bytes:
    """A block in which every text stands for itself."""
    return "".join(f"{record}\n" for record in records).encode()


MANY = [f'{{"a":"x","b":{number}}}' for number in range(20)]


def test_lines_of_one_shape_are_taken_and_all_others_set_aside():
    odd = ['{"a":"y"}', '{"a":[1],"b":2}', '{"a":"q\\"","b":3}', "{'a':1,'b':2}"]

    block = read_block(lines(*MANY[:7], odd[0], *MANY[7:11], *odd[1:], *MANY[11:]))

    assert block is not None
    assert [at for at, _ in block.aside] == [7, 12, 13, 14]
    assert [text for _, text in block.aside] == odd
    (part,) = block.parts
    assert part.columns[0].to_pylist() == ["x"] * 20
    assert part.columns[1].to_pylist() == [str(number) for number in range(20)]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('{"a": "ภูเก็ต, ไทย", "b": 1.50}', ("ภูเก็ต, ไทย", "1.50")),
        ('{"b":-0,"a":null}', (None, "-0")),
        ('{"a":"null","b":null}', ("null", None)),
        ('{"a":"\\u0e01\\/","b":1E+5}', ("ก/", "1E+5")),
        ('{"a":"","b":"7"}', ("", "7")),
        ('{ "a" : 12 }', ("12", None)),
    ],
)
def test_values_are_the_texts_that_were_written(line, cells):
    block = read_block(lines(*[line] * 20))

    assert block is not None
    (part,) = block.parts
    assert (part.columns[0][19].as_py(), part.columns[1][19].as_py()) == cells
    assert not block.aside


def test_commas_in_texts_may_be_as_many_as_those_that_other_lines_lack():
    block = read_block(lines(*['{"a":"x,y","b":1}', '{"a":"x"}'] * 20))

    assert block is None or len(block.aside) + sum(len(part.at) for part in block.parts) == 40


def test_lines_with_members_inside_others_are_left_to_the_careful_reader():
    line = '{"a":"x","o":{"y":2,"x":"in"},"l":["p","q"]}'

    block = read_block(lines(*MANY, line))

    assert read_block(lines(*[line] * 20)) is None
    assert block is not None
    assert [text for _, text in block.aside] == [line]


def test_what_the_contract_does_not_know_is_kept_as_json():
    line = '{"a":"x","more":1.50,"none":null,"yes":true,"said":"\\u0e01 true","_id":7}'

    block = read_block(lines(*[line] * 20))

    assert block is not None
    (part,) = block.parts
    kept = '{"more": "1.50", "none": null, "yes": true, "said": "ก true"}'
    assert part.rescued.to_pylist() == [kept] * 20
    assert part.shape.new == ("more", "none", "yes", "said")


@pytest.mark.parametrize("text", [":5", " :5", " : true,", ":-1}", ":"])
def test_a_text_like_the_end_of_a_name_and_a_number_stays_as_it_is(text):
    body = lines(*MANY, f'{{"a":"{text}","b":1}}')

    block = read_block(body)

    assert block is not None
    assert [at for at, _ in block.aside] == [20]
    assert read_block(lines(*[f'{{"a":"x","{text}":1}}'] * 20)) is None


@pytest.mark.parametrize(
    "line",
    [
        r'{"a":"x\u0022,\u0022b\u0022:\u00227"}',
        r'{"a":"x\u000a","b":1}',
        r'{"a":"x\u005cn","b":1}',
        r'{"a":"\\u0e01","b":1}',
        r'{"a":"\"","b":1}',
        r'{"a":"\t","b":1}',
    ],
)
def test_escapes_that_stand_for_marks_of_json_are_not_spelled_out(line):
    block = read_block(lines(line, *MANY))

    assert block is not None
    assert block.aside == ((0, line),)
    assert [part.at.tolist() for part in block.parts] == [list(range(1, 21))]


@pytest.mark.parametrize(
    "line",
    [
        '{"a":"x"," a":"y"}',
        '{"a":"x","o":null}',
        '{"a":"x","o":"y"}',
        '{"a":"x","l":["p"]}',
        '{"a":true}',
        "{}",
        '{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7}',
    ],
)
def test_lines_of_a_shape_that_needs_care_are_never_taken(line):
    assert read_block(lines(*[line] * 20)) is None


def test_a_member_that_is_absent_is_no_null():
    with_null, without = '{"a":"x","more":null}', '{"a":"x"}'

    block = read_block(lines(*[with_null, without] * 20))

    assert block is not None
    assert [part.rescued.to_pylist()[0] for part in block.parts] == ['{"more": null}', None]
    assert [part.at.tolist()[:2] for part in block.parts] == [[0, 2], [1, 3]]


@pytest.mark.parametrize(
    "line",
    [
        '{"a":"x","b":01}',
        '{"a":"x","b":1.}',
        '{"a":"x","b":NaN}',
        '{"a":"x","b":true}',
        '{"a":"x","a":1}',
        '{"a":"x" y","b":1}',
        '{"a":"x,"b":1}',
        '{"a":"x","b":1}}',
        '{"a":"x","b":1},',
        '{"a":"x",,"b":1}',
        '{"a":"\\x","b":1}',
        '{"a":"\\ud800","b":1}',
        '{"a":"\\u202e","b":1}',
        '{"a":{},"b":1}',
    ],
)
def test_a_line_that_needs_care_is_never_taken(line):
    block = read_block(lines(*MANY, line))

    assert block is None or [text for _, text in block.aside] == [line]


@pytest.mark.parametrize(
    "body",
    [
        lines(*MANY).replace(b"x", b"\x00", 1),
        lines(*MANY).replace(b"x", b"\x7f", 1),
        lines(*MANY).replace(b"x", b"\xff", 1),
        lines(*MANY).replace(b"x", "\u202e".encode(), 1),
        lines(*MANY).replace(b"x", b"\t", 1),
        lines(*MANY).replace(b"\n", b"\r\n", 1),
        lines(*MANY, "", *MANY),
        lines(*MANY, " ", *MANY),
        b"\xef\xbb\xbf" + lines(*MANY),
        lines(*MANY).replace(b"x", b"y" * 201, 1),
    ],
)
def test_a_block_that_needs_care_is_not_taken(body):
    assert read_block(body) is None
