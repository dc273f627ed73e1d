"""What stands of a source, as its checks in Dagster and the commands of an operator tell it."""

from __future__ import annotations

import json
from dataclasses import replace

import dagster as dg
import pytest

from ingestion.deliveries.report import IngestReport
from ingestion.settings import Settings
from ingestion.storage import keys
from orchestration.deployment import Deployment
from orchestration.facts import source_checks, source_metadata
from orchestration.ingesting import what_stands
from orchestration.instance import prepare_instance
from orchestration.telling import tell_of_sources
from tests.orchestration.test_quarantine_commands import LEVELS, Desk, desk
from tests.support.arrivals import DAY, Arrivals, hours, levels
from tests.support.demo_home import environment_restored
from tests.support.judging import NOW

__all__ = ["desk"]
BAD = "<html><title>Log in</title></html>"


@pytest.fixture
def city(desk: Desk) -> Arrivals:
    return desk.city(levels(desk.root / "drops"))


def checks(city: Arrivals) -> dict[str, dg.AssetCheckResult]:
    return {str(check.check_name): check for check in source_checks(city.take())}


def told_of(desk: Desk, check: str, limit: int) -> list[bool]:
    """What Dagster was told of a check, the last first."""
    key = dg.AssetCheckKey(dg.AssetKey(["lake", "levels"]), check)
    with environment_restored():
        prepare_instance(Settings(home=desk.root / "home"))
        with dg.DagsterInstance.get() as instance:
            found = instance.event_log_storage.get_asset_check_execution_history(key, limit=limit)
    events = [record.event.dagster_event for record in found if record.event]
    return [event.asset_check_evaluation_data.passed for event in events if event]


def last_in_dagster(desk: Desk, check: str) -> bool:
    return told_of(desk, check, 1)[0]


def test_a_refused_file_is_red_night_after_night_and_rows_are_a_warning(city: Arrivals) -> None:
    city.arrive("1.csv", BAD)
    city.arrive("2.csv", hours((1, 1), (2, 500)))
    city.arrive("3.csv", hours((3, 3)))

    found = [checks(city) for _ in range(2)]

    for night in found:
        assert not night["files_usable"].passed
        assert night["files_usable"].severity == dg.AssetCheckSeverity.ERROR
        assert "1 refused file is outstanding" in str(night["files_usable"].description)
        assert "1 quarantined row is outstanding, in 1 file ·" in str(
            night["rows_usable"].description
        )
        assert "the source answered · แหล่งข้อมูลตอบ" in str(night["reachable"].description)
        assert "html_document (ได้หน้าเว็บแทนข้อมูล" in str(night["files_usable"].description)
        assert "value_out_of_range (อยู่นอกช่วง" in str(night["rows_usable"].description)
        assert "ไฟล์ที่ไม่รับ" in str(night["files_usable"].description)
        assert "wave-through levels DELIVERY" in str(night["files_usable"].description)
        assert not night["rows_usable"].passed
        assert night["rows_usable"].severity == dg.AssetCheckSeverity.WARN
        assert night["rows_usable"].metadata["outstanding rows"].value == 1


def test_a_source_that_did_not_answer_says_so_in_both_languages() -> None:
    reachable, *_ = source_checks(IngestReport("levels", problem="host x.example: no answer"))

    assert not reachable.passed
    assert "cannot be taken in · รับข้อมูลจากแหล่งข้อมูลนี้ไม่ได้" in str(reachable.description)
    assert "host x.example: no answer" in str(reachable.description)


def test_what_stands_is_counted_as_people_count(city: Arrivals) -> None:
    for number in (1, 2):
        city.arrive(f"{number}.csv", f"{BAD}<!-- {number} -->")
        city.arrive(f"half{number}.csv", hours((1, 1), (2, 500), (number, 600)))

    found = checks(city)

    assert "2 refused files are outstanding" in str(found["files_usable"].description)
    assert "rows are outstanding, in 2 files" in str(found["rows_usable"].description)


def test_a_code_of_former_times_is_shown_as_it_is(city: Arrivals) -> None:
    city.drop("1.csv", BAD)
    report = city.take()
    (entry,) = report.entries
    former = entry.outcome.model_copy(update={"code": "of_former_times", "message": "found this"})

    shown = source_metadata(
        replace(report, entries=(entry.model_copy(update={"outcome": former}),))
    )["files"]

    assert isinstance(shown, dg.TableMetadataValue)
    assert shown.records[0].data["why"] == "of_former_times: found this"


def test_a_check_names_few_of_many_and_counts_all(city: Arrivals) -> None:
    for number in range(60):
        city.drop(f"{number:02d}.csv", f"{BAD}{number}")
    check = checks(city)["files_usable"]

    assert check.metadata["outstanding files"].value == 60
    assert len(check.metadata["outstanding"].value.records) == 50  # type: ignore[union-attr]
    assert "and 50 more · และอีก 50 ไฟล์" in str(check.description)
    assert "59.csv" in str(check.description)


def test_waving_through_makes_the_check_green_and_is_told_by_the_list(
    desk: Desk, city: Arrivals
) -> None:
    entry = city.arrive("1.csv", BAD)
    short = entry.sha256[:12]

    said = wave(desk, "levels", short, "--why", "their test page", "--who", "Ann")

    assert f"levels 1.csv {short}" in said
    assert "is waved through for good by Ann: their test page" in said
    assert last_in_dagster(desk, "files_usable") is True
    listed = json.loads(desk.types("quarantine", "list", "levels", "--json"))
    assert (listed["now"], listed["waved"]["why"]) == ("waved through", "their test page")
    assert "Ann" in desk.types("quarantine", "list", "levels")
    assert what_stands(_deployment(desk), city.contract).waved == 1


def test_waving_through_has_an_end(desk: Desk, city: Arrivals) -> None:
    city.arrive("1.csv", LEVELS)

    said = wave(desk, "levels", "all", "--reason", "until it is mended", "--until", "2026-01-20")

    assert "until 2026-01-21 00:00" in said
    assert what_stands(_deployment(desk, day=20), city.contract).entries == ()
    assert len(what_stands(_deployment(desk, day=21), city.contract).entries) == 1


def test_a_replay_that_lets_it_in_makes_the_check_green(desk: Desk, city: Arrivals) -> None:
    city.arrive("1.csv", LEVELS)
    fields = [field.model_dump(exclude_unset=True) for field in city.contract.fields]
    fields[2]["maximum"] = 1000
    city.correct(fields=fields)
    desk.words(city.contract)

    desk.types("quarantine", "replay", "levels")

    assert last_in_dagster(desk, "rows_usable") is True


def test_good_bytes_of_before_that_come_again_make_the_check_green(
    desk: Desk, city: Arrivals
) -> None:
    nights = []
    for body in (hours((1, 1)), BAD, hours((1, 1))):
        city.drop("1.csv", body)
        with environment_restored():
            tell_of_sources(_deployment(desk), [city.take()])
        nights.append(last_in_dagster(desk, "files_usable"))

    assert nights == [True, False, True]


def test_a_night_in_which_nothing_changed_tells_nothing_anew(desk: Desk, city: Arrivals) -> None:
    city.drop("1.csv", hours((1, 1)))
    for _ in range(3):
        with environment_restored():
            tell_of_sources(_deployment(desk), [city.take()])

    assert len(told_of(desk, "files_usable", 9)) == 1


def test_where_the_ledger_cannot_be_read_nothing_is_called_usable(city: Arrivals) -> None:
    city.arrive("1.csv", BAD)
    key = keys.ledger("levels", 1)
    city.store.put(key, city.store.get(key).replace(b"1.csv", b"2.csv"))

    report = city.ingestion.ingest(city.contract, DAY)
    found = {str(check.check_name): check for check in source_checks(report)}

    assert not any(check.passed for check in found.values())
    assert "nobody knows" in str(found["files_usable"].description)
    assert "ไม่ทราบ" in str(found["files_usable"].description)
    assert "ledger/levels/00000001" in str(found["files_usable"].description)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("levels", "abcdef", "--why", "x"), "0 deliveries of levels"),
        (("levels", "all", "--why", "  "), "no reason is given"),
        (("levels", "all", "--why", "x", "--until", "2026-01-08"), "is over"),
        (("levels", "all", "--why", "x", "--until", "soon"), "is not a day"),
        (("level", "all", "--why", "x"), "did you mean 'levels'"),
    ],
)
def test_what_cannot_be_waved_through_is_told(
    desk: Desk, city: Arrivals, words: tuple[str, ...], problem: str
) -> None:
    city.arrive("1.csv", BAD)

    assert problem in wave(desk, *words)
    assert city.objects("waved") == {}


def test_nothing_that_stands_cannot_be_waved_through(desk: Desk, city: Arrivals) -> None:
    assert "nothing of levels is outstanding" in wave(desk, "levels", "all", "--why", "x")


def wave(desk: Desk, *words: str) -> str:
    return desk.types("quarantine", "wave-through", *words)


def _deployment(desk: Desk, day: int = 9) -> Deployment:
    return Deployment(Settings(home=desk.root / "home", now=NOW.replace(day=day)))
