"""Published figures and laws of safety in Phuket, as facts; years are Buddhist.

Each table names where it was published. Labels and layout belong to `sources`.
"""

from __future__ import annotations

from datetime import date

# Highest fines in baht from a day on: the Land Traffic Act B.E. 2522, and its amendment No. 13
# B.E. 2565, in force from 5 September 2022. Of the first group speeding, red lights and not
# stopping for people who cross; of the second driving against the traffic, helmets and belts.
HIGHEST_FINES = {
    date(1979, 1, 29): {"grave": 1000, "plain": 500},
    date(2022, 9, 5): {"grave": 4000, "plain": 2000},
}

# Source of the two tables below: Phuket Provincial Police in the provincial node of the government
# data catalogue (GD Catalog), dataset_10_48 and dataset_10_47, open government data, as kept in the
# public repository Nonarkara/phuket-dashboard (state of July 2026). Twelve months of each year; the
# sums are the published totals.
ROAD_DEATHS = {
    2565: (9, 6, 6, 9, 3, 6, 3, 9, 10, 7, 6, 6),
    2566: (8, 3, 8, 11, 10, 11, 7, 6, 3, 3, 10, 8),
    2567: (23, 14, 13, 7, 17, 9, 6, 4, 8, 7, 9, 7),
    2568: (8, 4, 6, 9, 10, 3, 16, 6, 5, 9, 7, 8),
}
ROAD_INJURIES = {
    2565: (16, 18, 4, 8, 0, 0, 4, 8, 1, 2, 1, 9),
    2566: (7, 2, 2, 19, 1, 5, 2, 1, 3, 4, 2, 10),
    2567: (25, 4, 3, 26, 4, 4, 2, 5, 5, 2, 7, 19),
    2568: (17, 4, 0, 22, 0, 1, 2, 0, 1, 2, 0, 20),
}

# Source: Phuket Provincial Police in the statistical tables of the National Statistical Office,
# fiscal years. Cases reported and cases with an arrest; of offences in which the state is the
# victim, cases and accused persons. None: not in the copy that we have.
CRIME: dict[str, dict[int, tuple[int, int] | None]] = {
    "life": {2558: (247, 198), 2559: (197, 150), 2560: (195, 130), 2561: (217, 143)},
    "property": {2558: (876, 540), 2559: (719, 416), 2560: (773, 411), 2561: (775, 523)},
    "special": {2558: (770, 671), 2559: None, 2560: None, 2561: (1386, 1305)},
    "state": {2558: (13_600, 15_952), 2559: None, 2560: None, 2561: (16_762, 17_996)},
}
