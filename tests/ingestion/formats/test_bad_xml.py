"""The catalogue of bad inputs, XML: what becomes of each, and what its message says."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ingestion.judging.sandbox import Job, Sandbox
from ingestion.limits import Limits
from tests.support.judging import AT, NOW, contract_of, judge, readings
from tests.support.planned_server import planned_server

XML = readings(format={"type": "xml", "record_path": ["readings", "reading"]})
ROW = {
    "station": "PKT-01",
    "parameter": "water_level",
    "time": AT,
    "value": "1.5",
    "unit": "m",
}


def reading(**changes: str | None) -> str:
    """One record; None leaves an element out."""
    members = {name: value for name, value in (ROW | changes).items() if value is not None}
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in members.items())
    return f"<reading>{inside}</reading>"


def document(*records: str, before: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    return f"{before}\n<readings>\n" + "\n".join(records) + "\n</readings>\n"


GOOD = [reading(time=f"2026-01-08T{hour:02d}:00:00+07:00") for hour in range(3)]


@pytest.mark.parametrize(
    "body",
    [
        document(*GOOD),
        document(*GOOD, before=""),
        b"\xef\xbb\xbf" + document(*GOOD).encode(),
        document(*GOOD).replace("UTF-8", "UTF-16").encode("utf-16"),
        document(*GOOD)
        .replace("<readings>", '<c:readings xmlns:c="urn:city">')
        .replace("</readings>", "</c:readings>"),
        document("<!-- none -->", *GOOD, "<?stop here?>"),
        document(*GOOD).replace("water_level", "<![CDATA[water_level]]>"),
    ],
    ids=["plain", "no declaration", "mark", "utf-16", "prefix", "comments", "cdata"],
)
def test_records_come_back_however_the_document_is_written(
    body: str | bytes, tmp_path: Path
) -> None:
    judged = judge(XML, body, tmp_path)

    assert judged.column("value") == [1.5] * 3
    assert judged.outcome.warnings == ()


def test_a_packed_document_is_read(tmp_path: Path) -> None:
    words = {"type": "xml", "record_path": ["readings", "reading"], "compression": "gzip"}

    judged = judge(readings(format=words), gzip.compress(document(*GOOD).encode()), tmp_path)

    assert judged.outcome.accepted == 3


def test_thai_in_the_declared_encoding_is_read_whatever_the_document_says(tmp_path: Path) -> None:
    words = {"type": "xml", "record_path": ["readings", "reading"], "encoding": "cp874"}
    contract = readings(format=words, tolerance={"quarantined_pct": 100})
    body = document(reading(unit="เมตร"), before='<?xml version="1.0" encoding="TIS-620"?>')

    judged = judge(contract, body.encode("cp874"), tmp_path)

    assert judged.outcome.encoding == "cp874"
    assert judged.quarantined[0].found == "เมตร"


def test_a_document_without_records_is_no_error(tmp_path: Path) -> None:
    judged = judge(XML, document(), tmp_path)

    assert (judged.outcome.status, judged.outcome.rows) == ("accepted", 0)
    assert "no rows" in judged.outcome.warnings[0]


def test_an_element_that_nobody_declared_is_kept_aside_and_reported(tmp_path: Path) -> None:
    extra = reading().replace("<unit>", '<flag by="QC">ok</flag><unit>')

    judged = judge(XML, document(extra), tmp_path)

    assert judged.column("_rescued") == ['{"flag": "ok", "flag.@by": "QC"}']
    assert judged.outcome.new_columns == ("flag", "flag.@by")


ENTITY = '<!DOCTYPE r [<!ENTITY x SYSTEM "{}">]>'
DTD = '<!DOCTYPE readings SYSTEM "{}">'
LAUGHS = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(8))
DEEP = "<a>" * 40 + "</a>" * 40
REFUSED = {
    "empty": ("", "empty_file", "0 bytes"),
    "only_newlines": ("\n\n", "xml_not_wellformed", "no element found"),
    "xxe_file": (
        document(*GOOD, before=ENTITY.format("file:///etc/passwd")),
        *("xml_dtd", "a DOCTYPE in line 1"),
    ),
    "xxe_http": (
        document(*GOOD, before=ENTITY.format("http://localhost:9/x")),
        *("xml_dtd", "nothing is read or fetched"),
    ),
    "billion_laughs": (
        document("&a8;", before=f'<!DOCTYPE r [<!ENTITY a0 "ha">{LAUGHS}]>'),
        *("xml_dtd", "a DOCTYPE"),
    ),
    "quadratic_blowup": (
        document("&a;" * 10, before=f'<!DOCTYPE r [<!ENTITY a "{"x" * 10_000}">]>'),
        *("xml_dtd", "a DOCTYPE"),
    ),
    "doctype_harmless": (
        document(*GOOD, before="<!DOCTYPE readings>"),
        *("xml_dtd", "ask the sender for the document without its DOCTYPE"),
    ),
    "deep": (document(*GOOD, DEEP), "xml_too_deep", "depth over 32 in line"),
    "truncated": (document(*GOOD)[:-20], "xml_not_wellformed", "in line 5, column"),
    "unescaped_amp": (
        document(reading(unit="m & s")),
        *("xml_not_wellformed", "not well-formed (invalid token) in line 3, column"),
    ),
    "bad_utf8": (
        document(*GOOD).encode().replace(b"PKT-01", b"PKT-\xff1", 1),
        *("xml_not_wellformed", "in line 3, column"),
    ),
    "control_character": (
        document(reading(unit="m\x01")),
        *("xml_not_wellformed", "in line 3, column"),
    ),
    "unknown_entity": (document(reading(unit="&thai;")), "xml_not_wellformed", "undefined entity"),
    "trailing_text": (document(*GOOD) + "done", "xml_not_wellformed", "in line 7"),
    "two_roots": (
        document(*GOOD) + document(),
        "xml_not_wellformed",
        "junk after document element",
    ),
    "cp874_undeclared": (
        document(*[reading(unit="เมตรต่อวินาที")] * 5).encode("cp874"),
        *("encoding", "look like Thai text in cp874"),
    ),
    "html": (
        "<!DOCTYPE html><html><title>503 Service Unavailable</title></html>",
        *("html_document", "503 Service Unavailable"),
    ),
    "wrong_root": (
        "<stations><station/></stations>",
        *("error_document", "root is <stations>, expected records at readings/reading"),
    ),
    "error_body": (
        "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Detail>old</Detail></Error>",
        *("error_document", "an error message: 'AccessDenied'"),
    ),
    "json_error": ('{"error": "quota"}', "error_document", "quota"),
    "is_json": ('[{"station": 1}]', "format_mismatch", "expected XML"),
    "is_gzip": (gzip.compress(b"<readings/>"), "format_mismatch", "found gzip"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_document_is_refused_and_says_why(case: str, tmp_path: Path) -> None:
    body, code, words = REFUSED[case]

    judged = judge(XML, body, tmp_path)

    assert (judged.outcome.status, judged.outcome.code) == ("refused", code)
    assert words in judged.outcome.message


@pytest.mark.parametrize("asked_for", ["entity", "dtd"])
def test_a_document_that_names_an_address_makes_no_request(
    asked_for: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    with planned_server() as server:
        address = f"{server.url}/x"
        before = ENTITY.format(address) if asked_for == "entity" else DTD.format(address)
        path = tmp_path / "a.xml"
        path.write_text(document(reading(unit="&x;"), before=before), "utf-8")
        work = tmp_path / "work"
        work.mkdir()

        outcome = sandbox.parse(Job(XML, path, work, "d" * 64, NOW))

    assert (outcome.code, server.asked) == ("xml_dtd", [])


QUARANTINED = {
    "missing_elements": (reading(station=None), "value_missing", "station", "", "a value"),
    "repeated_element": (
        reading().replace("<unit>m</unit>", "<unit>m</unit><unit>m</unit>"),
        *("xml_repeated", "unit", "2 elements", "one element with text"),
    ),
    "nested_element": (
        reading(value="<low>1</low>"),
        *("xml_repeated", "value", "elements inside", "one element with text"),
    ),
    "bad_value": (reading(value="high"), "value_not_number", "value", "high", "a number such as"),
    "bidi": (reading(unit="m\u202e"), "control_char", "unit", "U+202E", "no control characters"),
}


@pytest.mark.parametrize("case", QUARANTINED)
def test_a_bad_record_is_quarantined_alone(case: str, tmp_path: Path) -> None:
    body, code, column, found, expected = QUARANTINED[case]

    judged = judge(XML, document(*GOOD, body), tmp_path)

    assert judged.codes == [(4, code)]
    row = judged.quarantined[0]
    assert (row.place, row.column) == ("line 6", column)
    assert found in row.found
    assert expected in row.expected
    assert judged.outcome.accepted == 3


def test_a_record_beyond_the_limit_is_quarantined_and_costs_no_memory(tmp_path: Path) -> None:
    giant = reading(unit="m" * 5000)

    judged = judge(XML, document(*GOOD, giant), tmp_path, Limits(record_chars=2000))

    assert judged.codes == [(4, "field_too_large")]
    assert "2000 characters" in judged.quarantined[0].found


def test_attributes_and_paths_are_columns(tmp_path: Path) -> None:
    fields: list[dict[str, object]] = [
        {"name": "station", "source": "@id", "type": "string"},
        {"name": "name", "source": "names.th", "type": "string"},
        {"name": "rain", "type": "number"},
        {"name": "unit", "source": "rain.@unit", "type": "string"},
        {"name": "remark", "source": "#text", "type": "string"},
    ]
    contract = contract_of(fields, format={"type": "xml", "record_path": ["s", "t"]})
    body = (
        '<s><t id="a"><names><th>ป่าตอง</th></names><rain unit="mm">2.5</rain></t>'
        '<t id="b">closed</t></s>'
    )

    judged = judge(contract, body, tmp_path)

    rows = [[row[str(f["name"])] for f in fields] for row in judged.accepted]
    assert rows == [["a", "ป่าตอง", 2.5, "mm", None], ["b", None, None, None, "closed"]]
