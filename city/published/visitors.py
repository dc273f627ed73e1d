"""Published figures that the number of people in Phuket follows; years are Buddhist.

Visitors by year are those of the provincial table `dataset_10_34` (Provincial Office of Tourism and
Sports; open government data, as kept in the public repository Nonarkara/phuket-dashboard, state of
July 2026). The registered population by district is that of the Department of Provincial
Administration (table phuket001); airport passengers are in `published.tourism`.
"""

from __future__ import annotations

# A year's nine numbers are Thai, foreign and their total: of visitors, of those who stay overnight
# (tourists), and of those who do not (excursionists). None is a number that was still being worked
# out. In 2562 the visitors' parts are 31,279 less than the total beside them.
PROVINCIAL_VISITORS: dict[int, tuple[int | None, ...]] = {
    2558: (
        3_714_328, 9_488_956, 13_203_284,
        3_425_414, 9_095_355, 12_520_769,
        288_914, 393_601, 682_515,
    ),
    2559: (
        3_768_955, 9_641_703, 13_410_658,
        3_471_444, 9_237_971, 12_709_415,
        297_511, 403_732, 701_243,
    ),
    2560: (
        3_903_481, 10_109_382, 14_012_863,
        3_591_083, 9_683_686, 13_274_769,
        312_398, 425_696, 738_094,
    ),
    2561: (
        4_057_904, 10_351_308, 14_409_212,
        3_730_147, 9_921_154, 13_651_301,
        327_757, 430_154, 757_911,
    ),
    2562: (
        3_908_872, 10_636_315, 14_576_466,
        3_661_303, 10_167_165, 13_828_468,
        316_242, 431_756, 747_998,
    ),
    2563: (
        1_955_100, 2_073_729, 4_028_829,
        1_796_668, 1_922_064, 3_718_732,
        158_432, 151_665, 310_097,
    ),
    2564: (
        949_983, 286_497, 1_236_480,
        828_908, 269_948, 1_098_856,
        121_075, 16_549, 137_624,
    ),
    2565: (
        2_431_119, 3_336_352, 5_767_471,
        2_066_660, 3_141_479, 5_208_139,
        364_459, 194_873, 559_332,
    ),
    2566: (
        3_426_950, 8_782_094, 12_209_044,
        2_880_967, 8_268_233, 11_149_200,
        545_983, 513_861, 1_059_844,
    ),
    2567: (
        3_445_695, 11_065_493, 14_511_188,
        2_818_878, 10_522_687, 13_341_565,
        626_817, 542_806, 1_169_623,
    ),
    2568: (
        3_652_618, 10_470_216, 14_122_834,
        None, None, None,
        None, None, None,
    ),
}  # fmt: skip
POPULATION = {"8301": 247_115, "8302": 58_600, "8303": 104_496}


def visitors_of(year: int) -> tuple[int, int]:
    """Thai and foreign visitors of a Buddhist year: as published, or of the nearest such year."""
    nearest = min(PROVINCIAL_VISITORS, key=lambda known: (abs(known - year), known))
    thai, foreign = PROVINCIAL_VISITORS[nearest][:2]
    assert thai is not None
    assert foreign is not None
    return thai, foreign
