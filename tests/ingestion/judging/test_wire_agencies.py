"""What agencies send about weather, water and air, each by a contract.

The samples are made up. Does not belong here: tables of government offices (`test_thai_*.py`), and
what is wrong with a file (`test_bad_*.py`).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from tests.support.judging import contract_of, csv_of, judge, values

BANGKOK = "Asia/Bangkok"
GAPS = {"": "missing", "-": "missing", "-1": "missing", "-1.0": "missing", "N/A": "missing"}


WATER_LEVEL = contract_of(
    [
        {"name": "station", "source": "station.tele_station_oldcode", "type": "string"},
        {"name": "station_th", "source": "station.tele_station_name.th", "type": "string"},
        {
            "name": "observed_at",
            "source": "waterlevel_datetime",
            "type": "timestamp",
            "zone": BANGKOK,
        },
        {
            "name": "level_msl",
            "source": "waterlevel_msl",
            "type": "number",
            "sentinels": ["999999"],
            "missing": {"": "missing"},
        },
        {"name": "situation", "source": "situation_level", "type": "integer"},
        {
            "name": "side",
            "source": "diff_wl_bank_text",
            "type": "string",
            "allowed": {"above": ["ล้นตลิ่ง (ม.)"], "below": ["ต่ำกว่าตลิ่ง (ม.)"]},
        },
        {
            "name": "above_bank",
            "source": "diff_wl_bank",
            "type": "number",
            "sign": {"column": "side", "minus": ["below"]},
        },
        {
            "name": "province",
            "source": "geocode.province_name.th",
            "type": "string",
            "place": "province",
        },
    ],
    format={"type": "json", "record_path": ["waterlevel_data", "data"]},
    key=["station", "observed_at"],
    day="observed_at",
    tolerance={"quarantined_pct": 100},
)


def level(station: str, **changes: object) -> dict[str, object]:
    return {
        "waterlevel_datetime": "2026-01-08 09:00",
        "waterlevel_msl": "1.49",
        "situation_level": 4,
        "diff_wl_bank": "0.51",
        "diff_wl_bank_text": "ต่ำกว่าตลิ่ง (ม.)",
        "station": {"tele_station_oldcode": station, "tele_station_name": {"th": "บางใหญ่"}},
        "geocode": {"province_name": {"th": "ภูเก็ต"}},
    } | changes


def test_thaiwater_levels_have_their_sign_in_a_text(tmp_path: Path) -> None:
    answer = {
        "waterlevel_data": {
            "data": [
                level("A"),
                level("B", diff_wl_bank="0.20", diff_wl_bank_text="ล้นตลิ่ง (ม.)"),
                level("C", waterlevel_msl=None, situation_level=None),
                level("D", waterlevel_msl="999999"),
                level("E", diff_wl_bank_text="เท่าตลิ่ง"),
                level("F", diff_wl_bank="-0.51"),
                level("G", diff_wl_bank_text=None),
                level("H", geocode={"province_name": {"th": "เมียนมา"}}),
            ]
        }
    }

    judged = judge(WATER_LEVEL, json.dumps(answer), tmp_path)

    assert values(judged, "station", "level_msl", "level_msl_reason", "above_bank", "province") == [
        ("A", 1.49, None, -0.51, "83"),
        ("B", 1.49, None, 0.20, "83"),
        ("C", None, "missing", -0.51, "83"),
        ("D", None, "sentinel", -0.51, "83"),
    ]
    assert judged.column("observed_at")[0] == datetime(2026, 1, 8, 2, tzinfo=UTC)
    assert judged.column("station_th")[0] == "บางใหญ่"
    assert judged.codes == [
        (5, "value_unknown"),
        (6, "value_sign"),
        (7, "value_sign"),
        (8, "place_unknown"),
    ]
    assert judged.quarantined[2].expected == "a number without a sign, and one of the words in side"


def test_a_thaiwater_error_with_status_200_is_an_error(tmp_path: Path) -> None:
    judged = judge(WATER_LEVEL, '{"result": "NO", "data": "no data"}', tmp_path)

    assert judged.outcome.code == "error_document"


def test_rolling_rain_totals_are_named_as_such(tmp_path: Path) -> None:
    contract = contract_of(
        [
            {"name": "station", "source": "station.id", "type": "string"},
            {
                "name": "rain_rolling_24h_mm",
                "source": "rain_24h",
                "type": "number",
                "unit": "mm",
                "minimum": 0,
                "maximum": 1000,
                "sentinels": ["999999"],
            },
            {
                "name": "observed_at",
                "source": "rainfall_datetime",
                "type": "timestamp",
                "zone": BANGKOK,
            },
        ],
        format={"type": "json", "record_path": ["data"]},
        tolerance={"quarantined_pct": 100},
    )
    record = {"station": {"id": 12}, "rain_24h": 35.2, "rainfall_datetime": "2026-01-08 07:00"}

    judged = judge(
        contract, json.dumps({"data": [record, record | {"rain_24h": 999999}]}), tmp_path
    )

    assert values(judged, "rain_rolling_24h_mm", "rain_rolling_24h_mm_reason") == [
        (35.2, None),
        (None, "sentinel"),
    ]


def test_air4thai_times_stand_in_two_members_and_gaps_have_five_spellings(tmp_path: Path) -> None:
    contract = contract_of(
        [
            {"name": "station", "source": "stationID", "type": "string", "letter_case": "lower"},
            {
                "name": "observed_at",
                "source": "AQILast.date",
                "joined": ["AQILast.time"],
                "type": "timestamp",
                "zone": BANGKOK,
                "missing": {"": "missing", "0000-00-00 -": "not_applicable"},
            },
            {
                "name": "pm25_mean_24h",
                "source": "AQILast.PM25.value",
                "type": "number",
                "missing": GAPS,
                "minimum": 0,
            },
        ],
        format={"type": "json", "record_path": ["stations"]},
    )

    def station(name: str, value: str, at: tuple[str, str] = ("2026-01-08", "09:00")) -> object:
        last = {"date": at[0], "time": at[1], "PM25": {"color_id": "2", "value": value}}
        return {"stationID": name, "AQILast": last}

    gaps = [station("43T", gap) for gap in GAPS]
    answer = {"stations": [station("43t", "18.4"), *gaps, station("9T", "7", ("0000-00-00", "-"))]}

    judged = judge(contract, json.dumps(answer), tmp_path)

    assert set(judged.column("station")) == {"43t", "9t"}
    assert judged.column("pm25_mean_24h") == [18.4, None, None, None, None, None, 7.0]
    assert judged.column("observed_at")[0] == datetime(2026, 1, 8, 2, tzinfo=UTC)
    assert judged.column("observed_at_reason")[-1] == "not_applicable"


TMD: list[dict[str, object]] = [
    {"name": "station", "source": "WmoStationNumber", "type": "string"},
    {"name": "rain", "source": "Observation.Rainfall", "type": "number"},
]


def test_tmd_sends_one_station_as_an_object_and_many_as_a_list(tmp_path: Path) -> None:
    words = {"type": "json", "record_path": ["Stations", "Station"], "one_record": True}
    contract = contract_of(TMD, format=words)
    one = {"WmoStationNumber": "48564", "Observation": {"Rainfall": "0.4"}}

    single = judge(contract, "\ufeff" + json.dumps({"Stations": {"Station": one}}), tmp_path)
    many = judge(contract, json.dumps({"Stations": {"Station": [one, one]}}), tmp_path)

    assert values(single, "station", "rain") == [("48564", 0.4)]
    assert many.outcome.accepted == 2


def test_tmd_sends_the_same_as_xml(tmp_path: Path) -> None:
    contract = contract_of(
        TMD, format={"type": "xml", "record_path": ["WeatherToday", "Stations", "Station"]}
    )
    body = (
        "\ufeff<?xml version='1.0'?><WeatherToday><Header/><Stations><Station>"
        "<WmoStationNumber>48564</WmoStationNumber>"
        "<Observation><Rainfall>0.4</Rainfall></Observation></Station></Stations></WeatherToday>"
    )

    judged = judge(contract, body, tmp_path)

    assert values(judged, "station", "rain") == [("48564", 0.4)]


def test_a_trace_of_rain_is_neither_nothing_nor_missing(tmp_path: Path) -> None:
    contract = contract_of(
        [{"name": "rain", "type": "number", "missing": {"T": "trace", "-": "missing"}}]
    )

    judged = judge(contract, csv_of("T", "-", "0", header="rain"), tmp_path)

    assert values(judged, "rain", "rain_reason") == [
        (None, "trace"),
        (None, "missing"),
        (0.0, None),
    ]


def test_values_in_another_unit_are_multiplied(tmp_path: Path) -> None:
    contract = contract_of(
        [{"name": "humidity_pct", "source": "relativeHumidity", "type": "number", "multiply": 100}]
    )

    judged = judge(contract, csv_of("0.71", "1", header="relativeHumidity"), tmp_path)

    assert judged.column("humidity_pct") == [71.0, 100.0]
