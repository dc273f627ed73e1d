"""What a contract says about whole rows: unpivoting, repeats, days, and the columns of the lake."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from tests.support.judging import contract_of, csv_of, good_rows, judge, readings


def test_a_wide_record_becomes_a_row_per_value_column(tmp_path: Path) -> None:
    contract = contract_of(
        [
            {"name": "station", "type": "string", "required": True},
            {"name": "parameter", "type": "string", "required": True},
            {"name": "value", "type": "number", "missing": {"": "missing"}, "maximum": 50},
        ],
        constants={"station": "pier"},
        unpivot=[
            {"take": {"value": "temp"}, "set": {"parameter": "water_temperature"}},
            {"take": {"value": "stage_ft"}, "set": {"parameter": "level"}, "multiply": 0.5},
        ],
        key=["station", "parameter"],
    )

    judged = judge(contract, csv_of("28.5,4", header="temp,stage_ft"), tmp_path)

    assert [(r["station"], r["parameter"], r["value"], r["_record"]) for r in judged.accepted] == [
        ("pier", "level", 2.0, 1),
        ("pier", "water_temperature", 28.5, 1),
    ]
    assert (judged.outcome.records, judged.outcome.rows) == (1, 2)


def test_of_a_wide_record_only_the_bad_value_is_quarantined(tmp_path: Path) -> None:
    contract = contract_of(
        [
            {"name": "parameter", "type": "string", "required": True},
            {"name": "value", "type": "number", "missing": {"": "missing"}, "maximum": 50},
        ],
        unpivot=[
            {"take": {"value": "a"}, "set": {"parameter": "a"}},
            {"take": {"value": "b"}, "set": {"parameter": "b"}, "multiply": 10},
        ],
    )

    judged = judge(contract, csv_of("1,6", "2", ",3", header="a,b"), tmp_path)

    assert [(row.record, row.code) for row in judged.quarantined] == [
        (1, "value_out_of_range"),
        (2, "columns"),
    ]
    assert [(r["_record"], r["parameter"], r["value"]) for r in judged.accepted] == [
        (1, "a", 1.0),
        (3, "a", None),
        (3, "b", 30.0),
    ]
    assert judged.outcome.rows == 5


def test_a_conflict_may_be_kept_for_the_gate(tmp_path: Path) -> None:
    first, *_ = good_rows(1)

    judged = judge(
        readings(repeats={"conflict": "keep"}),
        csv_of(first, first, first.replace("0.5", "0.6")),
        tmp_path,
    )

    assert judged.column("value") == [0.5, 0.6]
    assert (judged.outcome.deduplicated, judged.outcome.quarantined) == (1, 0)


def test_rows_lie_by_their_day_in_thailand(tmp_path: Path) -> None:
    rows = [
        f"PKT-01,water_level,{at},1,m"
        for at in ("2026-01-07T16:59:59Z", "2026-01-07T17:00:00Z", "2026-01-08T23:59:59+07:00")
    ]

    judged = judge(readings(), csv_of(*rows), tmp_path)

    files = [(file.day, file.rows) for file in judged.outcome.files]
    assert files == [(date(2026, 1, 7), 1), (date(2026, 1, 8), 2)]


def test_rows_without_an_event_day_lie_by_the_day_that_they_came(tmp_path: Path) -> None:
    judged = judge(readings(day=None), csv_of(*good_rows(2)), tmp_path)

    assert [file.day for file in judged.outcome.files] == [date(2026, 1, 9)]


def test_columns_stand_in_the_order_of_the_contract_with_what_is_ours_behind(
    tmp_path: Path,
) -> None:
    contract = contract_of([{"name": "cell", "type": "number", "missing": {"-": "missing"}}])

    judged = judge(contract, csv_of("1", header="cell"), tmp_path)

    assert list(judged.accepted[0]) == [
        *("cell", "cell_reason", "_rescued", "_delivery", "_record", "_received_at"),
    ]
    assert json.dumps(judged.accepted[0]["_rescued"]) == "null"
