"""Names of places to codes: by level, by synonym, and never by guess."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ingestion import places
from tests.support.judging import Judged, contract_of, csv_of, judge

SEEDS = Path(__file__).parents[3] / "dbt_project" / "seeds"


def placed(folder: Path, level: str, *names: str) -> Judged:
    contract = contract_of(
        [
            {"name": "place", "type": "string", "place": level},
            {"name": "number", "type": "integer"},
        ],
        tolerance={"quarantined_pct": 100},
    )
    rows = [f'"{name}",{n}' for n, name in enumerate(names)]
    return judge(contract, csv_of(*rows, header="place,number"), folder)


@pytest.mark.parametrize(
    ("level", "code", "names"),
    [
        ("province", "83", ["ภูเก็ต", "จังหวัดภูเก็ต", "จ.ภูเก็ต", "จ. ภูเก็ต", "Phuket", "PHUKET"]),
        ("province", "83", ["83", "th-83", "Phuket Province", " ภูเก็ต\u200b"]),
        ("province", "10", ["กรุงเทพมหานคร", "กทม.", "กรุงเทพฯ", "Bangkok", "th-10b", "TH-10c"]),
        ("amphoe", "8301", ["เมือง", "เมืองภูเก็ต", "อำเภอเมืองภูเก็ต", "อ.เมือง", "Mueang Phuket"]),
        ("amphoe", "8301", ["อําเภอเมืองภูเก็ต", "อำเภอ เมือง ภูเก็ต", "Mueang Phuket District"]),
        ("amphoe", "8302", ["กะทู้", "อ.กะทู้", "Kathu", "8302"]),
        ("tambon", "830201", ["กะทู้", "ต.กะทู้", "ตำบลกะทู้", "Kathu", "Tambon Kathu"]),
        ("tambon", "830202", ["ป่าตอง", "Patong", "Pa Tong"]),
        ("lao", "municipality_rawai", ["เทศบาลตำบลราไวย์", "ทต.ราไวย์", "ทต. ราไวย์", "ทม.ราไวย์"]),
        ("lao", "tao_sakhu", ["องค์การบริหารส่วนตำบลสาคู", "อบต.สาคู", "อบต. สาคู"]),
        ("lao", "municipality_phuket", ["เทศบาลนครภูเก็ต", "ทน.ภูเก็ต"]),
        ("lao", "pao_phuket", ["องค์การบริหารส่วนจังหวัดภูเก็ต", "อบจ.ภูเก็ต"]),
        ("plate_region", "99", ["เบตง", "th-99"]),
        ("plate_region", "83", ["ภูเก็ต", "th-83"]),
    ],
)
def test_every_spelling_of_a_place_is_its_code(
    level: str, code: str, names: list[str], tmp_path: Path
) -> None:
    judged = placed(tmp_path, level, *names)

    assert judged.column("place") == [code] * len(names)


def test_the_same_name_is_another_place_at_another_level(tmp_path: Path) -> None:
    found = [placed(tmp_path, level, "กะทู้").column("place") for level in ("amphoe", "tambon")]

    assert found == [["8302"], ["830201"]]


def test_a_municipality_and_a_tao_of_one_name_are_two(tmp_path: Path) -> None:
    judged = placed(tmp_path, "lao", "ทต.เชิงทะเล", "อบต.เชิงทะเล")

    assert judged.column("place") == ["municipality_choeng_thale", "tao_choeng_thale"]


@pytest.mark.parametrize(
    ("level", "name", "near"),
    [
        ("tambon", "ป่าตองง", "ป่าตอง (Pa Tong, 830202)"),
        ("tambon", "เทพกษัตรี", "เทพกระษัตรี (Thep Krasattri, 830301)"),
        ("amphoe", "ถลางง", "ถลาง (Thalang, 8303)"),
        ("province", "ภูเกต", "ภูเก็ต (Phuket, 83)"),
        ("lao", "เทศบาลตำบลราไวย", "เทศบาลตำบลราไวย์ (Rawai Subdistrict Municipality"),
    ],
)
def test_an_unknown_name_is_quarantined_with_the_closest_known(
    level: str, name: str, near: str, tmp_path: Path
) -> None:
    judged = placed(tmp_path, level, name)

    assert judged.codes == [(1, "place_unknown")]
    assert f"a known {level}" in judged.quarantined[0].expected
    assert f"closest: {near}" in judged.quarantined[0].expected


def test_a_place_that_is_like_no_other_is_told_so(tmp_path: Path) -> None:
    judged = placed(tmp_path, "tambon", "xyz", "เบตง")

    assert [code for _, code in judged.codes] == ["place_unknown"] * 2
    assert "closest" not in judged.quarantined[0].expected


def test_betong_is_a_plate_region_and_no_province(tmp_path: Path) -> None:
    judged = placed(tmp_path, "province", "เบตง")

    assert judged.codes == [(1, "place_unknown")]


def test_the_levels_are_complete() -> None:
    codes = {level: set(places.spellings(level).values()) for level in places.LEVELS}

    assert {level: len(found) for level, found in codes.items()} == {
        "province": 77,
        "amphoe": 3,
        "tambon": 17,
        "lao": 19,
        "plate_region": 78,
    }


def test_the_register_of_places_knows_the_same_names() -> None:
    with (SEEDS / "place.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            known = places.spellings(row["level"])
            for name in (row["name_th"], row["name_en"]):
                assert known[places.bare(name, row["level"])] == row["place_code"]
