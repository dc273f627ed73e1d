"""Pages prove that no record was lost between them: rows deleted meanwhile, places ignored.

Does not belong here: the kinds of paging (`test_http_json.py`), and what the other connectors add.
"""

from __future__ import annotations

import pytest

from ingestion.errors import PermanentError, TransientError
from tests.ingestion.connectors.test_http_json import OFFSET, ROWS, by_offset, page, read, rows_of

__all__ = ["read"]


def changing(first, then, size=3):
    """Rows by offset: those of `first` on the first page of each reading, then those of `then`."""

    def answer(asked):
        start, limit = int(asked.query["offset"]), int(asked.query["limit"])
        rows = first if (start, limit) == (0, size) else then
        return page(rows[start : start + limit], meta={"total": len(rows)})

    return answer


@pytest.mark.parametrize("identifier", ["id", ""])
def test_a_row_deleted_between_two_pages_loses_no_other(read, server, identifier):
    """Row 1 goes after page 1: all move up by one, and row 3 would never be seen."""
    server.answer = changing(ROWS, ROWS[1:])

    with pytest.raises(TransientError, match="had 7 records on page 1 and 6 on page 2"):
        read(paging=OFFSET, identifier=identifier)
    assert [asked.query["offset"] for asked in server.asked] == ["0", "3", "0", "3"]


def test_a_table_that_changed_once_is_read_again_from_its_beginning(read, server):
    plain, moving = by_offset(ROWS[1:]), changing(ROWS, ROWS[1:])
    server.answer = lambda asked: (moving if len(server.asked) < 3 else plain)(asked)

    assert rows_of(read(paging=OFFSET)) == ROWS[1:]


def test_a_row_deleted_and_another_added_between_two_pages_is_noticed(read, server):
    """The number of all stays, nothing comes twice; yet row 3 is read on neither page."""
    server.answer = changing(ROWS, [*ROWS[1:], {"id": 99}])

    with pytest.raises(TransientError, match="record 3 is another one than when its page was read"):
        read(paging=OFFSET)


def test_a_table_without_a_total_is_proved_by_its_identifiers(read, server):
    server.answer = changing(ROWS, ROWS[1:])

    with pytest.raises(TransientError, match="record 3 is another one"):
        read(paging={"type": "offset", "size": 3, "total": []})


@pytest.mark.parametrize("first_page", [0, 1])
@pytest.mark.parametrize("added", [[], [{"id": 99}]], ids=["deleted", "deleted and added"])
def test_numbered_pages_without_a_total_still_end_where_they_ended(read, server, first_page, added):
    """Row 1 goes after page 1; nothing comes twice and nothing says how many there are."""
    times = []

    def answer(asked):
        number = int(asked.query["page"]) - first_page
        times.append(number)
        # A reading asks for the pages 0 to 3, and then for the first of them again.
        rows = ROWS if number == 0 and times.count(0) % 2 else [*ROWS[1:], *added]
        return page(rows[number * 3 : number * 3 + 3])

    server.answer = answer

    with pytest.raises(TransientError, match="record 3 is another one than when its page was read"):
        read(paging={"type": "page", "first": first_page})


def test_numbered_pages_that_stay_are_read(read, server):
    server.answer = lambda asked: page(ROWS[(n := 3 * int(asked.query["page"]) - 3) : n + 3])

    assert rows_of(read(paging={"type": "page"})) == ROWS
    assert [asked.query["page"] for asked in server.asked] == ["1", "2", "3", "4", "1", "2"]


@pytest.mark.parametrize("identifier", ["id", ""])
@pytest.mark.parametrize("kind", ["offset", "page"])
def test_a_server_that_ignores_the_place_and_numbers_its_answers_is_refused(
    read, server, kind, identifier
):
    server.answer = lambda _: page(ROWS[:2], meta={"total": 6}, request=len(server.asked))
    paging = {"type": kind, "size": 2, "total": ["meta", "total"]}

    with pytest.raises(PermanentError, match=r"page 2 with the records of earlier pages.*paging"):
        read(paging=paging, identifier=identifier)
    assert len(server.asked) == 4, "read twice, and each time no further than the repeat"


def test_records_that_tell_the_time_do_not_hide_a_page_that_repeats(read, server):
    server.answer = lambda _: page([{"id": 1, "read": len(server.asked)}], meta={"total": 4})

    with pytest.raises(PermanentError, match="the records of earlier pages"):
        read(paging={**OFFSET, "size": 1})


@pytest.mark.parametrize(
    ("paging", "identifier"),
    [({**OFFSET, "total": ["count"]}, ""), ({**OFFSET, "total": []}, "number")],
    ids=["a total that leads nowhere", "an identifier that no record has"],
)
def test_pages_that_nothing_proves_are_refused(read, server, paging, identifier):
    server.answer = by_offset(ROWS)

    with pytest.raises(PermanentError, match="nothing in its 4 pages proves that no record was"):
        read(paging=paging, identifier=identifier)


def test_a_record_that_the_sender_repeats_within_a_page_is_for_the_parser(read, server):
    rows = [ROWS[0], ROWS[0], *ROWS[1:]]
    server.answer = by_offset(rows)

    assert rows_of(read(paging=OFFSET)) == rows


def test_an_empty_table_needs_no_proof(read, server):
    server.answer = by_offset([])

    assert rows_of(read(paging=OFFSET)) == []
