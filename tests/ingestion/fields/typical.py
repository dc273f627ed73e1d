"""Typical fields of contracts, and what a few texts of each become.

Belongs here: a field for every kind of cast that contracts have, and the fields beside it that it
needs. Does not belong here: every spelling that a kind knows, which other tests try, and the SQL of
the casts (the files in `casts/`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

Value = str | int | float | bool | date | datetime | None
Words = dict[str, object]
Texts = tuple[str | None, ...]


@dataclass(frozen=True)
class Out:
    """The row is quarantined with this code."""

    code: str


@dataclass(frozen=True)
class Without:
    """The row is accepted without a value, for this reason."""

    reason: str


Became = Value | Out | Without


@dataclass(frozen=True)
class Typical:
    """A field, the fields beside it, and what becomes of rows of their texts."""

    words: Words
    rows: Mapping[str | Texts | None, Became]
    beside: Mapping[str, Words] = field(default_factory=dict)

    @property
    def texts(self) -> list[Texts]:
        """The texts of each row, those of the field itself first."""
        return [row if isinstance(row, tuple) else (row,) for row in self.rows]


def identified(kind: str, **words: str) -> Words:
    identifier = {"kind": kind, "purpose": "trial", "period": "day", **words}
    return {"type": "string", "sensitivity": "identifier", "identifier": identifier}


TYPICAL = {
    "text_pattern": Typical(
        {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{2}$", "required": True},
        {
            "PKT-01": "PKT-01",
            " PKT-01\u00a0": "PKT-01",
            "PKT-1": Out("value_pattern"),
            "pkt-01": Out("value_pattern"),
            "PKT-01\nPKT-02": Out("value_pattern"),
            "": Out("value_missing"),
            None: Out("value_missing"),
        },
    ),
    "text_choice": Typical(
        {"type": "string", "allowed": {"m": ["metre", "เมตร"], "mg/L": ["mg/l"]}},
        {"m": "m", "เมตร": "m", "mg/l": "mg/L", "Metre": Out("value_unknown"), "": None},
    ),
    "text_part": Typical(
        {"type": "string", "part": {"separator": ":", "number": -1}, "letter_case": "upper"},
        {"urn:ngsi-ld:Sensor:aq-7": "AQ-7", "aq-7": "AQ-7", "urn:": None},
    ),
    "number_thousands": Typical(
        {"type": "number", "thousands": ",", "minimum": 0, "maximum": 1_000_000},
        {
            "1,234.5": 1234.5,
            "1234.5": 1234.5,
            "1,000,000": 1e6,
            "1,23": Out("value_not_number"),
            "1.234,5": Out("value_not_number"),
            "1,000,000.1": Out("value_out_of_range"),
            "-0.5": Out("value_out_of_range"),
            "inf": Out("value_not_finite"),
        },
    ),
    "number_thai_digits": Typical(
        {"type": "integer", "thai_digits": True},
        {"๑๒๓": 123, "๑2": 12, "12.0": 12, "12.5": Out("value_not_number"), "-๗": -7},
    ),
    "number_reasons": Typical(
        {
            "type": "number",
            "multiply": 0.01,
            "missing": {"": "missing", "-": "not_applicable", "รอประมวลผล": "pending"},
            "sentinels": ["-999"],
        },
        {
            "57": 0.57,
            "-": Without("not_applicable"),
            "รอประมวลผล": Without("pending"),
            "-999.00": Without("sentinel"),
            "": Without("missing"),
            "n/a": Out("value_not_number"),
        },
    ),
    "number_sign": Typical(
        {"type": "number", "sign": {"column": "side", "minus": ["below"]}},
        {
            ("0.4", "ต่ำกว่าตลิ่ง"): -0.4,
            ("0.4", "above"): 0.4,
            ("-0.4", "below"): Out("value_sign"),
            ("0.4", "beside"): Out("value_sign"),
        },
        {"side": {"type": "string", "allowed": {"below": ["ต่ำกว่าตลิ่ง"], "above": []}}},
    ),
    "number_by_parameter": Typical(
        {
            "type": "number",
            "by": {
                "column": "parameter",
                "unit_column": "unit",
                "cases": {"level": {"unit": "m", "minimum": -10, "maximum": 100}},
            },
        },
        {
            ("-10", "level", "m"): -10.0,
            ("100.5", "level", "m"): Out("value_out_of_range"),
            ("1", "level", "cm"): Out("unit_mismatch"),
        },
        {
            "parameter": {"type": "string", "allowed": {"level": []}},
            "unit": {"type": "string", "allowed": {"m": [], "cm": []}},
        },
    ),
    "truth": Typical(
        {"type": "boolean", "allowed": {"true": ["ใช่", "Y"], "false": ["ไม่ใช่", "n"]}},
        {"ใช่": True, "ไม่ใช่": False, "TRUE": True, "n": False, "0": Out("value_unknown")},
    ),
    "day_buddhist": Typical(
        {"type": "date", "era": "buddhist", "formats": ["%d/%m/%Y", "%d-%m-%y"]},
        {
            "29/02/2563": date(2020, 2, 29),
            "8-1-69": date(2026, 1, 8),
            "29/02/2560": Out("ts_format"),
            "08/01/2026": Out("year_not_buddhist"),
            "2569-01-08": Out("ts_format"),
        },
    ),
    "moment": Typical(
        {"type": "timestamp"},
        {
            "2026-01-08T02:00:00+07:00": datetime(2026, 1, 7, 19, tzinfo=UTC),
            "2026-01-08 02:00Z": datetime(2026, 1, 8, 2, tzinfo=UTC),
            "2026-01-08T02:00:00": Out("ts_no_offset"),
            "2569-01-08T02:00:00+07:00": Out("ts_buddhist_year"),
            "2026-01-09T03:00:01Z": Out("ts_future"),
            "1970-01-01T00:00:00Z": Out("ts_ancient"),
        },
    ),
    "time_of_day": Typical(
        {
            "type": "timestamp",
            "source": "day",
            "joined": ["time"],
            "era": "buddhist",
            "formats": ["%d/%m/%Y %H:%M"],
            "zone": "Asia/Bangkok",
        },
        {
            ("08/01/2569", "00:30"): datetime(2026, 1, 7, 17, 30, tzinfo=UTC),
            ("08/01/2569", "24:00"): Out("ts_format"),
            ("08/01/2569", "7.30"): Out("ts_format"),
            ("08/01/2569", ""): Out("ts_format"),
        },
    ),
    "year_fiscal": Typical(
        {"type": "year", "era": "buddhist", "calendar": "fiscal", "thai_digits": True},
        {
            "2568": 2025,
            "ปีงบประมาณ พ.ศ. ๒๕๖๘": 2025,
            "2025": Out("year_not_buddhist"),
            "68": Out("value_not_number"),
        },
    ),
    "month": Typical(
        {"type": "integer", "calendar": "month"},
        {"มกราคม": 1, "ธ.ค.": 12, "September": 9, "03": 3, "13": Out("value_month")},
    ),
    "place": Typical(
        {"type": "string", "place": "amphoe"},
        {
            "อำเภอกะทู้": "8302",
            "อ.ถลาง": "8303",
            "Mueang Phuket": "8301",
            "ตะกั่วป่า": Out("place_unknown"),
        },
    ),
    "items": Typical(
        {"type": "string", "items": True},
        {
            '{น้ำท่วม,"ถนน, ทางเท้า"}': "น้ำท่วม; ถนน, ทางเท้า",
            "{}": None,
            "น้ำท่วม": Out("value_list"),
        },
    ),
    "mac": Typical(
        identified("mac"),
        {
            "02:25:11:51:C8:CD": "02251151c8cd",
            "0225.1151.c8cd": "02251151c8cd",
            "02:25-11:51:c8:cd": Out("identifier_format"),
            "01:25:11:51:c8:cd": Out("identifier_multicast"),
            "00:00:00:00:00:00": Out("identifier_format"),
        },
    ),
    "plate": Typical(
        identified("plate", province="region"),
        {
            ("1กข 1234", "ภูเก็ต"): "83|1กข1234",
            ("กข๑๒ ภูเก็ต", None): "83|กข12",
            ("70-0001", "Phuket"): "83|700001",
            ("กข 1234", "ไหน"): "ไหน|กข1234",
            ("ข", "ภูเก็ต"): Out("identifier_format"),
        },
        {"region": {"type": "string"}},
    ),
}
