"""Names of places and the codes that stand for them, level by level.

`places.csv` lists every place with its names in Thai and English and, under `also`, what else it
is called. Codes of provinces, amphoe and tambon are those of the Department of Provincial
Administration; local administrations (`lao`) have words of our own. Only the amphoe and tambon of
Phuket are listed: a file that names others is no file about Phuket. `plate_region` is what a number
plate may name: the provinces, and Betong, which is none.

A name means a place only at a level: Kathu is an amphoe, a tambon and a municipality.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ingestion.words.characters import fold
from ingestion.words.closest import closest as closest_word

LEVELS = ("province", "amphoe", "tambon", "lao", "plate_region")
_TABLE = Path(__file__).with_name("places.csv")
# What may stand before or behind a name; longer ones first.
_BEFORE: Mapping[str, str] = {
    "province": r"จังหวัด|จ\.|changwat",
    "amphoe": r"อำเภอ|อ\.|amphoe|amphur",
    "tambon": r"ตำบล|ต\.|tambon",
    "lao": "",
}
_BEHIND: Mapping[str, str] = {
    "province": r"\(?province\)?",
    "amphoe": r"district",
    "tambon": r"sub-?district",
    "lao": "",
}


@cache
def spellings(level: str) -> Mapping[str, str]:
    """Every known spelling at a level, as `bare` spells it, and the code it means."""
    found: dict[str, str] = {}
    for row in _rows():
        if row["level"] != level and (level, row["level"]) != ("plate_region", "province"):
            continue
        also = [word for word in row["also"].split("|") if word]
        numbered = [f"th-{row['code']}"] if row["level"] in ("province", "plate_region") else []
        for name in (row["code"], row["name_th"], row["name_en"], *also, *numbered):
            spelled = bare(name, level)
            if found.setdefault(spelled, row["code"]) != row["code"]:
                raise ValueError(f"{_TABLE.name}: {name!r} means two places at level {level}")
    return found


def bare(name: str, level: str) -> str:
    """A name as it is looked up: folded, small letters, without its level and without blanks.

    The engine does the same with `patterns`.
    """
    text = fold(name).lower()
    for pattern in patterns(level):
        text = re.sub(pattern, "", text)
    return text


def patterns(level: str) -> tuple[str, ...]:
    """What is taken out of a name before it is looked up, one after the other."""
    level = "province" if level == "plate_region" else level
    before, behind = _BEFORE[level], _BEHIND[level]
    ends = (rf"^({before})\s*", rf"\s*({behind})$") if before else ()
    return (*ends, r"\s+")


def closest(name: str, level: str) -> str:
    """The known name at a level that is most like a name, or nothing."""
    wanted = bare(name, level)
    code = spellings(level).get(closest_word(wanted, spellings(level)))
    return next(
        (f"{r['name_th']} ({r['name_en']}, {code})" for r in _rows() if r["code"] == code), ""
    )


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
