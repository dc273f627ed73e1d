"""Accounting of the WiFi: what the door makes of it, and that it follows the people."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from city.channels import DropFile
from city.city import City, demo_city
from city.registers.access_points import NUMBERS, OUT_OF_ORDER, access_points
from city.sources.tourism.wifi.sessions import SOURCE
from city.truth.people.visitors import present
from city.truth.people.wifi import sessions
from tests.city.tourism.taking import records, take

CITY = replace(demo_city(), stream_days=0)
PATONG = 9


def files(day: int, city: City = CITY) -> list[DropFile]:
    return list(SOURCE.files(city, city.calendar[day]))


def whole(day: int) -> tuple[list[DropFile], bytes, dict[str, set[int]]]:
    """A day's sound files as one, and the records that should come to each outcome."""
    sound = [file for file in files(day) if "_copy" not in file.name]
    sound = [f for f in sound if not any(d.outcome == "refused" for d in f.defects)]
    body, before = b"", 0
    expected: dict[str, set[int]] = {}
    for file in sound:
        heading, _, rows = gzip.decompress(file.body).partition(b"\n")
        body = body or heading + b"\n"
        for outcome in ("quarantined", "deduplicated", "accepted"):
            found = {before + n for n in records(file.defects, outcome)}
            expected.setdefault(outcome, set()).update(found)
        body, before = body + rows, before + rows.count(b"\n")
    return sound, gzip.compress(body), expected


@pytest.mark.parametrize("day", [0, 1])
def test_a_day_is_taken_but_for_what_the_truth_says(day: int, tmp_path: Path) -> None:
    _, body, expected = whole(day)

    judged = take(CITY, "wifi_sessions", body, tmp_path)

    assert {row.record for row in judged.quarantined} == expected["quarantined"]
    assert judged.outcome.deduplicated == len(expected["deduplicated"]) > 0
    kept = {row["_record"] for row in judged.accepted}
    assert kept >= expected["accepted"]
    assert not kept & (expected["deduplicated"] | expected["quarantined"])


def test_nothing_that_the_server_made_of_a_user_is_kept(tmp_path: Path) -> None:
    """Not the number of a session either: a RADIUS server makes it of the user's name."""
    _, body, _ = whole(1)
    table = list(csv.DictReader(io.StringIO(gzip.decompress(body).decode())))
    named = ("AcctUniqueId", "AcctSessionId", "UserName", "CallingStationId", "FramedIPAddress")
    sent = {row[name] for row in table for name in named} - {""}

    accepted = take(CITY, "wifi_sessions", body, tmp_path).accepted

    assert not sent & {str(value) for row in accepted for value in row.values()}
    one_each = {row["session_id"] for row in accepted}
    assert len(one_each) == len({table[row["_record"] - 1]["AcctUniqueId"] for row in accepted})


def test_a_day_without_a_clock_shows_the_first_of_january_1970(tmp_path: Path) -> None:
    _, body, expected = whole(1)

    codes = Counter(row.code for row in take(CITY, "wifi_sessions", body, tmp_path).quarantined)

    assert codes["ts_ancient"] > codes["identifier_format"] > 0
    assert sum(codes.values()) == len(expected["quarantined"])


def test_files_that_are_broken_are_refused_and_come_again(tmp_path: Path) -> None:
    refused = {
        defect.kind: take(CITY, "wifi_sessions", file.body, tmp_path).outcome.code
        for day in (2, 3, 6)
        for file in files(day)
        for defect in file.defects
        if defect.outcome == "refused"
    }

    assert refused == {
        "truncated_file": "truncated_archive",
        "renamed_column": "header_mismatch",
        "html_page": "html_document",
    }
    cut, again = (f for f in files(2) if "_1015" in f.name)
    assert gzip.decompress(again.body).startswith(b"RadAcctId")
    assert again.sent_at - cut.sent_at == timedelta(hours=3)


def test_a_day_is_96_files_each_sent_after_its_quarter_hour() -> None:
    sent = files(0)

    assert len(sent) == 96
    assert sent[41].name == f"wifi_{CITY.first_day:%Y%m%d}_1015.csv.gz"
    assert sent[41].sent_at.isoformat() == f"{CITY.first_day}T10:31:00+07:00"
    assert len({file.name for file in sent}) == 96


def test_late_and_repeated_files_hold_what_the_truth_says() -> None:
    late = [f for f in files(4) for d in f.defects if d.kind == "late_file"]
    (copy,) = [f for f in files(5) for d in f.defects if d.kind == "duplicate_file"]

    assert [f.sent_at.hour for f in late] == [3, 3, 3, 4, 4, 4, 4, 5]
    assert copy.body in {f.body for f in files(5) if f.name != copy.name}


def test_sessions_follow_the_visitors() -> None:
    days = [date(2026, 1, 5) + timedelta(days=14 * n) for n in range(26)]

    used = [len(sessions(1, day, 10_000)) for day in days]
    there = [int(present(1, day).sum()) for day in days]

    assert np.corrcoef(used, there)[0, 1] > 0.98


def test_a_city_of_full_size_has_the_sessions_of_phuket() -> None:
    found = sessions(CITY.seed, CITY.first_day, 1_000_000)

    tambon = np.repeat(np.arange(17), NUMBERS)[found.access_point]
    made_up = (found.device >> np.uint64(41)) & np.uint64(1)
    assert 150_000 < len(found) < 300_000
    assert 0.21 < (tambon == PATONG).mean() < 0.28
    # In the low season nobody comes to some of those that work.
    used = set(np.unique(found.access_point).tolist())
    assert 980 < len(used) <= 1000 - len(OUT_OF_ORDER)
    assert not used & {number - 1 for number in OUT_OF_ORDER}
    assert 0.6 < made_up.mean() < 0.7
    assert not ((found.device >> np.uint64(40)) & np.uint64(1)).any()  # no address of a group


def test_visitors_come_back_with_the_same_device_until_they_leave() -> None:
    start = date(2026, 2, 2)
    met = [set(sessions(1, start + timedelta(days=n), 100_000).device.tolist()) for n in (0, 1, 28)]

    assert len(met[0] & met[1]) > 0.3 * len(met[0])
    assert len(met[0] & met[2]) < 0.4 * len(met[0] & met[1])


def test_no_session_begins_outside_its_day_or_lasts_too_long() -> None:
    found = sessions(1, CITY.first_day, 100_000)

    assert (found.begins.min() >= 0) & (found.begins.max() < 86_400)
    assert (found.lasts.min() >= 45) & (found.lasts.max() <= 9 * 3600)
    assert len(np.unique(found.number)) == len(found)


def test_the_access_points_stand_apart_in_their_tambon() -> None:
    points = access_points()

    assert (len(points), sum(NUMBERS)) == (1000, 1000)
    assert len({(point.latitude, point.longitude) for point in points}) == 1000
    assert len({point.mac for point in points}) == 1000
    assert {point.maker for point in points} == {"dashes", "colons", "bare"}


def test_the_same_city_sends_the_same_bytes() -> None:
    small = replace(CITY, scale=0.002)

    first = [file.body for file in SOURCE.files(small, small.calendar[1])]
    sessions.__globals__["_sessions"].cache_clear()
    again = [file.body for file in SOURCE.files(small, small.calendar[1])]

    assert first == again
