"""What only the stream gauges can tell: American units, two sites in one file, filled gaps."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.acceptance.conftest import Feed
from tests.acceptance.test_sensor_readings import ROUNDING

pytestmark = pytest.mark.acceptance

# Column of the file, series of the platform, how many of the source's units make one of ours.
CONVERTED = [
    ("USGS:01589330:00065:00000", "USGS-01589330", "gauge_height", "m", 1 / 0.3048),
    ("USGS:01650800:00065:00000", "USGS-01650800", "gauge_height", "m", 1 / 0.3048),
    ("USGS:01589330:00060:00000", "USGS-01589330", "discharge", "m3/s", 35.31466672),
    ("USGS:01650800:00060:00000", "USGS-01650800", "discharge", "m3/s", 35.31466672),
]


@pytest.mark.parametrize(("column", "station", "parameter", "unit", "factor"), CONVERTED)
def test_feet_and_cubic_feet_are_published_in_metres(
    usgs: Feed, column: str, station: str, parameter: str, unit: str, factor: float
):
    daily = usgs.night.published("sensor_quality_daily")
    series = daily[(daily["station_id"] == station) & (daily["parameter"] == parameter)]
    assert set(series["unit"]) == {unit}
    original = pd.read_parquet(usgs.original, columns=[column])[column]
    total = (series["mean_value"] * series["unknown"]).sum() * factor
    assert total == pytest.approx(original.sum(), abs=ROUNDING * len(original) * factor)
    assert series["max_value"].max() * factor == pytest.approx(original.max(), rel=1e-9)


def test_a_filled_gap_keeps_the_mark_that_says_so(usgs: Feed):
    marked = usgs.night.curated("""
        select parameter, source_flag, count(*) as n
        from lake.intermediate.int_environment_observation_flagged
        where source_flag <> 'P' group by all""")
    assert marked.to_dict("records") == [
        {"parameter": "turbidity", "source_flag": "hf.missing", "n": 149}
    ]


def test_what_a_station_does_not_measure_is_not_published_for_it(usgs: Feed):
    monthly = usgs.night.published("water_quality_monthly")
    assert set(monthly["station_id"]) == {"USGS-01650800"}
    assert (monthly["salinity_n"] == 0).all()
    assert monthly["do_sat_p50_pct"].isna().all()
    assert set(monthly["probe_mask"]) == {"dissolved_oxygen+water_temperature+ph"}
