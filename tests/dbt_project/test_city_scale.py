"""A model reads the scale of its home: of a moment, 1 in a real home, none where it is unknown."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import jinja2
import pytest

from dbt_project.sources import PROJECT
from ingestion.clock import BANGKOK
from ingestion.deliveries.simulated import (
    CityScale,
    Simulation,
    WholeHours,
    mark_simulated,
    record_scale,
    scaled,
)
from ingestion.settings import Settings
from orchestration.deployment import Deployment
from orchestration.running_dbt import environment_of_dbt

SIX = datetime(2026, 9, 12, 18, tzinfo=BANGKOK)
EVENING = WholeHours(first=SIX, until=SIX + timedelta(hours=3))
NEXT = WholeHours(first=SIX + timedelta(days=1), until=SIX + timedelta(days=1, hours=3))


def at(told: str | None, moment: datetime) -> Decimal | None:
    """What the macro says of a moment where dbt is told this."""
    source = (PROJECT / "macros" / "city_scale.sql").read_text("utf-8")
    known = {} if told is None else {"CDP_DBT_CITY_SCALE": told}
    macro = jinja2.Environment(autoescape=False).from_string(
        source,
        globals={
            "execute": True,
            "env_var": lambda name, otherwise: known.get(name, otherwise),
            "fromjson": json.loads,
            "instant_of": "cast('{}' as timestamp with time zone)".format,
        },
    )
    sql = macro.module.city_scale("cast('" + moment.isoformat() + "' as timestamptz)")  # type: ignore[attr-defined]
    found = duckdb.sql(f"select {sql}").fetchone()
    assert found
    value: Decimal | None = found[0]
    return value


def told_of(scale: CityScale | None) -> str:
    return scaled(Simulation(scale=scale)).model_dump_json()


def test_a_moment_has_the_scale_of_its_hour() -> None:
    told = told_of(CityScale(scale=0.01, whole=(EVENING, NEXT)))
    moments = {
        SIX - timedelta(microseconds=1): Decimal("0.01"),
        SIX: Decimal(1),
        EVENING.until: Decimal("0.01"),
        NEXT.first: Decimal(1),
    }

    assert {moment: at(told, moment) for moment in moments} == moments


def test_a_scale_without_whole_hours_is_that_of_every_moment() -> None:
    assert at(told_of(CityScale(scale=0.0005)), SIX) == Decimal("0.0005")


def test_all_of_a_real_home_is_there() -> None:
    assert at(scaled(None).model_dump_json(), SIX) == 1


@pytest.mark.parametrize("told", [told_of(None), None])
def test_where_nobody_recorded_the_scale_there_is_no_value(told: str | None) -> None:
    assert at(told, SIX) is None


def test_dbt_is_told_the_scale_of_its_home(tmp_path: Path) -> None:
    real, simulated = (Deployment(Settings(home=tmp_path / name)) for name in ("real", "simulated"))
    mark_simulated(simulated.lake)
    record_scale(simulated.lake, CityScale(scale=0.25))

    told = [
        json.loads(environment_of_dbt(home, tmp_path)["CDP_DBT_CITY_SCALE"])
        for home in (real, simulated)
    ]

    assert [each["scale"] for each in told] == [1, 0.25]
