"""The readings of the original files, by pandas alone: the truth that published numbers must meet.

Belongs here: reading a file as its README describes it. Does not belong here: anything that the
platform does; only its words for parameters and units are the same.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

NERRS = {
    "temp": ("water_temperature", "°C"),
    "sal": ("salinity", "PSU"),
    "do_pct": ("do_saturation", "%"),
    "do_mgl": ("dissolved_oxygen", "mg/L"),
    "depth": ("depth", "m"),
    "ph": ("ph", "pH"),
    "turb": ("turbidity", "NTU"),
}
METRES_PER_FOOT = 0.3048
USGS = {
    "00010": ("water_temperature", "°C", 1.0),
    "00060": ("discharge", "m3/s", METRES_PER_FOOT**3),
    "00065": ("gauge_height", "m", METRES_PER_FOOT),
    "00095": ("conductance", "µS/cm", 1.0),
    "00300": ("dissolved_oxygen", "mg/L", 1.0),
    "00400": ("ph", "pH", 1.0),
    "63680": ("turbidity", "FNU", 1.0),
}


def nerrs_readings(path: Path) -> pd.DataFrame:
    """One row per parameter and time of the yearly file; empty cells are missing values."""
    wide = pd.read_csv(path, dtype=str, keep_default_na=False)
    parts = [
        pd.DataFrame(
            {
                "station_id": "apacpwq",
                "parameter": parameter,
                "unit": unit,
                "observed_at": pd.to_datetime(wide["datetimestamp"], utc=True),
                "value": pd.to_numeric(wide[column].replace("", None)),
                "source_flag": wide[f"f_{column}"],
            }
        )
        for column, (parameter, unit) in NERRS.items()
    ]
    return _placed(parts)


def usgs_readings(path: Path) -> pd.DataFrame:
    """One row per site, parameter and time of the wide file, in metric units."""
    wide = pd.read_parquet(path)
    parts = []
    for column in wide.columns:
        agency, site, code, *_ = column.split(":")
        if column.endswith("_qualifiers"):
            continue
        parameter, unit, factor = USGS[code]
        parts.append(
            pd.DataFrame(
                {
                    "station_id": f"{agency}-{site}",
                    "parameter": parameter,
                    "unit": unit,
                    "observed_at": wide.index,
                    "value": wide[column].to_numpy() * factor,
                    "source_flag": wide[f"{column}_qualifiers"].to_numpy(),
                }
            )
        )
    return _placed(parts)


def _placed(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """All readings with the day and month in which Thailand saw them."""
    readings = pd.concat(parts, ignore_index=True)
    local = readings["observed_at"].dt.tz_convert("Asia/Bangkok").dt.tz_localize(None)
    readings["day"] = local.dt.date
    readings["month"] = local.dt.to_period("M").dt.start_time.dt.date
    return readings
