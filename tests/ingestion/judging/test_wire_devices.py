"""What the city's cameras and networks send, each by a contract. The samples are made up.

Does not belong here: pseudonyms of what they send (`tests/ingestion/privacy/`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.judging import contract_of, csv_of, json_of, judge, values

BANGKOK = "Asia/Bangkok"
PLATE_READ: list[dict[str, object]] = [
    {"name": "plate", "type": "string", "required": True},
    {
        "name": "confidence",
        "type": "number",
        "minimum": 0,
        "maximum": 1,
    },
]


PLATE, CONFIDENCE = PLATE_READ
LILIN = contract_of(
    [
        PLATE | {"source": "LPR"},
        CONFIDENCE | {"source": "THRESHOLD"},
        {"name": "seen_at", "source": "TS", "type": "timestamp", "formats": ["epoch_us"]},
    ],
    format={"type": "json", "record_path": ["INFORMATION"]},
)
TATTILE = contract_of(
    [
        PLATE | {"source": "PLATE_STRING"},
        CONFIDENCE | {"source": "OCRSCORE", "multiply": 0.01},
        {
            "name": "seen_at",
            "source": "DATE",
            "joined": ["TIME"],
            "type": "timestamp",
            "zone": BANGKOK,
        },
    ],
    format={"type": "xml", "record_path": ["Msgs", "Msg"]},
)
HIKVISION = contract_of(
    [
        PLATE | {"source": "ANPR.licensePlate"},
        CONFIDENCE | {"source": "ANPR.confidenceLevel", "multiply": 0.01},
        {"name": "seen_at", "source": "dateTime", "type": "timestamp"},
    ],
    format={"type": "xml", "record_path": ["EventNotificationAlert"]},
)
READS = {
    "lilin": (
        LILIN,
        '{"LPR_COUNT": 1, "INFORMATION": [{"INDEX": "1", "TS": "1767839400000000", '
        '"LPR": "AA0000", "THRESHOLD": "0.57"}]}',
    ),
    "tattile": (
        TATTILE,
        "<Msgs><Msg><PLATE_STRING>AA0000</PLATE_STRING><DATE>2026-01-08</DATE>"
        "<TIME>09:30:00</TIME><OCRSCORE>57</OCRSCORE><DIRECTION>GOAWAY</DIRECTION></Msg></Msgs>",
    ),
    "hikvision": (
        HIKVISION,
        '<EventNotificationAlert xmlns="http://www.hikvision.com/ver20/XMLSchema">'
        "<dateTime>2026-01-08T09:30:00+07:00</dateTime><ANPR><licensePlate>AA0000"
        "</licensePlate><confidenceLevel>57</confidenceLevel></ANPR></EventNotificationAlert>",
    ),
}


@pytest.mark.parametrize("maker", READS)
def test_plate_reads_of_every_maker_mean_the_same(maker: str, tmp_path: Path) -> None:
    contract, body = READS[maker]

    judged = judge(contract, body, tmp_path)

    seen = ("AA0000", 0.57, datetime(2026, 1, 8, 2, 30, tzinfo=UTC))
    assert values(judged, "plate", "confidence", "seen_at") == [seen]


def test_plate_reads_that_are_sent_again_count_once(tmp_path: Path) -> None:
    contract = contract_of(
        [*PLATE_READ, {"name": "seen_at", "type": "timestamp", "zone": BANGKOK}],
        key=["plate", "seen_at"],
    )

    judged = judge(
        contract,
        csv_of(*["AA0000,0.9,2026-01-08 09:30:00"] * 3, header="plate,confidence,seen_at"),
        tmp_path,
    )

    assert (judged.outcome.accepted, judged.outcome.deduplicated) == (1, 2)


def test_a_confidence_on_the_other_scale_is_out_of_range(tmp_path: Path) -> None:
    contract = contract_of(PLATE_READ, tolerance={"quarantined_pct": 100})

    judged = judge(contract, csv_of("AA0000,57", header="plate,confidence"), tmp_path)

    assert judged.codes == [(1, "value_out_of_range")]


def test_meraki_observations_know_the_access_point_above_them(tmp_path: Path) -> None:
    contract = contract_of(
        [
            {"name": "access_point", "source": "/data.apMac", "type": "string", "required": True},
            {"name": "signal", "source": "rssi", "type": "integer"},
            {"name": "seen_at", "source": "seenEpoch", "type": "timestamp", "formats": ["epoch_s"]},
            {"name": "kind", "source": "/type", "type": "string"},
        ],
        format={"type": "json_lines", "record_path": ["data", "observations"]},
    )
    post = {
        "version": "2.0",
        "type": "DevicesSeen",
        "data": {
            "apMac": "ap-1",
            "observations": [
                {"seenEpoch": 1767839400, "rssi": "31"},
                {"seenEpoch": 1767839401, "rssi": -77},
            ],
        },
    }

    judged = judge(contract, json_of(post), tmp_path)

    assert values(judged, "access_point", "signal", "kind") == [
        ("ap-1", 31, "DevicesSeen"),
        ("ap-1", -77, "DevicesSeen"),
    ]


def test_radius_sessions_are_told_apart_by_their_unique_number(tmp_path: Path) -> None:
    contract = contract_of(
        [
            {"name": "session", "source": "AcctUniqueId", "type": "string", "required": True},
            {
                "name": "network",
                "source": "CalledStationId",
                "type": "string",
                "part": {"separator": ":", "number": -1},
            },
            {"name": "started_at", "source": "AcctStartTime", "type": "timestamp", "zone": BANGKOK},
            {
                "name": "stopped_at",
                "source": "AcctStopTime",
                "type": "timestamp",
                "zone": BANGKOK,
                "missing": {"": "missing", "0000-00-00 00:00:00": "missing"},
            },
            {"name": "seconds", "source": "AcctSessionTime", "type": "integer", "minimum": 0},
        ],
        key=["session"],
        repeats={"conflict": "latest"},
        delivery="increment",
    )
    header = "AcctUniqueId,CalledStationId,AcctStartTime,AcctStopTime,AcctSessionTime"
    start = "2026-01-08 08:00:00"

    judged = judge(
        contract,
        csv_of(
            f"u1,00-00-5E-00-53-01:Phuket-WiFi,{start},2026-01-08 08:10:00,600",
            f"u1,00-00-5E-00-53-01:Phuket-WiFi,{start},2026-01-08 08:10:00,600",
            f"u2,00-00-5E-00-53-01:Phuket-WiFi,{start},,",
            f"u3,00-00-5E-00-53-01:Phuket-WiFi,{start},0000-00-00 00:00:00,0",
            header=header,
        ),
        tmp_path,
    )

    assert values(judged, "session", "network", "stopped_at_reason", "seconds") == [
        ("u1", "Phuket-WiFi", None, 600),
        ("u2", "Phuket-WiFi", "missing", None),
        ("u3", "Phuket-WiFi", "missing", 0),
    ]
    assert judged.outcome.deduplicated == 1
