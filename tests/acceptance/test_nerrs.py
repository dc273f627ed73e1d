"""What only the estuary station can tell: flags given by people, and a second oxygen probe."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.acceptance.conftest import Feed
from tests.acceptance.quality_control import USABLE

pytestmark = pytest.mark.acceptance

FLAGGED = "lake.intermediate.int_environment_observation_flagged"
ALARM = (3, 4)


def flags_side_by_side(nerrs: Feed) -> pd.DataFrame:
    """Our flag and the people's verdict on every reading that has a value."""
    found = nerrs.night.curated(f"""
        select parameter, flag, source_flag,
            flag_spike in (3, 4) or flag_rate_of_change in (3, 4) or flag_flat_line in (3, 4)
                as moves_wrongly
        from {FLAGGED} where value is not null""")
    verdict = found["source_flag"].str.extract(r"^<(-?\d)>")[0]
    return found.assign(
        alarm=found["flag"].isin(ALARM), rejected=verdict == "-3", passed=verdict == "0"
    )


def test_a_reading_without_a_value_keeps_its_reason_and_the_flag_of_its_sender(nerrs: Feed):
    empty = nerrs.night.curated("""
        select parameter, value_reason, source_flag, count(*) as n
        from lake.staging.stg_environment_sensor_readings where value is null group by all""")
    assert set(empty["value_reason"]) == {"missing"}
    original = nerrs.readings[nerrs.readings["value"].isna()]
    by_flag = empty.groupby(["parameter", "source_flag"])["n"].sum()
    assert by_flag.to_dict() == original.groupby(["parameter", "source_flag"]).size().to_dict()
    # The logger marks 26 moments as missing; one more stands in the rejected week.
    assert by_flag.xs("<-2>", level="source_flag").unique().tolist() == [26]


def test_the_flags_of_the_sender_are_kept_as_they_came(nerrs: Feed):
    kept = nerrs.night.curated(
        f"select parameter, source_flag, count(*) as n from {FLAGGED} group by all"
    )
    original = nerrs.readings.groupby(["parameter", "source_flag"]).size()
    assert kept.set_index(["parameter", "source_flag"])["n"].to_dict() == original.to_dict()


def test_published_oxygen_saturation_agrees_with_the_one_that_the_probe_measured(nerrs: Feed):
    # The probe reports per cent by its own formula, the platform works it out from mg/L.
    wide = nerrs.readings.pivot(index=["observed_at", "month"], columns="parameter")
    sound = pd.concat(
        [
            wide["flag"][name].isin(USABLE)
            for name in ("dissolved_oxygen", "water_temperature", "salinity")
        ],
        axis=1,
    ).all(axis=1)
    measured = wide["value"]["do_saturation"][sound].groupby("month").agg(["median", "size"])
    monthly = nerrs.night.published("water_quality_monthly")
    published = monthly.assign(month=pd.to_datetime(monthly["month"]).dt.date)
    published = published[published["do_sat_n"] > 0].set_index("month")
    assert published["do_sat_n"].to_dict() == measured["size"].to_dict()
    difference = (published["do_sat_p50_pct"] - measured["median"]).abs()
    assert difference.max() < 2, difference.to_dict()


def test_our_flags_against_those_that_people_gave(nerrs: Feed, capsys: pytest.CaptureFixture[str]):
    both = flags_side_by_side(nerrs)
    shares = {}
    with capsys.disabled():
        print("\nour alarms (suspect, failed) against the flags that people gave, NERRS 2012:")
        for parameter in ("dissolved_oxygen", "water_temperature", "ph", "salinity"):
            one = both[both["parameter"] == parameter]
            rejected, passed = one[one["rejected"]], one[one["passed"]]
            shares[parameter] = (
                rejected["alarm"].mean(),
                passed["alarm"].mean(),
                rejected["moves_wrongly"].mean(),
                passed["moves_wrongly"].mean(),
            )
            caught, false, caught_moving, false_moving = shares[parameter]
            print(
                f"  {parameter:17} {caught:6.1%} of {len(rejected):4} rejected, {false:5.1%} of "
                f"{len(passed)} passed; without gross range {caught_moving:.1%}, {false_moving:.1%}"
            )
    # The thermistor broke and stood at 50 °C: that is what these tests are for. Drift and fouling
    # of the oxygen probe, which people saw by calibration, no test of one series can see.
    assert shares["water_temperature"][0] > 0.95
    assert shares["water_temperature"][2] > 0.8
    # The thresholds are those of tropical water, so a winter in Florida leaves the range of
    # temperature and nothing else; moving tests must not cry wolf anywhere.
    assert shares["water_temperature"][3] < 0.02
    assert all(shares[name][3] < 0.1 for name in shares), shares
