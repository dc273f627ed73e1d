"""Two personal sources: WiFi accounting in CSV, and plate reads in JSON Lines."""

from __future__ import annotations

from ingestion.contracts import SourceContract
from tests.support.judging import contract_of

WIFI_HEADER = "AcctUniqueId,UserName,CallingStationId,SSID,AcctStartTime,AcctInputOctets,Remark"
MAC = {"kind": "mac", "purpose": "wifi", "period": "month"}
PLATE = {"kind": "plate", "purpose": "lpr", "period": "day", "overlap_hours": 2}


def wifi(**changes: object) -> SourceContract:
    """RADIUS-like sessions; what identifies somebody is hidden or dropped."""
    return contract_of(
        [
            {"name": "session", "source": "AcctUniqueId", "type": "string", "pattern": "[0-9a-f]+"},
            {
                "name": "user_name",
                "source": "UserName",
                "type": "string",
                "sensitivity": "drop",
            },
            {
                "name": "device",
                "source": "CallingStationId",
                "type": "string",
                "required": True,
                "sensitivity": "identifier",
                "identifier": MAC,
            },
            {"name": "network", "source": "SSID", "type": "string"},
            {"name": "started_at", "source": "AcctStartTime", "type": "timestamp"},
            {"name": "octets", "source": "AcctInputOctets", "type": "integer", "maximum": 1e8},
        ],
        **{
            "id": "wifi_sessions",
            "classification": "personal",
            "key": ["session"],
            "day": "started_at",
            **changes,
        },
    )


def lpr(**changes: object) -> SourceContract:
    """Plate reads; pseudonyms of a day, and of yesterday for two hours."""
    return contract_of(
        [
            {"name": "camera", "type": "string", "pattern": "CAM-[0-9]{3}"},
            {"name": "seen_at", "type": "timestamp", "required": True},
            {
                "name": "plate",
                "type": "string",
                "required": True,
                "thai_digits": True,
                "sensitivity": "identifier",
                "identifier": PLATE,
            },
        ],
        **{
            "id": "plate_reads",
            "classification": "personal",
            "format": {"type": "json_lines"},
            "key": ["camera", "seen_at", "plate"],
            "day": "seen_at",
            **changes,
        },
    )
