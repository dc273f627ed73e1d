"""Rows of risk as tests write them: places with short names, instants as minutes of one day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from orchestration.alerts.model import Risk

NOON = datetime(2026, 9, 12, 5, tzinfo=UTC)
"""12:00 in Bangkok, in the rains."""
NAMES = {
    "830104": ("รัษฎา", "Ratsada"),
    "830105": ("วิชิต", "Wichit"),
    "830201": ("กะทู้", "Kathu"),
}
RATSADA, WICHIT, KATHU = NAMES


def at(minutes: float) -> datetime:
    """An instant so many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def row(
    place: str,
    risk: int | None,
    observed: float | None = 0,
    *,
    holds: float = 45,
    reasons: tuple[str, ...] = ("rain_1h",),
) -> Risk:
    """A row observed so many minutes after noon, that holds for so many more."""
    name_th, name_en = NAMES[place]
    return Risk(
        place=place,
        name_th=name_th,
        name_en=name_en,
        risk=risk,
        reasons=reasons if risk else (),
        observed_at=None if observed is None else at(observed),
        valid_until=None if observed is None else at(observed + holds),
    )
