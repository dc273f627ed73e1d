"""Rooms and the guests in them: what the hotels of the province really hold on a night.

Follows from the visitors present; the number of rooms is such that a year like 2568 is as full as
its agency printed (77.23 %).
"""

from __future__ import annotations

from datetime import date

from city.registers.tambon import AMPHOE, TAMBON_CODES
from city.truth.people.visitors import arrivals, present
from city.truth.people.whereabouts import NIGHT

ROOMS = 99_500
MOST_PERMILLE = 970  # of the rooms that can be let on the fullest night
HOTEL_PERMILLE = 620  # of the visitors; the others have houses, friends and boats
GUESTS_PER_ROOM = 2


def rooms_by_amphoe() -> dict[str, int]:
    """All rooms, by the code of their district: they are where visitors sleep."""
    shares = {
        amphoe: sum(n for code, n in zip(TAMBON_CODES, NIGHT, strict=True) if code[:4] == amphoe)
        for amphoe in AMPHOE
    }
    return {amphoe: ROOMS * share // sum(NIGHT) for amphoe, share in shares.items()}


def rooms_taken(seed: int, day: date) -> int:
    """Rooms that are let in the night after a day."""
    guests = int(present(seed, day).sum()) * HOTEL_PERMILLE // 1000
    return min(guests // GUESTS_PER_ROOM, ROOMS * MOST_PERMILLE // 1000)


def guests_arriving(seed: int, day: date) -> int:
    """Guests who check in on a day."""
    return int(arrivals(seed, day).sum()) * HOTEL_PERMILLE // 1000
