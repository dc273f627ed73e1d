"""Who really uses the city's WiFi: devices of visitors and residents, where, when, how long.

Sessions follow `whereabouts`, and devices follow the people of `visitors`: one that came for a week
is met for a week. What an accounting server makes of it belongs to `sources`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from city.chance import Bits, Draws, Ints, mixed
from city.registers.access_points import NUMBERS, OUT_OF_ORDER
from city.registers.tambon import TAMBON_CODES
from city.truth.people.visitors import LONGEST_STAY, NATIONS, present_since
from city.truth.people.whereabouts import (
    NIGHT,
    residents,
    residents_by_hour,
    visitors_by_hour,
)

DAY_SECONDS = 86_400
VISITORS_PER_DEVICE, RESIDENTS_PER_DEVICE = 4, 10
# Sessions of a thousand people in an hour, and how awake the city is, in per cent.
VISITOR_SESSIONS, RESIDENT_SESSIONS = 55, 2
AWAKE = (
    38, 22, 12, 8, 6, 8, 20, 42, 64, 78, 84, 88,
    92, 88, 84, 86, 90, 96, 100, 100, 96, 86, 72, 54,
)  # fmt: skip
HOME_PERCENT = 70
LONGEST_SECONDS = 9 * 3600


@dataclass(frozen=True)
class Sessions:
    """The sessions of one day, by the time of their beginning: an entry a session.

    `access_point` is a position in the register; `begins` counts seconds from midnight, `lasts`
    seconds; `device` is a hardware address of 48 bits; `number` is the session's own, for ever.
    """

    number: Bits
    access_point: Ints
    device: Bits
    begins: Ints
    lasts: Ints
    sent: Ints
    received: Ints

    def __len__(self) -> int:
        return len(self.number)


def sessions(seed: int, day: date, millionths: int, whole: range = range(0)) -> Sessions:
    """The sessions that begin on a day, in a city of that scale.

    Parameters
    ----------
    whole: hours in which the city is at full size all the same.
    """
    if not whole:
        return _sessions(seed, day, millionths)
    rest = tuple(hour for hour in range(24) if hour not in whole)
    parts = _sessions(seed, day, millionths, rest), _sessions(seed, day, 1_000_000, tuple(whole))
    columns = {name: np.concatenate([getattr(p, name) for p in parts]) for name in vars(parts[0])}
    order = np.lexsort((columns["device"], columns["begins"]))
    return Sessions(**{name: column[order] for name, column in columns.items()})


@lru_cache(maxsize=4)  # a day at full size is 15 MB
def _sessions(seed: int, day: date, millionths: int, hours: tuple[int, ...] = ()) -> Sessions:
    """Those that begin in some hours, or in any."""
    draws = Draws(seed, "wifi", day.isoformat(), *map(str, hours))
    visitors = _counts(visitors_by_hour(seed, day), VISITOR_SESSIONS, millionths, draws)
    locals_ = _counts(residents_by_hour(day), RESIDENT_SESSIONS, millionths, draws)
    if hours:
        others = [hour for hour in range(24) if hour not in hours]
        visitors[:, others] = locals_[:, others] = 0
    tambon, begins, device = (
        np.concatenate(parts)
        for parts in zip(
            _met(visitors, _visitors_with_devices(seed, day, millionths), draws),
            _met(locals_, _residents_with_devices(seed, millionths), draws),
            strict=True,
        )
    )
    order = np.lexsort((device, begins))
    tambon, begins, device = tambon[order], begins[order], device[order]
    count = len(order)
    point = _points(tambon, draws)
    lasts = _lasting(draws, count)
    sent = lasts * draws.many(200, 6000, count)
    own = mixed(np.array([day.toordinal()], dtype=np.uint64), salt=seed + sum(hours))
    return Sessions(
        number=mixed(np.add(own, np.arange(count, dtype=np.uint64), dtype=np.uint64)),
        access_point=point,
        device=_addresses(device, day),
        begins=begins,
        lasts=lasts,
        sent=sent,
        received=sent * draws.many(2, 14, count),
    )


def _counts(people: Ints, per_thousand: int, millionths: int, draws: Draws) -> Ints:
    """Sessions that begin in each tambon and hour, rounded by chance so that few are not none."""
    awake = np.array(AWAKE, dtype=np.int64)
    expected = people * awake * per_thousand // 100 * millionths // 1000
    noise = draws.many(0, 999_999, people.size).reshape(people.shape)
    counts: Ints = (expected + noise) // 1_000_000
    return counts


def _met(counts: Ints, people: tuple[Bits, Ints], draws: Draws) -> tuple[Ints, Ints, Bits]:
    """Tambon, second and owner of every session: mostly of somebody who lives or stays there."""
    owners, homes = people
    total = int(counts.sum()) if len(owners) else 0
    places = np.repeat(np.arange(counts.size, dtype=np.int64), counts.ravel())[:total]
    tambon, hour = places // 24, places % 24
    begins = hour * 3600 + draws.many(0, 3599, total)
    by_home = np.argsort(homes, kind="stable")
    first = np.searchsorted(homes[by_home], np.arange(len(TAMBON_CODES) + 1))
    here = np.diff(first)[tambon]
    drawn, anywhere = draws.many(0, 1 << 40, total), draws.many(0, 1 << 40, total)
    at_home = (draws.many(0, 99, total) < HOME_PERCENT) & (here > 0)
    chosen = np.where(
        at_home, first[tambon] + drawn % np.maximum(here, 1), anywhere % max(len(owners), 1)
    )
    return tambon, begins, owners[by_home[chosen]]


def _points(tambon: Ints, draws: Draws) -> Ints:
    """An access point in each tambon: some see far more people than others, a few are broken."""
    sizes = np.array(NUMBERS, dtype=np.int64)
    drawn = np.minimum(*(draws.many(0, (1 << 40) - 1, len(tambon)) for _ in range(2)))
    point = (np.cumsum(sizes) - sizes)[tambon] + (drawn * sizes[tambon] >> 40)
    broken = np.array(sorted(OUT_OF_ORDER), dtype=np.int64) - 1
    beside: Ints = np.where(np.isin(point, broken), point - 1, point)
    return beside


def _visitors_with_devices(seed: int, day: date, millionths: int) -> tuple[Bits, Ints]:
    """Identities of the visitors present that the city's scale shows, and where they sleep."""
    share = VISITORS_PER_DEVICE * 1_000_000 // millionths
    there = present_since(seed, day)
    came = day.toordinal() - np.arange(LONGEST_STAY, dtype=np.int64)[:, None]
    cohort = (came * (len(NATIONS) + 1) + np.arange(len(NATIONS) + 1)).astype(np.uint64)
    # The rounding of a cohort is the same every night, so nobody comes back after leaving.
    spare = (mixed(cohort, seed) % np.uint64(share)).astype(np.int64)
    return _numbered(cohort, (there + spare) // share, salt=seed + 1)


def _residents_with_devices(seed: int, millionths: int) -> tuple[Bits, Ints]:
    share = RESIDENTS_PER_DEVICE * 1_000_000 // millionths
    tambon = np.arange(len(TAMBON_CODES), dtype=np.int64)
    counts = residents() // share
    owners, _ = _numbered(tambon.astype(np.uint64), counts, salt=seed + 2)
    return owners, np.repeat(tambon, counts)


def _numbered(cohort: Bits, counts: Ints, salt: int) -> tuple[Bits, Ints]:
    sizes = counts.ravel()
    of = np.repeat(cohort.ravel(), sizes)
    within = np.arange(len(of)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    owners = mixed(mixed(of, salt) + within.astype(np.uint64))
    sleeps = np.repeat(np.arange(len(NIGHT)), NIGHT)
    homes = sleeps[(mixed(owners, 3) % np.uint64(len(sleeps))).astype(np.int64)]
    return owners, homes


def _addresses(owners: Bits, day: date) -> Bits:
    """Hardware addresses: two in three are made up by the device, some of them anew every day.

    The others stand in the block of the Internet Assigned Numbers Authority, of which no devices
    are made, so that no address here is anybody's.
    """
    kind = mixed(owners, 11) % np.uint64(100)
    anew = np.where(kind < 13, mixed(owners, day.toordinal()), mixed(owners, 12))
    made_up = (anew & np.uint64(0xFCFF_FFFF_FFFF)) | np.uint64(0x0200_0000_0000)
    built_in = np.uint64(0x0000_5E80_0000) | (anew & np.uint64(0x7F_FFFF))
    addresses: Bits = np.where(kind < 65, made_up, built_in)
    return addresses


def _lasting(draws: Draws, count: int) -> Ints:
    """Mostly minutes, a few hours."""
    part = draws.many(0, 999, count)
    lasts = 45 + 5400 * part * part * part // 1_000_000_000
    long = draws.many(0, 99, count) < 3
    seconds: Ints = np.minimum(np.where(long, lasts * 6, lasts), LONGEST_SECONDS)
    return seconds
