"""Cheap files that would cost dear: what is done for them is counted, not how long it takes."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.faults import Refused
from ingestion.formats.delimited import reader as delimited
from ingestion.formats.json.document import _once, _Twice, document
from ingestion.formats.xlsx.formats import NUMBER, NumberFormat
from ingestion.formats.xml.events import events
from ingestion.judging import sifting
from ingestion.judging.file import File
from ingestion.judging.hopeless import is_hopeless
from ingestion.judging.results.accepted import Delivery
from ingestion.limits import Limits
from ingestion.records import FileNotes
from tests.support.judging import DELIVERY, NOW, Judged, contract_of, json_of, judge

FIELDS = [{"name": "place", "type": "string"}, {"name": "depth", "type": "integer"}]
CSV = contract_of(FIELDS)
JSON_LINES = contract_of(FIELDS, format={"type": "json_lines"})
XML = contract_of(FIELDS, format={"type": "xml", "record_path": ["all", "one"]})
BLOCK = 1 << 16


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lines that a reader looked at one by one."""
    seen: list[int] = []
    lines = delimited.lines

    def counted(*given: object) -> Iterator[tuple[int, str, bool]]:
        for found in lines(*given):  # type: ignore[arg-type]
            seen.append(found[0])
            yield found

    monkeypatch.setattr(delimited, "lines", counted)
    return seen


@pytest.mark.parametrize("blank", ["\n", "\r\n", " \n", "\t \r\n"])
def test_blank_lines_are_not_looked_at_one_by_one(
    blank: str, tmp_path: Path, looked_at: list[int]
) -> None:
    end = blank.strip(" \t")
    body = f"place,depth{end}a,1{end}" + blank * 300_000 + f"b,x{end}c,3{end}"

    judged = judge(CSV, body, tmp_path)

    assert judged.column("place") == ["a", "c"]
    assert [(row.record, row.place) for row in judged.quarantined] == [(2, "line 300003")]
    assert len(looked_at) < BLOCK + 10


def test_blank_lines_before_the_names_are_not_looked_at_one_by_one(
    tmp_path: Path, looked_at: list[int]
) -> None:
    judged = judge(CSV, "\n" * 300_000 + "place,depth\na,1\nb,x\n", tmp_path)

    assert judged.column("place") == ["a"]
    assert judged.quarantined[0].place == "line 300003"
    assert len(looked_at) < BLOCK + 10


@pytest.mark.parametrize("between", ["\n", " \n", "\n\t\n\n"])
def test_blank_lines_between_others_are_not_looked_at_either(
    between: str, tmp_path: Path, looked_at: list[int]
) -> None:
    rows = 20_000
    body = "place,depth\n" + between.join(f"a{n},{n}\n" for n in range(rows)) + "ragged\nb,x\n"

    judged = judge(CSV, body, tmp_path)

    last = 1 + rows + (rows - 1) * between.count("\n")
    assert judged.outcome.accepted == rows
    assert judged.column("depth") == list(range(rows))
    assert [(row.record, row.place, row.code) for row in judged.quarantined] == [
        (rows + 1, f"line {last + 1}", "columns"),
        (rows + 2, f"line {last + 2}", "value_not_number"),
    ]
    assert len(looked_at) < BLOCK // 3


def test_blank_lines_inside_quotes_are_text(tmp_path: Path) -> None:
    inside = "\n" * 200_000
    contract = contract_of([{"name": "place", "type": "string", "max_length": 300_000}, FIELDS[1]])
    limits = Limits(field_chars=300_000)

    judged = judge(contract, f'place,depth\n"a{inside}b",1\n', tmp_path, limits)

    assert judged.column("place") == [f"a{inside}b"]


def test_blank_lines_of_json_are_left_out_and_counted(tmp_path: Path) -> None:
    record = {"place": "a", "depth": 1}
    body = json_of(record) + "\n" * 200_000 + json_of(record | {"depth": "x"}, record)

    judged = judge(JSON_LINES, body, tmp_path)

    assert judged.outcome.records == 3
    assert judged.quarantined[0].place == "line 200002"


def hostile(bad: int, good: int, folder: Path, pct: float = 50, packed: bool = False) -> Judged:
    """Bad rows and then good ones, in a file that is large enough to be judged in pieces."""
    compression = {"compression": "gzip"} if packed else {}
    contract = contract_of(
        FIELDS, format={"type": "csv", **compression}, tolerance={"quarantined_pct": pct}
    )
    body = ("place,depth\n" + "x\n" * bad + "a,1\n" * good).encode()
    return judge(contract, gzip.compress(body) if packed else body, folder)


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sifting, "CHUNK", 4000)
    monkeypatch.setattr(sifting, "_MANY_WRONG", 1)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("pct", [0.5, 5, 50])
def test_reading_stops_once_the_verdict_is_certain_and_says_so(pct: float, tmp_path: Path) -> None:
    bad = 700_000

    outcome = hostile(bad, 0, tmp_path, pct).outcome

    assert (outcome.status, outcome.code) == ("refused", "too_many_bad_rows")
    assert outcome.records == outcome.rows == outcome.quarantined == outcome.reasons["columns"]
    assert pct / 100 * bad < outcome.rows < pct / 100 * bad + 70_000
    assert f"stopped after record {outcome.records:,}" in outcome.message
    assert f"{12 + 2 * bad:,} bytes" in outcome.message


@pytest.mark.usefixtures("small_pieces")
def test_a_file_that_can_still_come_right_is_read_to_its_end(tmp_path: Path) -> None:
    outcome = hostile(70_000, 70_000, tmp_path).outcome

    assert (outcome.status, outcome.rows, outcome.quarantined) == ("accepted", 140_000, 70_000)


@pytest.mark.usefixtures("small_pieces")
def test_a_contract_that_takes_whatever_comes_is_never_cut_short(tmp_path: Path) -> None:
    outcome = hostile(140_000, 0, tmp_path, 100).outcome

    assert (outcome.status, outcome.quarantined) == ("accepted", 140_000)


def hopeless(
    bad: int, size: int, folder: Path, notes: FileNotes | None = None, **words: object
) -> bool:
    path = folder / "file"
    path.write_bytes(bytes(size))
    contract = contract_of(FIELDS, **words)
    came = Delivery(DELIVERY, NOW)
    told = notes or FileNotes()
    return is_hopeless(bad, File(contract, contract, path, folder, came, (), Limits(), told))


@pytest.mark.parametrize(("bad", "certain"), [(50, False), (51, True)])
def test_a_text_has_at_most_a_record_every_two_bytes(
    bad: int, certain: bool, tmp_path: Path
) -> None:
    assert hopeless(bad, 199, tmp_path) is certain


@pytest.mark.parametrize(("bad", "certain"), [(100, False), (101, True)])
def test_a_record_may_become_several_rows(bad: int, certain: bool, tmp_path: Path) -> None:
    unpivot = [{"take": {"depth": "one"}}, {"take": {"depth": "two"}}]

    assert hopeless(bad, 199, tmp_path, unpivot=unpivot) is certain


@pytest.mark.parametrize(("bad", "certain"), [(7, False), (8, True)])
def test_a_file_may_say_itself_how_many_records_it_has(
    bad: int, certain: bool, tmp_path: Path
) -> None:
    assert hopeless(bad, 9, tmp_path, FileNotes(most_records=14)) is certain


@pytest.mark.parametrize(
    ("size", "most"), [(10, 8 << 20), (1 << 20, 200 << 20), (1 << 25, 4096 << 20)]
)
@pytest.mark.parametrize("form", ["gzip", "zip", "zstd", "xlsx"])
def test_an_archive_has_at_most_as_much_text_as_no_bomb_has(
    form: str, size: int, most: int, tmp_path: Path
) -> None:
    words = {"type": "xlsx"} if form == "xlsx" else {"type": "csv", "compression": form}
    half = (most // 2 + 1) // 2

    assert not hopeless(half, size, tmp_path, format=words)
    assert hopeless(half + 1, size, tmp_path, format=words)


def test_a_file_of_parquet_with_more_rows_than_bytes_may_hold_is_a_bomb(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"place": ["a"] * 9_000_000, "depth": [1] * 9_000_000}), path)
    contract = contract_of(FIELDS, format={"type": "parquet"})

    judged = judge(contract, path, tmp_path)

    assert path.stat().st_size < 100_000
    assert judged.outcome.code == "decompression_limit"


class Key(str):
    """A name that counts how often it is compared."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Key.compared += 1
        return str.__eq__(self, str(other))


def test_a_key_twice_among_many_is_found_in_one_pass() -> None:
    keys = [Key(f"k{n}") for n in range(5000)]

    with pytest.raises(_Twice, match="'k4999' twice"):
        _once([(key, 1) for key in [*keys, Key("k4999")]])

    assert Key.compared < 100


def test_the_first_key_that_comes_twice_is_told() -> None:
    _, fault = document('{"a":1,"b":1,"c":1,"c":1,"b":2}', Limits())

    assert fault
    assert fault.found == "key 'b' twice"


TOKENS = {
    "attribute": '<all><one place="{}"/></all>',
    "name": "<all><one><{}/></one></all>",
    "comment": "<all><!--{}--><one/></all>",
    "instruction": "<all><?x {}?><one/></all>",
    "end": "<all><one></one{} ></all>",
}


@pytest.mark.parametrize("kind", TOKENS)
def test_a_tag_that_never_ends_is_refused_before_it_is_looked_at_for_ever(
    kind: str,
) -> None:
    filler = "\n" if kind == "end" else "a"
    whole = TOKENS[kind].format(filler * 900_000).encode()
    fed: list[int] = []

    def pieces() -> Iterator[bytes]:
        for at in range(0, len(whole), 1000):
            fed.append(at)
            yield whole[at : at + 1000]

    with pytest.raises(Refused) as refusal:
        list(events(pieces(), Limits(record_chars=10_000)))

    assert refusal.value.code == "xml_token_too_large"
    assert len(fed) < 50


@pytest.mark.parametrize("kind", TOKENS)
def test_a_long_tag_is_read(kind: str) -> None:
    whole = TOKENS[kind].format("\n" * 30_000 if kind == "end" else "a" * 30_000).encode()

    found = list(events([whole[:5000], whole[5000:]], Limits(record_chars=10_000)))

    assert found[-1].name == "all"


def test_a_text_of_many_pieces_is_kept_to_the_limit() -> None:
    whole = b"<all>" + b"<x/>ab" * 50_000 + b"</all>"

    found = list(events([whole], Limits(record_chars=10_000)))

    assert len(found[-1].text) == 10_001


def test_a_text_of_exactly_the_limit_is_whole() -> None:
    text = "\u0e01" * 10_000

    found = list(events([f"<all>{text}</all>".encode()], Limits(record_chars=10_000)))

    assert found[-1].text == text


def test_a_comment_between_records_costs_no_record(tmp_path: Path) -> None:
    one = "<one><place>a</place><depth>1</depth></one>"
    body = "<all>" + f"<!-- {'x' * 70_000} --><?y {'z' * 70_000}?>{one}" * 20 + "</all>"

    judged = judge(XML, body, tmp_path, Limits(record_chars=100_000))

    assert judged.outcome.accepted == 20


@pytest.mark.parametrize("code", ["[" * 100_000, '["' * 50_000, "0" * 1001])
def test_an_endless_number_format_is_none(code: str) -> None:
    assert len(NumberFormat.of(code).sections) == 1
    assert NumberFormat.of(code).sections[0].kind == NUMBER


@pytest.mark.parametrize("code", ["yyyy" + '"' + "a" * 994 + '"'])
def test_a_long_number_format_is_one(code: str) -> None:
    assert len(code) == 1000
    assert NumberFormat.of(code).sections[0].kind == "date"
