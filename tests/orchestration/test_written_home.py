"""A home whose history was written holds as any other, says so, and goes on with the next night."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from city.sources import service_defects
from city.telling import TELLERS
from ingestion.clock import BANGKOK
from ingestion.deliveries.kept import KeptBytes
from ingestion.deliveries.ledger import Ledger
from ingestion.deliveries.simulated.spans import Span
from ingestion.deliveries.simulated.written import ORIGIN, written_history
from ingestion.errors import PermanentError, PrivacyFailure
from ingestion.privacy.key_store import KeyStore
from ingestion.settings import Settings
from ingestion.storage import keys
from orchestration.building import build
from orchestration.city_history import city_of, write_history
from orchestration.demo import demo
from orchestration.deployment import Deployment
from orchestration.soundness import unsound_sources
from orchestration.tables import open_tables
from orchestration.verifying import verify
from tests.support.city_history import CITY, DAY, copy_of, damage
from tests.support.commands import cdp
from tests.support.demo_home import run_demo

OPEN = ("people_counts", "vehicle_counts", "environment_sensor_readings")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    home = Deployment(Settings(home=tmp_path_factory.mktemp("written")))
    list(write_history(home, CITY, CITY.first_day))
    return home


def test_each_day_of_a_source_is_one_delivery_that_says_where_it_came_from(
    written: Deployment,
) -> None:
    lake = written.lake
    for source in TELLERS:
        entries = Ledger(lake, source).receipts()
        assert [entry.name for entry in entries] == [f"{ORIGIN} {day}" for day in CITY.calendar]
        assert {(entry.origin, entry.raw, entry.mark) for entry in entries} == {(ORIGIN, "", "")}
        for day, entry in zip(CITY.calendar, entries, strict=True):
            assert (
                entry.received_at.astimezone(BANGKOK).isoformat() == f"{day + DAY}T02:00:00+07:00"
            )
            assert set(entry.sums) == set(entry.lake)
            assert entry.outcome.accepted == sum(file.rows for file in entry.outcome.files) > 0
            assert max(entry.days) == day
    assert not [info.key for info in lake.list() if info.key.startswith(("raw/", "vault/"))]


def test_what_was_written_is_whole_and_one_changed_bit_of_it_is_named_with_what_to_do(
    written: Deployment, tmp_path: Path
) -> None:
    home = copy_of(written, tmp_path)
    assert verify(home).ok
    key = next(i.key for i in home.lake.list("lake/people_counts/"))
    damage(home, key)
    damage(home, keys.WRITTEN_HISTORY)

    damages = {each.key: each for each in verify(home).damages}

    assert set(damages) == {key, keys.WRITTEN_HISTORY}
    assert "cdp city history of its day writes it again" in damages[key].fix


def test_writing_again_changes_nothing_but_what_is_damaged(
    written: Deployment, tmp_path: Path
) -> None:
    home = copy_of(written, tmp_path)
    before = {info.key: home.lake.get(info.key) for info in home.lake.list("lake/")}
    key = next(key for key in before if key.startswith("lake/people_counts/"))

    again = list(write_history(home, CITY, CITY.first_day, ["people_counts"]))
    damage(home, key)
    mended = list(write_history(home, CITY, CITY.first_day, ["people_counts"]))

    assert [told.rows for told in again] == [None] * CITY.days
    assert [told.day for told in mended if told.rows is not None] == [keys.lake_day(key)]
    assert {info.key: home.lake.get(info.key) for info in home.lake.list("lake/")} == before
    assert len(Ledger(home.lake, "people_counts").receipts()) == CITY.days
    assert verify(home).ok


def test_a_history_goes_on_as_that_of_one_city(written: Deployment, tmp_path: Path) -> None:
    home = Deployment(Settings(home=tmp_path))
    first, second, *_, last = CITY.calendar
    parts = ((first, second), (second + DAY, last), (second, last))

    told = [
        list(write_history(home, replace(city, station_share=0.2), begins, OPEN))
        for begins, ends in parts
        for city in (city_of(home, begins, ends, CITY.seed, CITY.scale),)
    ]

    assert [sum(each.rows is not None for each in part) for part in told] == [6, 6, 0]
    for source in OPEN:
        entries = [Ledger(each.lake, source).receipts() for each in (home, written)]
        parted, at_once = ([(entry.sha256, entry.sums) for entry in each] for each in entries)
        assert parted == at_once, source


def test_what_nobody_received_cannot_be_replayed_and_says_why(written: Deployment) -> None:
    kept = KeptBytes(written.settings, written.lake)
    entry = Ledger(written.lake, "wifi_sessions").receipts()[0]
    assert "nobody received it; city history wrote its rows" in kept.why_gone(entry)


def test_a_damaged_file_of_it_keeps_its_source_from_a_build_until_it_is_written_again(
    written: Deployment, tmp_path: Path
) -> None:
    home = copy_of(written, tmp_path)
    key = next(i.key for i in home.lake.list("lake/rain_counters/"))
    ledgers = {"rain_counters": Ledger(home.lake, "rain_counters")}
    damage(home, key)

    told = unsound_sources(home, ledgers, {"rain_counters": None})

    assert key in told["rain_counters"]
    assert "city history wrote its rows, and can write them again" in told["rain_counters"]
    list(write_history(home, CITY, CITY.first_day, ["rain_counters"]))
    assert unsound_sources(home, ledgers, {"rain_counters": None}) == {}


def test_a_history_has_one_beginning(written: Deployment, tmp_path: Path) -> None:
    home = copy_of(written, tmp_path)
    before = CITY.first_day - DAY

    with pytest.raises(PermanentError, match="expected days from 2026-09-07 on"):
        list(write_history(home, replace(CITY, first_day=before, days=1), before, OPEN))


def test_the_home_is_marked_and_doctor_says_so(written: Deployment) -> None:
    home = written
    history = written_history(home.lake)
    assert history
    span = (Span(first=CITY.first_day, last=CITY.last_day),)
    assert history.sources == dict.fromkeys(sorted(TELLERS), span)

    told = cdp("doctor", home=home.settings.home).stdout

    said = "The history of 10 sources, from 7 September 2026 to 10 September 2026, was written"
    assert said in " ".join(told.split())


def test_a_home_with_real_deliveries_refuses(tmp_path: Path) -> None:
    home = Deployment(Settings(home=tmp_path))
    home.lake.put("raw/tide_tables/2026-09-01/x.csv", b"real")

    with pytest.raises(PermanentError, match="not the simulated city's"):
        list(write_history(home, CITY, CITY.first_day, OPEN))

    assert [info.key for info in home.lake.list("lake/")] == []
    assert written_history(home.lake) is None


def test_a_city_that_would_send_written_days_again_is_not_served(
    written: Deployment, tmp_path: Path
) -> None:
    home = copy_of(written, tmp_path)
    again = replace(CITY, first_day=CITY.last_day)

    with pytest.raises(PermanentError, match="--first-day 2026-09-11, or name another home"):  # noqa: SIM117
        with demo(home.settings, city=again):
            pass


def test_another_city_over_the_same_days_is_refused(written: Deployment, tmp_path: Path) -> None:
    home = copy_of(written, tmp_path)

    with pytest.raises(PermanentError, match="of seed 8355, not 4"):
        list(write_history(home, replace(CITY, seed=4), CITY.first_day, OPEN))
    with pytest.raises(PermanentError, match="of seed 8355, not 4"):  # noqa: SIM117
        with demo(home.settings, city=replace(CITY, seed=4, first_day=CITY.last_day + DAY)):
            pass
    with pytest.raises(PermanentError, match="written before, with other rows"):
        list(write_history(home, replace(CITY, station_share=0.1), CITY.first_day, OPEN[2:]))
    with pytest.raises(PermanentError, match=r"at the scale 0\.004, not at the scale 0\.01"):
        list(write_history(home, replace(CITY, scale=0.01), CITY.first_day, OPEN))


def test_days_that_are_not_over_are_refused(tmp_path: Path) -> None:
    early = CITY.closes_at - timedelta(minutes=1)
    home = Deployment(Settings(home=tmp_path, now=early))

    with pytest.raises(PermanentError, match="2026-09-10 is not over"):
        list(write_history(home, CITY, CITY.first_day, OPEN))


def test_people_whose_key_was_destroyed_are_not_written(tmp_path: Path) -> None:
    home = Deployment(Settings(home=tmp_path))
    KeyStore.of(home.settings).destroy("pseudonym/lpr/2026-09-09")

    with pytest.raises(PrivacyFailure, match="2026-09-09: the key that hides plate was destroyed"):
        list(write_history(home, CITY, CITY.first_day, ["plate_reads"]))

    kept = {keys.lake_day(info.key) for info in home.lake.list("lake/plate_reads/")}
    assert max(kept) == date(2026, 9, 8)
    history = written_history(home.lake)
    assert history
    assert history.last == date(2026, 9, 8)


def test_keys_whose_life_is_over_die_when_all_is_written(written: Deployment) -> None:
    names = list(KeyStore.of(written.settings).names("pseudonym/lpr/"))

    # Two days' grace after the end of a day; the history ends on the 10th.
    assert names[0] == "pseudonym/lpr/2026-09-09"


def test_no_identifier_of_anybody_is_in_the_lake(written: Deployment) -> None:
    lake = Path(written.settings.lake)
    for source, column in (("plate_reads", "plate"), ("wifi_sessions", "device")):
        day = CITY.first_day
        open_ = set(TELLERS[source](CITY, day)[column].to_pylist())
        kept = duckdb.sql(f"select distinct {column} from '{lake}/lake/{source}/day=*/*.parquet'")
        hidden = {row[0] for row in kept.fetchall()}
        assert all(len(text) == 32 for text in hidden)
        assert not open_ & hidden


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "2026-09-02", "--until", "2026-09-01"), "--until on or after --from"),
        (
            ("--from", "2026-09-01", "--until", "2026-09-01", "--sources", "wifi_session"),
            "wifi_sessions",
        ),
        (("--from", "2026-09-01", "--until", "2026-09-01", "--scale", "0"), "at most 1"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_in_one_line(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    ran = cdp("city", "history", *words, "--until", "2026-09-01", home=tmp_path)

    assert ran.returncode == 1
    assert said in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_the_command_tells_what_a_day_of_each_source_costs(tmp_path: Path) -> None:
    days = ("--from", "2026-09-01", "--until", "2026-09-02", "--scale", "1")
    sources = ("--sources", "people_counts,vehicle_counts")

    ran = cdp("city", "history", *days, *sources, "--json", home=tmp_path)

    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [(each["source"], each["days"], each["there_before"]) for each in told] == [
        ("people_counts", 2, 0),
        ("vehicle_counts", 2, 0),
    ]
    assert all(0 < each["cpu_seconds_a_day"] < 5 for each in told)
    assert told[0]["rows"] == 2 * 40 * 96 - 12  # one camera was silent for three hours


@pytest.mark.whole
def test_a_night_builds_on_what_was_written_and_the_next_one_goes_on(
    written: Deployment, tmp_path: Path
) -> None:
    home = copy_of(written, tmp_path)
    night = Deployment(home.settings.model_copy(update={"now": CITY.closes_at}))
    built = build(night)[0]
    assert not built.broken
    assert not build(night)[1]  # nothing is new
    next_day = replace(CITY, first_day=CITY.last_day + DAY, days=1)

    report = run_demo(home.settings, next_day).report

    assert not report.failed_but_for(
        {d.source for d in service_defects(next_day) if d.kind == "source_down"}
    )
    with open_tables(night, read_only=True) as tables:
        rain = tables.con.sql("select station_id, hydrological_day from lake.marts.rain_daily")
        rows = rain.fetchall()
    assert len(set(rows)) == len(rows)
    assert {day for _, day in rows} >= {CITY.calendar[1], CITY.last_day, next_day.first_day}
    for contract in night.contracts:
        if contract.id in TELLERS:
            twice = duckdb.sql(f"""
                select {", ".join(contract.key)}
                from '{home.settings.lake}/lake/{contract.id}/day=*/*.parquet'
                group by all having count(distinct _delivery) > 1 and '{contract.issued}' = 'None'
            """).fetchall()
            assert twice == [], contract.id
    page = night.open.get(keys.INDEX).decode()
    assert "was written by the simulated city and not received from a sender" in page
    assert "ไม่ได้รับจากผู้ส่ง" in page
