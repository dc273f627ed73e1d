"""A history that the city writes is what its files would have become at the door."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from city.channels import Drop
from city.serving.running import run_city
from city.sources import SOURCES
from city.telling import TELLERS
from ingestion.contracts import SourceContract
from ingestion.deliveries.ledger import Ledger
from ingestion.deliveries.simulated import mark_simulated
from ingestion.deliveries.simulated.written import written_history
from ingestion.errors import PermanentError
from ingestion.judging.results.accepted import lake_columns
from ingestion.settings import Settings
from orchestration.city_history import write_history
from orchestration.demo import Demo
from orchestration.deployment import Deployment
from orchestration.ingesting import ingest_all
from tests.support.city_history import CITY, DAY, copy_of
from tests.support.demo_home import environment_restored

PROVENANCE = {"_delivery", "_record", "_received_at"}


@dataclass(frozen=True)
class Home:
    """A home with the city's days in its lake."""

    deployment: Deployment

    def words(self, contract: SourceContract, day: date) -> dict[tuple[object, ...], object]:
        """Of each key of an event day the last word, as the models take it: key to row."""
        key, issued = ", ".join(contract.key), contract.issued or "null"
        kept = [name for name in lake_columns(contract) if name not in PROVENANCE]
        receipts = Ledger(self.deployment.lake, contract.id).receipts()
        numbers = {entry.sha256: n for n, entry in enumerate(receipts)}
        glob = f"{self.deployment.settings.lake}/lake/{contract.id}/day={day}/*.parquet"
        if not list(Path("/").glob(glob[1:])):
            return {}
        with duckdb.connect() as con:
            con.execute("set TimeZone = 'UTC'")
            con.execute("create table numbers (_delivery varchar, number bigint)")
            con.executemany("insert into numbers values (?, ?)", list(numbers.items()))
            rows = con.execute(f"""
                select {key}, {", ".join(kept)}
                from read_parquet('{glob}') join numbers using (_delivery)
                qualify row_number() over (
                    partition by {key} order by {issued} desc nulls last, number desc, _record desc
                ) = 1""").fetchall()
        count = len(contract.key)
        return {row[:count]: dict(zip(kept, row[count:], strict=True)) for row in rows}


@pytest.fixture(scope="module")
def contracts() -> tuple[SourceContract, ...]:
    return tuple(c for c in Deployment(Settings()).contracts if c.id in TELLERS)


@pytest.fixture(scope="module")
def received(
    contracts: tuple[SourceContract, ...], tmp_path_factory: pytest.TempPathFactory
) -> Home:
    """The files of the city, through the door, night by night; all of them dropped into folders."""
    folder = tmp_path_factory.mktemp("received")
    chosen = [source for source in SOURCES if source.source in TELLERS]
    drops = [replace(each, store="folder") for each in chosen if isinstance(each, Drop)]
    asked = [each for each in chosen if not isinstance(each, Drop)]
    with environment_restored(), run_city(CITY, folder / "drop", sources=drops + asked) as running:
        os.environ.update(running.settings)
        settings = Settings(home=folder / "home", allow_loopback=True, now=CITY.closes_at)
        deployment = Deployment(settings)
        served = Demo(deployment, CITY.calendar, "", folder, running.settings)
        ingest_all(deployment, contracts, CITY.calendar, clock_of=served.clock_of)
    return Home(deployment)


@pytest.fixture(scope="module")
def written(received: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The same days written by the city, where the same keys hide people."""
    home = tmp_path_factory.mktemp("written")
    shutil.copytree(received.deployment.settings.keys, home / "keys")
    deployment = Deployment(Settings(home=home))
    list(write_history(deployment, CITY, CITY.first_day))
    return Home(deployment)


@pytest.mark.parametrize("source", sorted(TELLERS))
@pytest.mark.parametrize("day", CITY.calendar[:3])
def test_history_tells_the_last_word_on_every_row_that_came_through_the_door(
    received: Home, written: Home, contracts: tuple[SourceContract, ...], source: str, day: date
) -> None:
    contract = next(each for each in contracts if each.id == source)

    at_the_door, told = received.words(contract, day), written.words(contract, day)

    assert len(told) > 10
    assert told.keys() == at_the_door.keys()
    assert {key: row for key, row in told.items() if row != at_the_door[key]} == {}


def test_of_a_file_that_was_refused_and_never_sent_again_history_has_the_rows(
    received: Home, written: Home, contracts: tuple[SourceContract, ...]
) -> None:
    wifi = next(each for each in contracts if each.id == "wifi_sessions")
    day = CITY.last_day  # on its fourth day a file has a column of another name
    at_the_door, told = received.words(wifi, day), written.words(wifi, day)

    lost = [row for key, row in told.items() if row != at_the_door.get(key)]

    assert lost
    assert at_the_door.keys() <= told.keys()
    assert {row["updated_at"].strftime("%H:%M") for row in lost} <= {
        f"06:{minute}" for minute in range(30, 45)
    }


def test_days_that_the_city_sent_are_not_written_once_more(received: Home, tmp_path: Path) -> None:
    home = copy_of(received.deployment, tmp_path)
    mark_simulated(home.lake, known=True)
    before = {info.key for info in home.lake.list("lake/")}

    with pytest.raises(PermanentError, match="its rows would be there twice"):
        list(write_history(home, CITY, CITY.first_day, ["plate_reads"]))

    assert {info.key for info in home.lake.list("lake/")} == before
    assert written_history(home.lake) is None


def test_days_before_those_that_the_city_sent_are_written(received: Home, tmp_path: Path) -> None:
    home = copy_of(received.deployment, tmp_path)
    mark_simulated(home.lake, known=True)
    last = CITY.first_day - DAY
    city = replace(CITY, first_day=last, days=1)

    told = list(write_history(home, city, last, ["plate_reads", "traffic_violations"]))

    assert all(each.rows for each in told)
