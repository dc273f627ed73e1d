"""Readings of real stations, from the published files back to the original, number by number.

Every test runs for both feeds. The truth comes from the original file by `originals.py` and
`quality_control.py`, which share no code with the platform.
"""

from __future__ import annotations

import pandas as pd
import pytest

from publication.verify import verify
from tests.acceptance.conftest import Feed
from tests.acceptance.quality_control import USABLE
from tests.acceptance.whole_way import unaccounted

pytestmark = pytest.mark.acceptance

SOURCE = "environment_sensor_readings"
SERIES = ["station_id", "parameter"]
COUNTS = {1: "good", 2: "unknown", 3: "suspect", 4: "failed", 9: "missing"}
MEANS = {
    "dissolved_oxygen": ("do_n", "do_mean_mg_l"),
    "water_temperature": ("water_temperature_n", "water_temperature_mean_celsius"),
    "ph": ("ph_n", "ph_mean"),
    "salinity": ("salinity_n", "salinity_mean_psu"),
}
# Means are published with four decimals and summed up from values with six.
ROUNDING = 0.5e-4 + 0.5e-6


def usable(feed: Feed) -> pd.DataFrame:
    return feed.readings[feed.readings["flag"].isin(USABLE)]


def as_days(published: pd.Series) -> pd.Series:
    return pd.to_datetime(published).dt.date


def test_every_record_of_the_file_is_accepted_quarantined_or_counted_as_a_repeat(feed: Feed):
    (entry,) = feed.night.entries(SOURCE)
    assert entry.outcome.status == "accepted"
    assert entry.outcome.records == feed.records
    assert entry.outcome.rows == len(feed.readings)
    assert unaccounted([entry]) == []


def test_what_was_accepted_is_what_the_lake_and_the_curated_tables_hold(feed: Feed):
    (entry,) = feed.night.entries(SOURCE)
    flagged = feed.night.curated(
        "select count(*) as n from lake.intermediate.int_environment_observation_flagged"
    )
    counts = (entry.outcome.accepted, feed.night.rows_in_lake(entry), flagged["n"].item())
    assert counts == (len(feed.readings),) * 3


def test_the_raw_bytes_are_those_of_the_original(feed: Feed):
    (entry,) = feed.night.entries(SOURCE)
    assert feed.night.deployment.lake.get(entry.raw) == feed.original.read_bytes()


def test_published_counts_add_up_to_the_records_of_the_file(feed: Feed):
    daily = feed.night.published("sensor_quality_daily")
    sums = daily.groupby(SERIES)[["received", *COUNTS.values()]].sum()
    assert set(sums.index) == set(feed.readings.groupby(SERIES).groups)
    assert set(sums["received"]) == {feed.records}
    assert (sums[list(COUNTS.values())].sum(axis=1) == sums["received"]).all()
    empty = feed.readings["value"].isna().groupby([feed.readings[k] for k in SERIES]).sum()
    assert sums["missing"].to_dict() == empty.to_dict()


def test_published_flags_of_every_day_are_those_worked_out_by_other_means(feed: Feed):
    daily = feed.night.published("sensor_quality_daily").assign(day=lambda d: as_days(d["day"]))
    published = daily.set_index([*SERIES, "day"])[list(COUNTS.values())].astype("int64")
    keys = [feed.readings[key] for key in (*SERIES, "day")]
    expected = (
        pd.crosstab(keys, feed.readings["flag"])
        .reindex(columns=list(COUNTS), fill_value=0)
        .rename(columns=COUNTS)
    )
    pd.testing.assert_frame_equal(
        published.sort_index(), expected.sort_index(), check_names=False, check_dtype=False
    )


def test_published_values_of_every_day_are_those_of_the_usable_readings(feed: Feed):
    daily = feed.night.published("sensor_quality_daily").assign(day=lambda d: as_days(d["day"]))
    published = daily.set_index([*SERIES, "day"])[["min_value", "mean_value", "max_value"]].dropna()
    expected = usable(feed).groupby([*SERIES, "day"])["value"].agg(["min", "mean", "max"])
    expected.columns = published.columns
    assert len(published) == len(expected) > 0
    pd.testing.assert_frame_equal(
        published.sort_index(), expected.sort_index(), check_names=False, rtol=0, atol=ROUNDING
    )


def test_published_means_times_their_counts_give_back_the_sum_of_the_file(feed: Feed):
    daily = feed.night.published("sensor_quality_daily")
    n = daily["good"] + daily["unknown"]
    total = (daily["mean_value"].fillna(0) * n).groupby([daily[key] for key in SERIES]).sum()
    readings = usable(feed).groupby(SERIES)["value"].agg(["sum", "size"])
    assert not readings.empty
    for series, truth in readings.iterrows():
        assert total[series] == pytest.approx(truth["sum"], abs=ROUNDING * truth["size"]), series


def test_what_has_no_thresholds_is_published_whole(feed: Feed):
    # No flag can take anything away here, so this holds against the file's own column alone.
    daily = feed.night.published("sensor_quality_daily")
    untested = daily[daily["parameter"].isin({"depth", "turbidity", "do_saturation", "discharge"})]
    assert not untested.empty
    for series, days in untested.groupby(SERIES):
        original = feed.readings.set_index(SERIES).loc[series, "value"]
        assert days["unknown"].sum() == original.count()
        total = (days["mean_value"] * days["unknown"]).sum()
        assert total == pytest.approx(original.sum(), abs=ROUNDING * original.count()), series


@pytest.mark.parametrize("parameter", MEANS)
def test_published_months_hold_the_mean_and_the_number_of_usable_readings(
    feed: Feed, parameter: str
):
    count, mean = MEANS[parameter]
    monthly = feed.night.published("water_quality_monthly")
    published = monthly.assign(month=as_days(monthly["month"])).set_index("month")
    readings = usable(feed).query("parameter == @parameter")
    expected = readings.groupby("month")["value"].agg(["size", "mean"])
    with_readings = published[published[count] > 0]
    assert with_readings[count].to_dict() == expected["size"].to_dict()
    assert with_readings[mean].to_dict() == pytest.approx(expected["mean"].to_dict(), abs=ROUNDING)
    assert published.loc[published[count] == 0, mean].isna().all()


def test_published_percentile_and_days_of_oxygen_are_those_of_the_usable_readings(feed: Feed):
    monthly = feed.night.published("water_quality_monthly")
    published = monthly.assign(month=as_days(monthly["month"])).set_index("month")
    oxygen = usable(feed).query("parameter == 'dissolved_oxygen'").groupby("month")
    p20 = oxygen["value"].quantile(0.2)
    assert published["do_p20_mg_l"].to_dict() == pytest.approx(p20.to_dict(), abs=0.5e-3 + 1e-9)
    assert published["n_days"].to_dict() == oxygen["day"].nunique().to_dict()


def test_stations_without_a_place_go_out_with_a_warning(feed: Feed):
    daily = feed.night.published("sensor_quality_daily")
    assert not daily["is_registered"].any()
    assert daily["place_code"].isna().all()
    assert daily["station_name_th"].isna().all()
    warned = {result.rule: result for result in feed.night.verdict("sensor_quality_daily").warnings}
    stations = {row["station_id"] for row in warned["stations_are_registered"].unexpected_rows}
    assert stations == set(feed.readings["station_id"])


def test_every_product_with_data_goes_out_and_readers_get_sound_bytes(feed: Feed):
    assert not feed.night.failed
    assert feed.night.report.build.broken == {}
    states = {name: state.state for name, state in feed.night.commit.products.items()}
    held = {name for name, state in states.items() if state == "held"}
    # No station here measures rain; the airport's table contradicts itself.
    assert held == {"rain_daily", "airport_passengers_yearly", "wifi_access_points"}
    assert [r.rule for r in feed.night.verdict("rain_daily").holding] == ["has_rows"]
    checked = verify(feed.night.deployment.open)
    assert checked.releases == len(states) - len(held)
    assert checked.problems == ()
