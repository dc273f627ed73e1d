"""Records that stand where, or under a name that, the contract does not say: no empty delivery.

Does not belong here: members of records (`test_absent_fields.py`).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingestion.contracts import SourceContract
from tests.support.judging import contract_of, judge


def coded(form: dict[str, object], **words: object) -> SourceContract:
    field = {"name": "code", "source": "id", "type": "string"}
    return contract_of([field], format=form, **words)


def xml_of(element: str, *codes: str) -> str:
    inner = "".join(f"<{element}><id>{code}</id></{element}>" for code in codes)
    return f"<data>{inner}</data>"


EMPTY: dict[str, tuple[dict[str, object], str]] = {
    "json": ({"type": "json", "record_path": ["data"]}, '{"data": []}'),
    "pages": ({"type": "json_lines", "record_path": ["data"]}, '{"data": []}\n'),
    "ngsi_ld": ({"type": "ngsi_ld"}, "[]\n"),
    "sensorthings": ({"type": "sensorthings"}, '{"value": []}\n'),
    "xml": ({"type": "xml", "record_path": ["data", "item"]}, "<data></data>"),
    "xml with a word about itself": (
        {"type": "xml", "record_path": ["data", "item"]},
        "<data><total>0</total><page><number>1</number></page></data>",
    ),
}
RENAMED: dict[str, tuple[dict[str, object], str]] = {
    "json": ({"type": "json", "record_path": ["data"]}, '{"rows": [{"id": "a"}]}'),
    "pages": ({"type": "json_lines", "record_path": ["data"]}, '{"rows": [{"id": "a"}]}\n'),
    "ngsi_ld": ({"type": "ngsi_ld"}, '{"results": [{"id": "a", "type": "T"}]}\n'),
    "sensorthings": ({"type": "sensorthings"}, '{"values": [{"id": "a"}]}\n'),
    "xml": ({"type": "xml", "record_path": ["data", "item"]}, xml_of("row", "a", "b")),
    "xml, one record": ({"type": "xml", "record_path": ["data", "item"]}, xml_of("row", "a")),
    "xml, all attributes": (
        {"type": "xml", "record_path": ["data", "item"]},
        '<data><row id="a"/><row id="b"/></data>',
    ),
    "xml, further out": (
        {"type": "xml", "record_path": ["root", "data", "item"]},
        "<root><rows><item><id>a</id></item></rows></root>",
    ),
    "xml, a level deeper": (
        {"type": "xml", "record_path": ["data", "item"]},
        "<data><group><item><id>a</id></item></group></data>",
    ),
    "xml, two levels deeper": (
        {"type": "xml", "record_path": ["data", "item"]},
        "<data><group><items><item><code>a</code></item></items></group></data>",
    ),
    "xml, a sentence": (
        {"type": "xml", "record_path": ["string", "item"]},
        "<string>The quota of today is used up</string>",
    ),
}


@pytest.mark.parametrize("case", EMPTY)
def test_an_empty_list_of_records_is_an_empty_delivery(case: str, tmp_path: Path) -> None:
    form, body = EMPTY[case]

    outcome = judge(coded(form), body, tmp_path).outcome

    assert (outcome.status, outcome.records) == ("accepted", 0)


@pytest.mark.parametrize("case", RENAMED)
def test_records_under_another_name_are_no_empty_delivery(case: str, tmp_path: Path) -> None:
    form, body = RENAMED[case]

    outcome = judge(coded(form), body, tmp_path).outcome

    assert (outcome.status, outcome.code) == ("refused", "error_document")


@pytest.mark.parametrize(
    ("kind", "accepted"),
    [
        ("CrowdFlowObserved", True),
        (["Device", "CrowdFlowObserved"], True),
        ("https://uri.etsi.org/ngsi-ld/default-context/CrowdFlowObserved", True),
        (None, True),
        ("CrowdFlow", False),
        (["Device"], False),
    ],
)
def test_entities_of_another_type_are_others(kind: object, accepted: bool, tmp_path: Path) -> None:
    fetch = {"connector": "ngsi_ld", "url": "http://b.example", "entity": "CrowdFlowObserved"}
    entity = {"id": "a"} | ({} if kind is None else {"type": kind})

    outcome = judge(coded({"type": "ngsi_ld"}, fetch=fetch), json.dumps([entity]), tmp_path).outcome

    assert (outcome.status == "accepted") == accepted
