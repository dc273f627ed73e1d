"""Channels run over their banks once or a few times a year: at the gauge, and in the streets."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from city.registers.tambon import TAMBON_CODES
from city.truth.weather.environment import environment
from city.truth.weather.floods import flood_depth

FIRST, DAYS = date(2026, 5, 1), 184
STEPS = 144


@pytest.mark.parametrize("seed", range(1, 8))
def test_a_monsoon_has_an_overflow_that_the_gauge_of_the_channel_shows(seed: int) -> None:
    truth = environment(seed, FIRST, DAYS)
    over = {
        (station.tambon.code, FIRST + timedelta(days=int(step) // STEPS), int(step) % STEPS // 6)
        for station in truth.stations
        if station.channel and int(station.id[3:]) <= len(TAMBON_CODES)
        for step in np.flatnonzero(truth.water[station.id].level > station.channel.bank_mm)
    }
    days = {day for _, day, _ in over}

    assert 1 <= len(days) <= 8
    for tambon, day, hour in over:
        assert flood_depth(seed, day)[TAMBON_CODES.index(tambon), hour] > 0
