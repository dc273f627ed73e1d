"""Published figures of tourism in Phuket, as facts; years are Buddhist.

Each table names where it was published. Labels and layout belong to `sources`.
"""

from __future__ import annotations

# Source: the provincial node of the government data catalogue (GD Catalog), open government data,
# as kept in the public repository Nonarkara/phuket-dashboard (state of July 2026).

# Registered hotels and lodgings: Phuket Provincial Administration Office, dataset_10_11.
REGISTERED_HOTELS = {
    2559: 388,
    2560: 425,
    2561: 490,
    2562: 582,
    2563: 681,
    2564: 829,
    2565: 899,
    2566: 926,
    2567: 958,
    2568: 985,
}

# Occupancy in per cent, to the digit: Provincial Office of Tourism and Sports, dataset_10_68.
HOTEL_OCCUPANCY = {
    2564: "6.72",
    2565: "41.97",
    2566: "73.24",
    2567: "78.62",
    2568: "77.23",
}

# Passengers: Airports of Thailand, Phuket International Airport, dataset_10_02. A year's twelve
# numbers are arriving, leaving, in transit and their total: domestic, international, both.
AIRPORT_PASSENGERS = {
    2563: (
        1_520_815, 1_576_342, 202, 3_097_359,
        1_067_818, 1_260_442, 4_089, 2_332_349,
        2_588_633, 2_836_784, 4_291, 5_429_708,
    ),
    2564: (
        734_772, 767_298, 282, 1_502_352,
        183_991, 73_991, 29_499, 287_481,
        918_763, 841_289, 29_781, 1_789_833,
    ),
    2565: (
        2_320_718, 2_337_346, 1_620, 4_659_684,
        1_615_820, 1_423_076, 116_368, 3_155_264,
        3_936_538, 3_760_422, 117_988, 7_814_948,
    ),
    2566: (
        3_153_386, 3_106_676, 2_431, 6_262_493,
        3_864_731, 3_831_939, 20_188, 7_716_858,
        7_018_117, 6_938_615, 22_619, 13_979_351,
    ),
    2567: (
        3_340_179, 3_298_792, 2_941, 6_641_912,
        5_306_952, 5_257_981, 8_470, 10_573_403,
        8_647_131, 8_556_773, 11_411, 17_215_315,
    ),
    2568: (
        3_330_437, 3_304_911, 1_412, 6_636_760,
        5_425_721, 5_398_906, 12_664, 10_837_291,
        8_756_158, 8_703_817, 14_076, 17_474_051,
    ),
}  # fmt: skip
