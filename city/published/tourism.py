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

# Spending of a visitor in a day, in baht: Provincial Office of Tourism and Sports, dataset_10_09.
# The nine numbers are those of `visitors.PROVINCIAL_VISITORS`. Until 2562 a total is a mean of the
# two numbers before it; from 2563 on it is their sum, as the agency printed it.
VISITOR_SPEND: dict[int, tuple[int | None, ...]] = {
    2558: (4_244, 6_442, 6_143, 4_304, 6_477, 6_040, 2_324, 2_862, 2_635),
    2559: (4_469, 7_252, 6_762, 4_533, 7_289, 6_812, 2_420, 3_108, 2_816),
    2560: (4_706, 7_799, 7_257, 4_774, 7_834, 7_311, 2_547, 3_361, 3_017),
    2561: (4_951, 8_388, 7_766, 5_024, 8_432, 7_826, 2_682, 3_610, 3_209),
    2562: (4_927, 8_312, 7_717, 5_001, 8_355, 7_777, 2_658, 3_562, 3_180),
    2563: (4_868, 10_137, 15_005, 4_961, 3_264, 8_225, 2_173, 10_021, 12_194),
    2564: (3_689, 5_734, 9_423, 3_790, 5_756, 9_546, 1_796, 2_760, 4_556),
    2565: (4_453, 7_803, 12_256, 4_615, 7_844, 12_459, 2_138, 3_327, 5_465),
    2566: (4_817, 8_598, 13_416, 5_008, 8_652, 13_660, 2_326, 3_678, 6_005),
    2567: (4_926, 8_914, 13_840, 5_146, 8_961, 14_107, 2_390, 3_789, 6_179),
    2568: (5_100, 8_700, 13_800, None, None, None, None, None, None),
}

# Mean stay in days, Thai, foreign and both: Provincial Office of Tourism and Sports, dataset_10_12.
LENGTH_OF_STAY: dict[int, tuple[int | None, ...]] = {
    **dict.fromkeys(range(2558, 2564), (3, 5, 4)),
    2564: (3, 8, 4),
    2565: (3, 7, 5),
    2566: (None, None, None),
    2567: (None, None, None),
}
