"""QARTOD flags worked out a second time, by pandas from the definitions, against those of the SQL.

1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing; thresholds are strict. The thresholds are
the platform's own seed: they are its policy, not its arithmetic.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from orchestration.deployment import DBT_PROJECT

# What the platform assumes of a station that its register does not know.
INTERVAL_MINUTES = 10
LONGEST_GAP_S = 86_400
USABLE = (1, 2)


def flagged(readings: pd.DataFrame) -> pd.DataFrame:
    """The readings with a column `flag`."""
    thresholds = pd.read_csv(DBT_PROJECT / "seeds" / "qartod_threshold.csv").set_index("parameter")
    parts = []
    for (_, parameter), series in readings.groupby(["station_id", "parameter"], sort=False):
        series = series.sort_values("observed_at")
        rule = thresholds.loc[parameter] if parameter in thresholds.index else None
        parts.append(series.assign(flag=_flags(series, rule)))
    return pd.concat(parts)


def _flags(series: pd.DataFrame, rule: pd.Series | None) -> np.ndarray:
    value = series["value"]
    if rule is None:
        return np.where(value.isna(), 9, 2)
    tests = np.vstack(
        [
            _gross_range(value, rule),
            _spike(series, rule),
            _rate_of_change(series, rule),
            _flat_line(series, rule),
        ]
    )
    any_is = [(tests == flag).any(axis=0) for flag in (4, 3, 1)]
    return np.select([value.isna(), *any_is], [9, 4, 3, 1], default=2)


def _gross_range(value: pd.Series, rule: pd.Series) -> np.ndarray:
    failed = (value < rule["fail_min"]) | (value > rule["fail_max"])
    suspect = (value < rule["suspect_min"]) | (value > rule["suspect_max"])
    return np.select([failed, suspect], [4, 3], default=1)


def _spike(series: pd.DataFrame, rule: pd.Series) -> np.ndarray:
    before, after = _neighbour(series, 1), _neighbour(series, -1)
    height = (series["value"] - (before + after) / 2).abs()
    alone = before.isna() | after.isna()
    return np.select(
        [alone, height > rule["spike_fail"], height > rule["spike_suspect"]], [2, 4, 3], default=1
    )


def _rate_of_change(series: pd.DataFrame, rule: pd.Series) -> np.ndarray:
    rate = (series["value"] - _neighbour(series, 1)).abs() / _seconds_between(series, 1)
    failed = rate > rule["rate_fail_per_h"] / 3600
    return np.select([failed, rate > rule["rate_suspect_per_h"] / 3600], [4, 3], default=1)


def _flat_line(series: pd.DataFrame, rule: pd.Series) -> np.ndarray:
    return np.select(
        [_is_flat(series, rule, "flat_fail_h"), _is_flat(series, rule, "flat_suspect_h")],
        [4, 3],
        default=1,
    )


def _is_flat(series: pd.DataFrame, rule: pd.Series, hours: str) -> pd.Series:
    steps = int(rule[hours] * 60 // INTERVAL_MINUTES)
    window = series["value"].rolling(steps + 1, min_periods=1)
    since = series["observed_at"].shift(steps)
    recent = since >= series["observed_at"] - pd.Timedelta(hours=2 * rule[hours])
    return (window.max() - window.min() < rule["flat_tolerance"]) & recent


def _neighbour(series: pd.DataFrame, step: int) -> pd.Series:
    """The value of the row before (1) or after (-1), unless that is more than a day away."""
    return series["value"].shift(step).where(_seconds_between(series, step) <= LONGEST_GAP_S)


def _seconds_between(series: pd.DataFrame, step: int) -> pd.Series:
    return (series["observed_at"] - series["observed_at"].shift(step)).abs().dt.total_seconds()
