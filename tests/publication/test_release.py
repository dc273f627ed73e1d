"""Releases: what goes out and under which version, what is refused, when nothing happens."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingestion.contracts.words import Bilingual
from ingestion.storage import ObjectInfo, ObjectStore, keys
from publication.commits import PublishConflict
from publication.proof import ReleaseRefused, prove
from publication.release import (
    Released,
    Unchanged,
    release,
)
from publication.verify import verify
from tests.publication.city import (
    NEXT_EVENING,
    PIER_LANDINGS,
    RAIN,
    RAIN_DAILY,
    TOTAL_RULE,
    City,
    WrappedStore,
    objects,
)

VERSION = "2026-01-08.0"


def published(store: ObjectStore, name: str, version: str = VERSION) -> bytes:
    return store.get(keys.release_file("environment", "rain_daily", version, name))


def test_a_first_release_is_version_zero_of_the_bangkok_day(city: City) -> None:
    outcome = city.release_rain()

    assert outcome == Released("rain_daily", VERSION, commit=1)
    assert city.head.products["rain_daily"].version == VERSION


def test_the_same_data_again_writes_nothing_at_all(city: City) -> None:
    city.release_rain()
    before = {info.key: info.etag for info in city.open.list()}
    city.now = NEXT_EVENING

    outcome = release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY), ("readings/8",))

    assert outcome == Unchanged("rain_daily", VERSION, held=False)
    assert {info.key: info.etag for info in city.open.list()} == before


def test_a_correction_on_the_same_day_is_a_patch_and_the_old_version_stays(city: City) -> None:
    city.release_rain()
    old = published(city.open, "rain_daily.csv")

    outcome = release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY, RAIN[:2]))

    assert outcome == Released("rain_daily", "2026-01-08.1", commit=2)
    assert published(city.open, "rain_daily.csv") == old
    manifest = json.loads(published(city.open, "manifest.json", "2026-01-08.1"))
    assert manifest["supersedes"] == VERSION


def test_the_next_day_starts_at_patch_zero(city: City) -> None:
    city.release_rain()
    city.now = NEXT_EVENING

    outcome = release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY, RAIN[:2]))

    assert isinstance(outcome, Released)
    assert outcome.version == "2026-01-09.0"


def test_a_clock_that_was_set_back_does_not_make_an_older_version(city: City) -> None:
    city.now = NEXT_EVENING
    city.release_rain()
    city.now = city.now.replace(year=2020)

    outcome = release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY, RAIN[:2]))

    assert isinstance(outcome, Released)
    assert outcome.version == "2026-01-09.1"


def test_data_that_comes_back_after_a_correction_is_a_third_version(city: City) -> None:
    city.release_rain()
    release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY, RAIN[:2]))

    outcome = release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY))

    assert outcome == Released("rain_daily", "2026-01-08.2", commit=3)


def test_a_better_description_is_a_new_version_of_the_same_data(city: City) -> None:
    city.release_rain()
    better = RAIN_DAILY.model_copy(update={"title": Bilingual(th="ฝนรายวัน", en="Daily rain")})

    outcome = release(city.publisher, better, city.passed(better))

    assert isinstance(outcome, Released)
    assert outcome.version == "2026-01-08.1"
    assert published(city.open, "rain_daily.csv", outcome.version) == published(
        city.open, "rain_daily.csv"
    )


def test_a_report_that_holds_the_product_back_releases_nothing(city: City) -> None:
    with pytest.raises(ReleaseRefused, match=r"did not pass the gate.*Totals are sums"):
        release(city.publisher, RAIN_DAILY, city.held(RAIN_DAILY))

    assert objects(city.open) == {}


def test_bytes_are_never_proved_by_a_report_that_holds_them_back(
    city: City, tmp_path: Path
) -> None:
    held = city.passed(RAIN_DAILY).model_copy(update={"verdict": "held", "results": (TOTAL_RULE,)})

    with pytest.raises(ReleaseRefused, match="did not pass the gate"):
        prove(city.lake, RAIN_DAILY, held, (), tmp_path)


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


class OvertakenStore(WrappedStore):
    """Just before a manifest, or each commit, is written, another publisher is through with its
    own, which holds other data.
    """

    def __init__(self, city: City, before: str, times: int) -> None:
        super().__init__(city.open)
        self.city, self.before, self.left, self.round = city, before, times, 0

    def put(self, key: str, body: bytes | Path, **options: Any) -> ObjectInfo:
        if self.before in key and self.left:
            self.left, self.round = self.left - 1, self.round + 1
            rows = (("RG01", "2026-01-06 00:00:00+07", float(self.round), None, True),)
            release(self.city.publisher, RAIN_DAILY, self.city.passed(RAIN_DAILY, rows))
        return super().put(key, body, **options)


def test_a_version_that_another_publisher_claims_meanwhile_stays_whole(city: City) -> None:
    store = OvertakenStore(city, "manifest.json", times=1)
    slow = replace(city.publisher, open=store)

    outcome = release(slow, RAIN_DAILY, city.passed(RAIN_DAILY))

    assert isinstance(outcome, Released)
    assert outcome.commit == 2
    assert b",1.0," in published(city.open, "rain_daily.csv")
    assert b",12.5," in published(city.open, "rain_daily.csv", outcome.version)
    found = verify(city.open)
    assert (found.problems, found.releases) == ((), 2)


def test_nine_conflicts_are_decided_again_and_ten_are_told(city: City) -> None:
    patient = replace(city.publisher, open=OvertakenStore(city, "commits/", times=9))
    outcome = release(patient, RAIN_DAILY, city.passed(RAIN_DAILY))
    assert isinstance(outcome, Released)
    assert outcome.commit == 10

    beaten = replace(city.publisher, open=OvertakenStore(city, "commits/", times=10))
    with pytest.raises(PublishConflict, match="publish again"):
        release(beaten, RAIN_DAILY, city.passed(RAIN_DAILY, RAIN[:2]))
