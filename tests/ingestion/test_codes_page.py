"""The guide and the runbook tell every code, as the registry has it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.codes_page import BEGIN, END, GUIDE, RUNBOOK, render_guide, render_runbook
from ingestion.errors import PermanentError
from ingestion.faults import codes
from ingestion.written_part import write_part


@pytest.mark.parametrize(
    ("page", "render"),
    [(GUIDE, render_guide), (RUNBOOK, render_runbook)],
    ids=["guide", "runbook"],
)
def test_the_table_of_a_page_is_as_it_is_generated(page: Path, render: Callable[[], str]) -> None:
    committed = page.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]

    assert committed == f"\n{render()}", "run cdp generate"


@pytest.mark.parametrize("render", [render_guide, render_runbook])
def test_every_code_has_one_row_of_whole_cells(render: Callable[[], str]) -> None:
    head, ruler, *rows = render().splitlines()

    assert [row.split("`")[1] for row in rows] == sorted(codes())
    assert {line.count("|") for line in (head, ruler, *rows)} == {head.count("|")}


def test_an_operator_finds_in_both_languages_what_to_do_and_whether_the_sender_must() -> None:
    (row,) = (row for row in render_runbook().splitlines() if row.startswith("| `csv_quote`"))

    for said in (codes()["csv_quote"].means, codes()["csv_quote"].do):
        assert f" {said.en}<br>{said.th} " in row
    assert " yes · ต้อง " in row


def test_only_the_part_between_the_marks_is_written(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- a -->\nold\n<!-- b -->\nafter\n")

    write_part(page, "<!-- a -->", "<!-- b -->", "new\n")

    assert page.read_text() == "before\n<!-- a -->\nnew\n<!-- b -->\nafter\n"


@pytest.mark.parametrize("text", ["nothing", "<!-- a -->", "<!-- b -->\n<!-- a -->"])
def test_a_page_without_its_marks_is_left_alone(text: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)

    with pytest.raises(PermanentError, match="<!-- a --> … <!-- b -->"):
        write_part(page, "<!-- a -->", "<!-- b -->", "new\n")

    assert page.read_text() == text
