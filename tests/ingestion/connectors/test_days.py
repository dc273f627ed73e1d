"""The days that are asked for, and how contracts write them."""

from __future__ import annotations

from datetime import date

import pytest

from ingestion.connectors.days import file_name, filled
from tests.support.planned_server import Reply

NEW_YEAR = date(2025, 12, 31)


@pytest.mark.parametrize(
    ("text", "day", "expected"),
    [
        ("rain_{day}.csv", NEW_YEAR, "rain_20251231.csv"),
        ("{day:%Y-%m-%d}..{next_day:%Y-%m-%d}", NEW_YEAR, "2025-12-31..2026-01-01"),
        ("{day:%d/%m/}{buddhist_year}", NEW_YEAR, "31/12/2568"),
        ("{fiscal_year}", date(2025, 9, 30), "2568"),
        ("{fiscal_year}", date(2025, 10, 1), "2569"),
        ("${CDP_X} {} {0}", NEW_YEAR, "${CDP_X} {} {0}"),
    ],
)
def test_words_for_the_day_are_filled_in(text, day, expected):
    assert filled(text, day) == expected


def test_every_day_of_the_lookback_is_asked_for_oldest_first(source, server):
    source.lookback = 2
    server.answer = lambda asked: Reply(body=asked.path.encode())

    files = source.bodies(connector="http_file", url=f"{server.url}/rain_{{day}}.csv")

    assert list(files.items()) == [
        (f"rain_{day}.csv", f"/rain_{day}.csv".encode())
        for day in ("20260106", "20260107", "20260108")
    ]


def test_a_table_without_days_is_asked_for_once(source, server):
    source.lookback = 2
    server.replies(Reply(body=b"level\n"))

    assert list(source.bodies(connector="http_file", url=f"{server.url}/t.csv")) == ["t.csv"]


def test_a_table_by_year_is_asked_for_once_a_year(source, server):
    source.lookback = 9
    server.replies(Reply(body=b"level\n"))

    source.bodies(connector="http_file", url=server.url, params={"year": "{buddhist_year}"})

    assert [asked.query["year"] for asked in server.asked] == ["2568", "2569"]


@pytest.mark.parametrize(
    ("word", "url", "texts", "expected"),
    [
        ("", "https://h.example/a/rain.csv.gz?x=1", ("{day}",), "rain-20251231.csv.gz"),
        ("", "https://h.example/a/rain_{day}.csv", ("{day}",), "rain_20251231.csv"),
        ("level_{day}.csv", "https://h.example/a", ("{day}",), "level_20251231.csv"),
        ("", "https://h.example/%2e%2e%2f..%2fetc%2fpasswd", (), "_.._etc_passwd"),
        ("", "https://h.example/%E0%B8%99%E0%B9%89%E0%B8%B3.csv", (), "น้ำ.csv"),
        ("", "https://h.example/", (), "answer"),
        ("", "https://h.example/.bashrc%00;rm", (), "bashrc_rm"),
    ],
)
def test_names_are_safe_and_tell_the_day(word, url, texts, expected):
    assert file_name(word, url, NEW_YEAR, *texts) == expected
