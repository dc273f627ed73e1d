"""What citizens' complaints and health reports are sent as, each by a contract. All made up.

Does not belong here: what is wrong with a file (`test_bad_*.py`).
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

from tests.support.judging import contract_of, csv_of, json_of, judge, values

COMPLAINT: list[dict[str, object]] = [
    {"name": "ticket", "source": "ticket_id", "type": "string"},
    {
        "name": "reported_at",
        "source": "timestamp",
        "type": "timestamp",
    },
    {
        "name": "status",
        "source": "state",
        "type": "string",
        "allowed": {"finish": ["เสร็จสิ้น"], "inprogress": [], "start": []},
    },
]
LONGITUDE: dict[str, object] = {
    "name": "longitude",
    "type": "number",
    "minimum": 98.0,
    "maximum": 98.6,
    "paired_with": "latitude",
}
LATITUDE = LONGITUDE | {
    "name": "latitude",
    "minimum": 7.4,
    "maximum": 8.3,
    "paired_with": "longitude",
}


def test_traffy_answers_hold_coordinates_and_kinds_as_lists(tmp_path: Path) -> None:
    contract = contract_of(
        [
            *COMPLAINT,
            LONGITUDE | {"source": "coords.0"},
            LATITUDE | {"source": "coords.1"},
            {"name": "kinds", "source": "problem_type_abdul", "type": "string", "items": True},
        ],
        format={"type": "json_lines", "record_path": ["results"]},
        tolerance={"quarantined_pct": 100},
    )
    record = {
        "ticket_id": "2026-AAAA",
        "timestamp": "2026-01-08 07:33:36.854728+00",
        "state": "เสร็จสิ้น",
        "coords": ["98.30", "7.89"],
        "problem_type_abdul": ["ถนน", 'ทาง"เท้า, ริมคลอง'],
    }
    swapped = record | {"coords": ["7.89", "98.30"]}
    elsewhere = record | {"coords": ["100.5", "13.7"]}
    unknown = record | {"state": "lost"}

    judged = judge(contract, json_of({"results": [record, swapped, elsewhere, unknown]}), tmp_path)

    assert values(judged, "longitude", "latitude", "status", "kinds") == [
        (98.30, 7.89, "finish", 'ถนน; ทาง"เท้า, ริมคลอง')
    ]
    assert judged.column("reported_at") == [datetime(2026, 1, 8, 7, 33, 36, 854728, tzinfo=UTC)]
    assert judged.codes == [
        (2, "coords_swapped"),
        (3, "value_out_of_range"),
        (4, "value_unknown"),
    ]
    assert "stand in each other's place" in judged.quarantined[0].expected


def test_traffy_dumps_hold_them_as_texts(tmp_path: Path) -> None:
    kinds = {"road": ["ถนน"], "pavement": ["ทางเท้า"]}
    contract = contract_of(
        [
            *COMPLAINT,
            LONGITUDE | {"source": "coords", "part": {"separator": ",", "number": 1}},
            LATITUDE | {"source": "coords", "part": {"separator": ",", "number": 2}},
            {
                "name": "kinds",
                "source": "type",
                "type": "string",
                "items": True,
                "allowed": kinds,
                "missing": {"": "missing", "{}": "missing"},
            },
            {"name": "tambon", "source": "subdistrict", "type": "string", "place": "tambon"},
            {"name": "province", "type": "string", "place": "province"},
        ],
        tolerance={"quarantined_pct": 100},
    )
    start = "2026-01-07 01:00:00+00,start"
    body = csv_of(
        f'A,{start},"98.30,7.89","{{ถนน,ทางเท้า}}",ป่าตอง,จังหวัดภูเก็ต',
        f'B,{start},"98.30, 7.89","{{""ถนน""}}",กะทู้,ภูเก็ต',
        f'C,{start},"98.30,7.89",{{}},กะทู้,ภูเก็ต',
        f'D,{start},"7.89,98.30",{{ถนน}},กะทู้,ภูเก็ต',
        f'E,{start},"98.30,7.89",{{สะพาน}},กะทู้,ภูเก็ต',
        f'F,{start},"98.30,7.89",ถนน,กะทู้,ภูเก็ต',
        f'G,{start},"98.30,7.89",{{ถนน}},กะทู้ใหม่,ภูเก็ต',
        header="ticket_id,timestamp,state,coords,type,subdistrict,province",
    )

    judged = judge(contract, body, tmp_path)

    assert values(judged, "ticket", "longitude", "latitude", "kinds", "tambon", "province") == [
        ("A", 98.30, 7.89, "road; pavement", "830202", "83"),
        ("B", 98.30, 7.89, "road", "830201", "83"),
        ("C", 98.30, 7.89, None, "830201", "83"),
    ]
    assert judged.codes == [
        (4, "coords_swapped"),
        (5, "value_unknown"),
        (6, "value_list"),
        (7, "place_unknown"),
    ]


def test_moph_rows_are_of_a_fiscal_year_and_a_village(tmp_path: Path) -> None:
    contract = contract_of(
        [
            {"name": "facility", "source": "hospcode", "type": "string", "pattern": "^[0-9]{5}$"},
            {"name": "village", "source": "areacode", "type": "string", "pattern": "^83[0-9]{6}$"},
            {
                "name": "fiscal_year",
                "source": "b_year",
                "type": "year",
                "era": "buddhist",
                "calendar": "fiscal",
            },
            {"name": "made_on", "source": "date_com", "type": "date", "formats": ["%Y%m%d%H%M%S"]},
            {"name": "target", "type": "integer"},
            {"name": "result", "type": "integer"},
            {"name": "report", "type": "string"},
        ],
        format={"type": "json"},
        constants={"report": "s_dental_0_5"},
        tolerance={"quarantined_pct": 100},
    )
    row = {
        "id": "r1",
        "hospcode": "10740",
        "areacode": "83010101",
        "b_year": "2566",
        "date_com": "20240115103000",
        "target": "12",
        "result": 7,
    }

    judged = judge(contract, json.dumps([row, row | {"areacode": "82010101"}]), tmp_path)

    assert values(judged, "facility", "village", "fiscal_year", "target", "result", "report") == [
        ("10740", "83010101", 2023, 12, 7, "s_dental_0_5")
    ]
    assert judged.column("made_on") == [date(2024, 1, 15)]
    assert judged.codes == [(2, "value_pattern")]
