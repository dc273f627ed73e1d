"""The catalogue of inputs, delimited text that only looks otherwise: all its rows come back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.judging import AT, HEADER, csv_of, good_rows, judge, readings

ROW = f"PKT-01,water_level,{AT},1.5,m"
THREE = good_rows(3)
NOON = datetime(2026, 1, 7, 19, tzinfo=UTC)

ACCEPTED = {
    "ok_bom": "\ufeff" + csv_of(*THREE),
    "ok_crlf": csv_of(*THREE).replace("\n", "\r\n"),
    "ok_cr": csv_of(*THREE).replace("\n", "\r"),
    "ok_mixed_newlines": f"{HEADER}\r\n{THREE[0]}\n{THREE[1]}\r{THREE[2]}\n",
    "ok_no_final_newline": csv_of(*THREE).rstrip("\n"),
    "ok_blank_lines": "\n\n" + csv_of(THREE[0], "", "   ", *THREE[1:]) + "\n\n",
    "ok_reordered": csv_of(
        *(",".join(reversed(row.split(","))) for row in THREE),
        header=",".join(reversed(HEADER.split(","))),
    ),
    "ok_header_case_space": csv_of(*THREE, header=" Station ,PARAMETER,Time, value,Unit "),
    "ok_quoted_all": csv_of(*(",".join(f'"{cell}"' for cell in row.split(",")) for row in THREE)),
    "ok_spaces_trimmed": csv_of(*(row.replace(",", " , ") for row in THREE)),
    "ok_empty_trailing_columns": csv_of(*(row + ",," for row in THREE), header=HEADER + ",,"),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_a_file_that_only_looks_otherwise_gives_all_its_rows(case: str, tmp_path: Path) -> None:
    judged = judge(readings(), ACCEPTED[case], tmp_path)

    assert (judged.outcome.status, judged.quarantined) == ("accepted", [])
    assert judged.column("value") == [0.5, 1.5, 2.5]
    assert judged.column("unit") == ["m", "m", "m"]


def test_what_was_spelled_otherwise_is_counted(tmp_path: Path) -> None:
    judged = judge(
        readings(),
        csv_of(
            "PKT-01, water_level,2026-01-08T02:00:00+07:00,+1.50,metre",
            "PKT-01,do,2026-01-08 02:10 +07,1e0,mg/l",
            "PKT-01,dissolved_oxygen,2026-01-08T02:00:00Z,7.5,mg/L",
        ),
        tmp_path,
    )

    assert judged.outcome.coerced == {"parameter": 2, "time": 1, "value": 2, "unit": 2}
    assert judged.column("parameter") == ["water_level", "dissolved_oxygen", "dissolved_oxygen"]
    assert judged.column("unit") == ["m", "mg/L", "mg/L"]
    assert judged.column("value") == [1.5, 1.0, 7.5]


@pytest.mark.parametrize(
    "spelling",
    [
        *("2026-01-08T02:00:00+07:00", "2026-01-08 02:00:00+07:00", "2026-01-08T02:00+07:00"),
        *("2026-01-08T02:00:00.000+0700", "2026-01-08T02:00:00 +07:00", "2026-01-08T02:00:00+07"),
        *("2026-01-07T19:00:00Z", "2026-01-07T19:00Z", "2026-01-07 19:00:00.000000 z"),
        *("2026-01-07T19:00:00.000000000Z", "2026-01-07T16:30:00-02:30", "2026-01-08T09:00:00+14"),
    ],
)
def test_one_instant_may_be_spelled_in_many_ways(spelling: str, tmp_path: Path) -> None:
    judged = judge(readings(), csv_of(f"PKT-01,water_level,{spelling},1.5,m"), tmp_path)

    assert judged.column("time") == [NOON]


def test_the_two_hours_of_a_clock_set_back_are_two_instants(tmp_path: Path) -> None:
    body = csv_of(
        "PKT-01,water_level,2025-10-26T02:30:00+02:00,1.5,m",
        "PKT-01,water_level,2025-10-26T02:30:00+01:00,1.6,m",
    )

    judged = judge(readings(), body, tmp_path)

    assert judged.column("value") == [1.5, 1.6]


@pytest.mark.parametrize(
    ("spelling", "value"),
    [("1", 1), ("-0.5", -0.5), ("+7", 7), (".5", 0.5), ("5.", 5), ("1e1", 10), ("2.5E-1", 0.25)],
)
def test_one_number_may_be_spelled_in_many_ways(
    spelling: str, value: float, tmp_path: Path
) -> None:
    judged = judge(readings(), csv_of(f"PKT-01,water_level,{AT},{spelling},m"), tmp_path)

    assert judged.column("value") == [value]


def test_a_new_column_is_kept_beside_the_rows_and_reported(tmp_path: Path) -> None:
    body = csv_of(f"{ROW},ok", f"{good_rows(1)[0]},", header=HEADER + ",flag")

    judged = judge(readings(), body, tmp_path)

    assert judged.outcome.new_columns == ("flag",)
    assert judged.outcome.warnings == (
        "new column 'flag', first seen in the header; kept in _rescued",
    )
    assert [row["_rescued"] for row in judged.accepted] == ['{"flag": "ok"}', None]


@pytest.mark.parametrize(
    ("declared", "encoding", "used"),
    [
        ("utf-8", "utf-8-sig", "utf-8-sig"),
        ("utf-8", "utf-16", "utf-16"),
        ("utf-16", "utf-16", "utf-16"),
        ("cp874", "cp874", "cp874"),
        ("cp874", "utf-8", "utf-8"),
        ("cp874", "utf-8-sig", "utf-8-sig"),
    ],
)
def test_the_encoding_is_the_marked_or_the_declared_one(
    declared: str, encoding: str, used: str, tmp_path: Path
) -> None:
    contract = readings(format={"type": "csv", "encoding": declared})
    body = csv_of(f"{ROW},น้ำขึ้นสูงสุดของวัน", header=HEADER + ",หมายเหตุ").encode(encoding)

    judged = judge(contract, body, tmp_path)

    assert judged.outcome.encoding == used
    assert judged.accepted[0]["_rescued"] == '{"หมายเหตุ": "น้ำขึ้นสูงสุดของวัน"}'


def test_big_endian_utf16_with_its_mark_is_read(tmp_path: Path) -> None:
    judged = judge(readings(), b"\xfe\xff" + csv_of(ROW).encode("utf-16-be"), tmp_path)

    assert (judged.outcome.encoding, judged.outcome.accepted) == ("utf-16", 1)


def test_a_file_with_a_header_alone_is_accepted_with_a_warning(tmp_path: Path) -> None:
    judged = judge(readings(), csv_of(), tmp_path)

    assert (judged.outcome.status, judged.outcome.records) == ("accepted", 0)
    assert judged.outcome.warnings == ("no rows: the file holds a header and nothing else",)
