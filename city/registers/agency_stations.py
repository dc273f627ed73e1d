"""Stations that national agencies run in Phuket and near by: water, weather, air.

The same for every seed. Names of channels and places are real; numbers and coordinates are made up
where no agency has published them. What is measured there belongs to `truth` and `sources`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where an agency says that a station is; degrees in ten-thousandths."""

    province_code: str
    province_th: str
    amphoe_th: str
    tambon_th: str
    latitude: int
    longitude: int


@dataclass(frozen=True)
class LevelStation:
    """A water gauge of the national network.

    `reach` is the city's own station on the same channel, whose water it measures; empty outside
    Phuket, where `usual_mm` says how high the water stands between `bed_mm` and `bank_mm`.
    """

    id: int
    code: str
    name_th: str
    name_en: str
    river_th: str
    agency: str
    place: Place
    reach: str = ""
    bed_mm: int = 0
    bank_mm: int = 0
    usual_mm: int = 0


@dataclass(frozen=True)
class RainStation:
    """A rain gauge of the national network."""

    id: int
    code: str
    name_th: str
    name_en: str
    agency: str
    place: Place


@dataclass(frozen=True)
class WeatherStation:
    """A synoptic station of the Meteorological Department, by its WMO number.

    `tambon` is the one whose air it measures; 48564 and 48565 are 564201 and 564202 of the
    department's own numbering. Stations outside Phuket have none.
    """

    wmo: str
    name_th: str
    name_en: str
    province_th: str
    latitude: int
    longitude: int
    tambon: str = ""


@dataclass(frozen=True)
class AirStation:
    """A station of the Pollution Control Department that measures the air; `tambon` as above."""

    id: str
    kind: str
    name_th: str
    name_en: str
    area_th: str
    area_en: str
    latitude: int
    longitude: int
    tambon: str = ""


@dataclass(frozen=True)
class WaterProbe:
    """A station of the Pollution Control Department with probes in one of the city's channels."""

    number: int
    code: str
    name_th: str
    name_en: str
    reach: str
    oxygen_probe: bool = True


def _phuket(amphoe: str, tambon: str, latitude: int, longitude: int) -> Place:
    return Place("83", "ภูเก็ต", amphoe, tambon, latitude, longitude)


_MUEANG, _KATHU, _THALANG = "เมืองภูเก็ต", "กะทู้", "ถลาง"

LEVEL_STATIONS = (
    LevelStation(
        1401, "PKT001", "คลองบางใหญ่ ตลาดใหญ่", "Khlong Bang Yai, Talat Yai", "คลองบางใหญ่", "HII",
        _phuket(_MUEANG, "ตลาดใหญ่", 78831, 983982), reach="WS-001",
    ),
    LevelStation(
        1402, "PKT002", "คลองบางใหญ่ กะทู้", "Khlong Bang Yai, Kathu", "คลองบางใหญ่", "HII",
        _phuket(_KATHU, "กะทู้", 79139, 983395), reach="WS-009",
    ),
    LevelStation(
        1403, "PKT003", "คลองปากบาง ป่าตอง", "Khlong Pak Bang, Pa Tong", "คลองปากบาง", "HII",
        _phuket(_KATHU, "ป่าตอง", 78948, 983012), reach="WS-010",
    ),
    LevelStation(
        1404, "PKT004", "คลองท่าจีน รัษฎา", "Khlong Tha Chin, Ratsada", "คลองท่าจีน", "DWR",
        _phuket(_MUEANG, "รัษฎา", 79047, 984035), reach="WS-004",
    ),
    LevelStation(
        1405, "PKT005", "คลองกมลา", "Khlong Kamala", "คลองกมลา", "HII",
        _phuket(_KATHU, "กมลา", 79518, 982884), reach="WS-011",
    ),
    LevelStation(
        1406, "PKT006", "คลองบางโจ เทพกระษัตรี", "Khlong Bang Cho, Thep Krasattri", "คลองบางโจ",
        "RID", _phuket(_THALANG, "เทพกระษัตรี", 80338, 983366), reach="WS-012",
    ),
    LevelStation(
        1511, "PNG011", "คลองตะกั่วป่า", "Khlong Takua Pa", "คลองตะกั่วป่า", "DWR",
        Place("82", "พังงา", "ตะกั่วป่า", "ตะกั่วป่า", 88690, 983490), "", 1200, 6400, 2600,
    ),
    LevelStation(
        1523, "KBI004", "คลองท่อม", "Khlong Thom", "คลองท่อม", "RID",
        Place("81", "กระบี่", "คลองท่อม", "คลองท่อมใต้", 79400, 991560), "", 900, 5200, 1900,
    ),
    LevelStation(
        1610, "RNG002", "คลองกระบุรี", "Khlong Kra Buri", "แม่น้ำกระบุรี", "HII",
        Place("85", "ระนอง", "กระบุรี", "น้ำจืด", 104050, 987860), "", 2100, 9800, 4300,
    ),
    # The national list holds gauges across the border, with the country in place of a province.
    LevelStation(
        2901, "MMR001", "ท่าขี้เหล็ก", "Tachileik", "แม่น้ำสาย", "HII",
        Place("", "เมียนมา", "", "", 204480, 998820), "", 388_000, 392_600, 389_300,
    ),
    LevelStation(
        2902, "MMR002", "เมียวดี", "Myawaddy", "แม่น้ำเมย", "HII",
        Place("", "เมียนมา", "", "", 166890, 985090), "", 190_200, 197_000, 192_400,
    ),
)  # fmt: skip

RAIN_STATIONS = (
    RainStation(3101, "PKT101", "ตลาดใหญ่", "Talat Yai", "HII",
                _phuket(_MUEANG, "ตลาดใหญ่", 78862, 983941)),
    RainStation(3102, "PKT102", "กะทู้", "Kathu", "HII", _phuket(_KATHU, "กะทู้", 79170, 983360)),
    RainStation(3103, "PKT103", "ป่าตอง", "Pa Tong", "HII",
                _phuket(_KATHU, "ป่าตอง", 78985, 983026)),
    RainStation(3104, "PKT104", "กมลา", "Kamala", "DWR", _phuket(_KATHU, "กมลา", 79546, 982891)),
    RainStation(3105, "PKT105", "ฉลอง", "Chalong", "HII", _phuket(_MUEANG, "ฉลอง", 78488, 983371)),
    RainStation(3106, "PKT106", "ราไวย์", "Rawai", "DWR", _phuket(_MUEANG, "ราไวย์", 77821, 983247)),
    RainStation(3107, "PKT107", "เชิงทะเล", "Choeng Thale", "HII",
                _phuket(_THALANG, "เชิงทะเล", 79918, 983010)),
    RainStation(3108, "PKT108", "ป่าคลอก", "Pa Khlok", "RID",
                _phuket(_THALANG, "ป่าคลอก", 80222, 983969)),
    RainStation(3109, "PKT109", "เทพกระษัตรี", "Thep Krasattri", "HII",
                _phuket(_THALANG, "เทพกระษัตรี", 80371, 983332)),
    RainStation(3110, "PKT110", "ไม้ขาว", "Mai Khao", "DWR",
                _phuket(_THALANG, "ไม้ขาว", 81322, 983099)),
    RainStation(3211, "PNG111", "ตะกั่วทุ่ง", "Takua Thung", "HII",
                Place("82", "พังงา", "ตะกั่วทุ่ง", "กระโสม", 82830, 984230)),
    RainStation(3212, "PNG112", "เกาะยาว", "Ko Yao", "DWR",
                Place("82", "พังงา", "เกาะยาว", "เกาะยาวน้อย", 81180, 985980)),
)  # fmt: skip

WEATHER_STATIONS = (
    WeatherStation("48561", "ตะกั่วป่า", "TAKUA PA", "พังงา", 86833, 982500),
    WeatherStation("48564", "ภูเก็ต", "PHUKET", "ภูเก็ต", 78833, 984000, "830101"),
    WeatherStation("48565", "ภูเก็ต (สนามบิน)", "PHUKET AIRPORT", "ภูเก็ต", 81447, 983144, "830305"),
    WeatherStation("48566", "เกาะลันตา", "KO LANTA", "กระบี่", 75333, 990500),
)

AIR_STATIONS = (
    AirStation(
        "43t", "GROUND", "ศูนย์บริการสาธารณสุข 1", "Public Health Centre 1",
        "ต.ตลาดใหญ่ อ.เมือง, ภูเก็ต", "Talat Yai, Mueang, Phuket", 78850, 983916, "830101",
    ),
    AirStation(
        "m83", "MOBILE", "หน่วยตรวจวัดเคลื่อนที่ ป่าตอง", "Mobile unit, Pa Tong",
        "ต.ป่าตอง อ.กะทู้, ภูเก็ต", "Pa Tong, Kathu, Phuket", 78955, 983004, "830202",
    ),
    AirStation(
        "42t", "GROUND", "ที่ตั้งในอำเภอเมืองสุราษฎร์ธานี", "Mueang Surat Thani",
        "อ.เมือง, สุราษฎร์ธานี", "Mueang, Surat Thani", 91260, 993250,
    ),
    AirStation(
        "44T", "GROUND", "ที่ตั้งในอำเภอหาดใหญ่", "Hat Yai",
        "อ.หาดใหญ่, สงขลา", "Hat Yai, Songkhla", 70200, 1004840,
    ),
    AirStation(
        "62t", "GROUND", "ที่ตั้งในอำเภอเมืองนราธิวาส", "Mueang Narathiwat",
        "อ.เมือง, นราธิวาส", "Mueang, Narathiwat", 64350, 1018220,
    ),
    AirStation(
        "o83", "GROUND", "สถานีที่ปิดแล้ว", "Closed station",
        "ต.รัษฎา อ.เมือง, ภูเก็ต", "Ratsada, Mueang, Phuket", 79066, 984011, "830104",
    ),
)  # fmt: skip

WATER_PROBES = (
    WaterProbe(1, "PK-01", "คลองบางใหญ่ ตลาดใหญ่", "Khlong Bang Yai, Talat Yai", "WS-001"),
    WaterProbe(2, "PK-02", "คลองท่าจีน รัษฎา", "Khlong Tha Chin, Ratsada", "WS-004"),
    WaterProbe(3, "PK-03", "คลองวิชิต", "Khlong Wichit", "WS-005"),
    WaterProbe(4, "PK-04", "คลองฉลอง", "Khlong Chalong", "WS-006"),
    WaterProbe(5, "PK-05", "คลองราไวย์", "Khlong Rawai", "WS-007", oxygen_probe=False),
    WaterProbe(6, "PK-06", "คลองปากบาง ป่าตอง", "Khlong Pak Bang, Pa Tong", "WS-010"),
    WaterProbe(7, "PK-07", "คลองเชิงทะเล", "Khlong Choeng Thale", "WS-014"),
    WaterProbe(8, "PK-08", "คลองบางใหญ่ กะทู้", "Khlong Bang Yai, Kathu", "WS-009"),
)
