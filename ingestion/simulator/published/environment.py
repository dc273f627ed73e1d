"""Published figures of Phuket's environment, as facts; years are Buddhist.

Each table names where it was published. Labels and layout belong to `sources`.
"""

from __future__ import annotations

# Source: the provincial node of the government data catalogue (GD Catalog), open government data,
# as kept in the public repository Nonarkara/phuket-dashboard (state of July 2026).

# Water produced, fed into the network and sold, in cubic metres: Provincial Waterworks Authority,
# Phuket branch, dataset_10_25.
TAP_WATER = {
    2562: (38_324_038, 36_184_177, 24_437_650),
    2563: (34_376_597, 32_569_000, 19_880_444),
    2564: (26_311_494, 24_602_079, 16_428_629),
    2565: (28_127_729, 26_608_661, 17_576_473),
    2566: (35_430_510, 32_126_675, 22_074_106),
    2567: (34_956_471, 31_977_632, 21_343_154),
    2568: (38_839_193, 39_115_244, 25_451_539),
}
