"""How far it is by road from one plate camera to another, for every pair that a journey passes.

The distances are those that the simulated traffic drives. Does not belong here: how long it takes
(`traffic`).

`python -m city.truth.people.gate_pairs > dbt_project/seeds/gate_pair.csv` writes the platform's
seed; a test proves that it is current.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import accumulate, combinations, pairwise

from city.registers.cameras import CHECKPOINT_CAMERAS, journey_cameras, plate_cameras
from city.registers.roads import distance

HEADINGS = ("from_gate", "to_gate", "road_m", "span", "basis")


def metres_between(here: int, there: int) -> int:
    """By road, between two neighbours of a journey, by their numbers in `plate_cameras`."""
    one, other = plate_cameras()[here], plate_cameras()[there]
    if one.road == other.road:
        return abs(one.position - other.position)
    return distance(one.place, other.place) * 115 // 100


def gate_pairs() -> dict[tuple[str, str], tuple[int, str]]:
    """Metres by road and span (`neighbour` or `journey`) of every pair, in both directions.

    Of two ways between the same gates the shorter one counts.
    """
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for way in journey_cameras():
        steps = [metres_between(here, there) for here, there in pairwise(way)]
        stops = list(zip(way, accumulate(steps, initial=0), strict=True))
        neighbours = set(pairwise(way))
        for (here, start), (there, end) in combinations(stops, 2):
            span = "neighbour" if (here, there) in neighbours else "journey"
            for pair in _both_directions(here, there):
                known = (end - start, span)
                found[pair] = min(found.get(pair, known), known)
    return found


def render() -> str:
    """The pairs as CSV, in the order of their gates."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(HEADINGS)
    for (start, end), (metres, span) in sorted(gate_pairs().items()):
        lines.writerow((start, end, metres, span, "simulated"))
    return text.getvalue()


def _both_directions(here: int, there: int) -> Iterator[tuple[str, str]]:
    yield from ((start, end) for start in _into(here) for end in _ids(there))
    yield from ((start, end) for start in _ids(there) for end in _out_of(here))


def _ids(camera: int) -> tuple[str, ...]:
    return (plate_cameras()[camera].id,)


def _into(camera: int) -> tuple[str, ...]:
    """At the checkpoint every lane has a camera: all but the last lead onto the island."""
    if plate_cameras()[camera].kind != "checkpoint":
        return _ids(camera)
    return tuple(plate_cameras()[camera + lane].id for lane in range(CHECKPOINT_CAMERAS - 1))


def _out_of(camera: int) -> tuple[str, ...]:
    if plate_cameras()[camera].kind != "checkpoint":
        return _ids(camera)
    return (plate_cameras()[camera + CHECKPOINT_CAMERAS - 1].id,)


if __name__ == "__main__":
    print(render(), end="")
