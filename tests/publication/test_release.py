"""Releases: what goes out, what is refused, what is held, and when nothing happens at all."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import duckdb
import frictionless
import pandas as pd
import pytest

from ingestion.contracts.model import Bilingual
from ingestion.storage import ObjectStore, keys
from publication.checksums import SUMS
from publication.commits import history
from publication.proof import ReleaseRefused
from publication.release import (
    Held,
    Judged,
    Refused,
    Released,
    Unchanged,
    hold,
    publish,
    release,
)
from tests.publication.city import (
    NEXT_EVENING,
    PIER_LANDINGS,
    RAIN,
    RAIN_DAILY,
    RANGE_RULE,
    City,
    objects,
    read_csv,
)

VERSION = "2026-01-08.0"
FILES = {
    *("rain_daily.parquet", "rain_daily.csv", "rain_daily_excel.csv", "dictionary.csv"),
    *("datapackage.json", "manifest.json", "quality.json", "README.th.md", "README.en.md", SUMS),
}


def published(store: ObjectStore, name: str, version: str = VERSION) -> bytes:
    return store.get(keys.release_file("environment", "rain_daily", version, name))


def folder_of(store: ObjectStore, into: Path, version: str = VERSION) -> Path:
    """The version folder on disk, as someone who downloads it has it."""
    prefix = keys.release_prefix("environment", "rain_daily", version)
    into.mkdir()
    for info in store.list(prefix):
        store.download(info.key, into / info.key.removeprefix(prefix))
    return into


def release_rain(city: City) -> Released:
    outcome = release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY), ("readings/7",))
    assert isinstance(outcome, Released)
    return outcome


def test_a_first_release_is_version_zero_of_the_bangkok_day(city: City) -> None:
    outcome = release_rain(city)

    assert outcome == Released("rain_daily", VERSION, commit=1)
    prefix = keys.release_prefix("environment", "rain_daily", VERSION)
    assert {info.key.removeprefix(prefix) for info in city.open.list(prefix)} == FILES
    assert city.head.products["rain_daily"].version == VERSION


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum (coreutils)")
def test_sha256sum_accepts_the_folder_and_every_file_is_listed(city: City, tmp_path: Path) -> None:
    release_rain(city)
    folder = folder_of(city.open, tmp_path / "download")

    checked = subprocess.run(
        ["sha256sum", "--strict", "-c", SUMS], cwd=folder, capture_output=True, text=True
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert {line.split(":")[0] for line in checked.stdout.splitlines()} == FILES - {SUMS}


def test_frictionless_finds_the_data_package_valid(city: City, tmp_path: Path) -> None:
    release_rain(city)
    folder = folder_of(city.open, tmp_path / "download")

    judged = frictionless.validate(str(folder / "datapackage.json"))

    assert judged.valid, judged.flatten(["type", "message"])
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert package["version"] == VERSION
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert [field["type"] for field in package["resources"][1]["schema"]["fields"]] == [
        *("string", "datetime", "number", "string", "boolean")
    ]


def test_frictionless_notices_a_changed_cell(city: City, tmp_path: Path) -> None:
    release_rain(city)
    folder = folder_of(city.open, tmp_path / "download")
    text = (folder / "rain_daily.csv").read_bytes()
    (folder / "rain_daily.csv").write_bytes(text.replace(b"12.5", b"12.6"))

    assert not frictionless.validate(str(folder / "datapackage.json")).valid


def test_readers_get_the_same_numbers_from_every_format(city: City, tmp_path: Path) -> None:
    release_rain(city)
    folder = folder_of(city.open, tmp_path / "download")

    tables = [
        pd.read_csv(folder / "rain_daily.csv"),
        pd.read_csv(folder / "rain_daily_excel.csv"),
        pd.read_parquet(folder / "rain_daily.parquet"),
        duckdb.sql(f"from '{folder}/rain_daily.parquet'").df(),
    ]

    assert [list(table["station"]) for table in tables] == [["RG01", "RG01", "RG02"]] * 4
    assert [table["rain_mm"].sum() for table in tables] == [12.5] * 4


def test_only_the_excel_copy_has_a_byte_order_mark(city: City) -> None:
    release_rain(city)

    plain = published(city.open, "rain_daily.csv")

    assert published(city.open, "rain_daily_excel.csv") == b"\xef\xbb\xbf" + plain
    for name in FILES - {"rain_daily_excel.csv"}:
        assert not published(city.open, name).startswith(b"\xef\xbb\xbf")


def test_the_manifest_says_what_was_published_from_what_by_what(city: City) -> None:
    release_rain(city)

    manifest = json.loads(published(city.open, "manifest.json"))

    assert manifest["published_at"] == "2026-01-08T02:00:00+07:00"
    assert manifest["inputs"] == ["readings/7"]
    assert manifest["code_version"] == "1.2.3"
    assert manifest["schema_version"] == "1.0.0"
    assert manifest["supersedes"] is None
    assert manifest["rows"] == 3
    sizes = {file["name"]: file["bytes"] for file in manifest["files"]}
    assert sizes == {
        name: len(published(city.open, name)) for name in FILES - {"manifest.json", SUMS}
    }
    counted = {file["name"]: file["rows"] for file in manifest["files"] if file["rows"] is not None}
    assert counted == {f"rain_daily{end}": 3 for end in (".csv", "_excel.csv", ".parquet")}


def test_the_dictionary_explains_every_column_in_both_languages(city: City) -> None:
    release_rain(city)

    header, *lines = read_csv(published(city.open, "dictionary.csv"))

    assert header[:4] == ["column", "unit", "type", "key"]
    assert [line[0] for line in lines] == [column.name for column in RAIN_DAILY.columns]
    rain = lines[2]
    assert rain[1:4] == ["mm", "number", "no"]
    assert rain[6:] == ["ความหมาย rain_mm", "Meaning of rain_mm"]


def test_the_quality_report_shows_every_rule_and_no_sample_rows(city: City) -> None:
    release_rain(city)

    quality = json.loads(published(city.open, "quality.json"))

    assert quality["verdict"] == "passed"
    assert [rule["outcome"] for rule in quality["results"]] == ["ok", "failed"]
    assert quality["results"][1]["unexpected_count"] == 6
    assert "unexpected_rows" not in quality["results"][1]
    assert "ข้อมูลครบร้อยละ 80" in published(city.open, "README.th.md").decode()
    assert "80 % complete" in published(city.open, "README.en.md").decode()


def test_the_same_data_again_writes_nothing_at_all(city: City) -> None:
    release_rain(city)
    before = {info.key: info.etag for info in city.open.list()}
    city.now = NEXT_EVENING

    outcome = release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY), ("readings/8",))

    assert outcome == Unchanged("rain_daily", VERSION, held=False)
    assert {info.key: info.etag for info in city.open.list()} == before


def test_a_correction_on_the_same_day_is_a_patch_and_the_old_version_stays(city: City) -> None:
    release_rain(city)
    old = published(city.open, "rain_daily.csv")

    outcome = release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY, RAIN[:2]))

    assert outcome == Released("rain_daily", "2026-01-08.1", commit=2)
    assert published(city.open, "rain_daily.csv") == old
    manifest = json.loads(published(city.open, "manifest.json", "2026-01-08.1"))
    assert manifest["supersedes"] == VERSION


def test_the_next_day_starts_at_patch_zero(city: City) -> None:
    release_rain(city)
    city.now = NEXT_EVENING

    outcome = release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY, RAIN[:2]))

    assert isinstance(outcome, Released)
    assert outcome.version == "2026-01-09.0"


def test_a_clock_that_was_set_back_does_not_make_an_older_version(city: City) -> None:
    city.now = NEXT_EVENING
    release_rain(city)
    city.now = city.now.replace(year=2020)

    outcome = release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY, RAIN[:2]))

    assert isinstance(outcome, Released)
    assert outcome.version == "2026-01-09.1"


def test_data_that_comes_back_after_a_correction_is_a_third_version(city: City) -> None:
    release_rain(city)
    release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY, RAIN[:2]))

    outcome = release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY))

    assert outcome == Released("rain_daily", "2026-01-08.2", commit=3)


def test_a_better_description_is_a_new_version_of_the_same_data(city: City) -> None:
    release_rain(city)
    better = RAIN_DAILY.model_copy(update={"title": Bilingual(th="ฝนรายวัน", en="Daily rain")})

    outcome = release(city.publisher, better, city.passed(better))

    assert isinstance(outcome, Released)
    assert outcome.version == "2026-01-08.1"
    assert published(city.open, "rain_daily.csv", outcome.version) == published(
        city.open, "rain_daily.csv"
    )


def test_a_report_that_holds_the_product_back_releases_nothing(city: City) -> None:
    with pytest.raises(ReleaseRefused, match=r"did not pass the gate.*6 yearly totals"):
        release(city.publisher, RAIN_DAILY, city.held(RAIN_DAILY))

    assert objects(city.open) == {}


def test_a_candidate_that_was_edited_after_the_gate_is_refused(city: City) -> None:
    report = city.passed(RAIN_DAILY)
    key = keys.candidate(report.build, "rain_daily", "rain_daily.csv")
    city.lake.put(key, city.lake.get(key).replace(b"12.5", b"99.5"))

    with pytest.raises(ReleaseRefused, match=r"rain_daily.csv has SHA-256 .*the gate judged"):
        release(city.publisher, RAIN_DAILY, report)

    assert objects(city.open) == {}


def test_a_file_that_the_gate_never_saw_is_refused(city: City) -> None:
    report = city.passed(RAIN_DAILY)
    unseen = report.model_copy(update={"files": report.files[:1]})

    with pytest.raises(ReleaseRefused, match="which include no such file"):
        release(city.publisher, RAIN_DAILY, unseen)


def test_a_candidate_that_is_gone_says_build_again(city: City) -> None:
    report = city.passed(RAIN_DAILY)
    city.lake.delete(keys.candidate(report.build, "rain_daily", "rain_daily.parquet"))

    with pytest.raises(ReleaseRefused, match=r"rain_daily.parquet is missing; build again"):
        release(city.publisher, RAIN_DAILY, report)


def test_the_report_of_another_product_is_refused(city: City) -> None:
    with pytest.raises(ReleaseRefused, match="the gate's report is on pier_landings_yearly"):
        release(city.publisher, RAIN_DAILY, city.passed(PIER_LANDINGS))


def test_a_held_product_keeps_its_last_good_version_and_says_why(city: City) -> None:
    release_rain(city)
    city.now = NEXT_EVENING

    outcome = hold(city.publisher, RAIN_DAILY, city.held(RAIN_DAILY))

    assert isinstance(outcome, Held)
    assert (outcome.version, outcome.commit) == (VERSION, 2)
    assert outcome.stale_since.isoformat() == "2026-01-09T02:00:00+07:00"
    assert outcome.reason == Bilingual(th="ยอดรวมไม่ตรง 6 ปี", en="6 yearly totals are no sums")
    state = city.head.products["rain_daily"]
    assert (state.state, state.version, state.reason) == ("held", VERSION, outcome.reason)


def test_the_same_hold_again_changes_nothing(city: City) -> None:
    hold(city.publisher, RAIN_DAILY, city.held(RAIN_DAILY))
    before = {info.key: info.etag for info in city.open.list()}
    city.now = NEXT_EVENING

    outcome = hold(city.publisher, RAIN_DAILY, city.held(RAIN_DAILY))

    assert outcome == Unchanged("rain_daily", None, held=True)
    assert {info.key: info.etag for info in city.open.list()} == before


def test_another_reason_is_told_but_stale_since_stays(city: City) -> None:
    hold(city.publisher, RAIN_DAILY, city.held(RAIN_DAILY))
    city.now = NEXT_EVENING

    outcome = hold(city.publisher, RAIN_DAILY, city.held(RAIN_DAILY, RANGE_RULE))

    assert isinstance(outcome, Held)
    assert outcome.reason.en == "Values out of range"
    assert outcome.stale_since.isoformat() == "2026-01-08T02:00:00+07:00"


def test_a_product_that_passes_again_with_its_old_data_is_fresh_without_a_version(
    city: City,
) -> None:
    release_rain(city)
    hold(city.publisher, RAIN_DAILY, city.held(RAIN_DAILY))

    outcome = release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY))

    assert outcome == Released("rain_daily", VERSION, commit=3, resumed=True)
    assert city.head.products["rain_daily"].state == "fresh"
    assert city.head.products["rain_daily"].stale_since is None


def test_a_passed_product_cannot_be_held(city: City) -> None:
    with pytest.raises(ReleaseRefused, match="passed the gate"):
        hold(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY))


def test_a_night_is_one_commit_and_no_product_stops_another(city: City) -> None:
    broken = city.judged(RAIN_DAILY)
    other = city.judged(PIER_LANDINGS)
    held = RAIN_DAILY.model_copy(update={"id": "rain_hourly"})
    city.lake.delete(keys.candidate(broken.report.build, "rain_daily", "rain_daily.csv"))

    outcomes = publish(city.publisher, [broken, other, Judged(held, city.held(held))])

    assert [type(outcome) for outcome in outcomes] == [Refused, Released, Held]
    assert len(history(city.open)) == 1
    assert [(a.product, a.action) for a in city.head.actions] == [
        ("pier_landings_yearly", "released"),
        ("rain_hourly", "held"),
    ]
    assert publish(city.publisher, [other]) == (
        Unchanged("pier_landings_yearly", VERSION, held=False),
    )


def test_a_night_without_anything_to_say_makes_no_commit(city: City) -> None:
    assert publish(city.publisher, []) == ()
    assert objects(city.open) == {}
