"""A simulated home says so in every row, file and page, and is mixed with no real one."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from ingestion.deliveries.simulated import NOTICE, is_simulated, mark_simulated
from ingestion.errors import PermanentError
from ingestion.storage import keys
from ingestion.storage.local import LocalStore
from publication.checksums import SUMS
from publication.commits import decode, history
from publication.proof import ReleaseRefused
from publication.release import Judged, MixedOrigin, publish, release
from publication.rollback import rollback
from publication.simulated import VALUE, as_simulated
from publication.verify import verify
from tests.publication.city import PIER_LANDINGS, RAIN, RAIN_DAILY, City, objects

RAIN_SIMULATED = as_simulated(RAIN_DAILY)
FOLDER = "environment/rain_daily/2026-01-08.0/"


@pytest.fixture
def simulated(city: City) -> City:
    mark_simulated(city.lake)
    release(city.publisher, RAIN_SIMULATED, city.passed(RAIN_SIMULATED))
    return city


def test_every_published_file_but_the_sums_says_it_in_both_languages(simulated: City) -> None:
    for key, body in objects(simulated.open).items():
        if key.endswith((".parquet", SUMS)) or key.startswith(keys.COMMITS):
            continue
        text = body.decode()
        assert "จำลอง" in text, key
        assert "simulated" in text.lower(), key


def test_every_row_of_every_table_says_it(simulated: City) -> None:
    folder = Path(simulated.open.url) / FOLDER

    tables = [
        pd.read_csv(folder / "rain_daily.csv"),
        pd.read_csv(folder / "rain_daily_excel.csv"),
        pd.read_parquet(folder / "rain_daily.parquet"),
    ]

    for table in tables:
        assert list(table["simulated"]) == [VALUE] * 3
        assert list(table.columns)[:-1] == [column.name for column in RAIN_DAILY.columns]


def test_the_parquet_file_says_it_without_a_row(simulated: City) -> None:
    body = simulated.open.get(f"{FOLDER}rain_daily.parquet")

    said = pq.read_schema(io.BytesIO(body)).metadata

    assert said[b"simulated"] == b"true"
    assert said[b"notice_th"].decode() == NOTICE.th
    assert said[b"notice_en"].decode() == NOTICE.en


@pytest.mark.parametrize(
    "key",
    [
        f"{FOLDER}manifest.json",
        f"{FOLDER}datapackage.json",
        f"{FOLDER}quality.json",
        "environment/rain_daily/latest.json",
        keys.CATALOG,
    ],
)
def test_programs_find_it_as_a_fact_and_in_words(simulated: City, key: str) -> None:
    document = json.loads(simulated.open.get(key))

    assert document["simulated"] is True
    assert document["notice"] == {"th": NOTICE.th, "en": NOTICE.en}


def test_a_home_that_holds_everything_back_says_it_on_its_page(city: City) -> None:
    mark_simulated(city.lake)

    publish(city.publisher, [Judged(RAIN_SIMULATED, city.held(RAIN_SIMULATED))])

    assert city.head.simulated
    assert json.loads(city.open.get(keys.CATALOG))["products"][0]["simulated"] is True
    assert NOTICE.th in city.open.get(keys.INDEX).decode()


def test_a_real_home_says_nothing_of_it(city: City) -> None:
    city.release_rain()

    for key, body in objects(city.open).items():
        assert "จำลอง" not in body.decode("utf-8", "replace"), key
    assert b"simulated" not in city.open.get(keys.commit(1))
    assert json.loads(city.open.get(keys.CATALOG))["simulated"] is False


def test_rows_that_do_not_say_it_are_refused_in_a_simulated_home(city: City) -> None:
    mark_simulated(city.lake)

    with pytest.raises(ReleaseRefused, match="do not say what this home is"):
        release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY))

    assert [key for key in objects(city.open) if not key.startswith(keys.COMMITS)] == []


def test_rows_that_say_it_are_refused_in_a_real_home(city: City) -> None:
    with pytest.raises(ReleaseRefused, match="do not say what this home is"):
        release(city.publisher, RAIN_SIMULATED, city.passed(RAIN_SIMULATED))


def test_simulated_data_never_come_among_real_ones(city: City, tmp_path: Path) -> None:
    city.release_rain()
    before = objects(city.open)
    (tmp_path / "other").mkdir()
    other = replace(city, lake=LocalStore(tmp_path / "other"))
    mark_simulated(other.lake)

    with pytest.raises(MixedOrigin, match=r"holds real data.*another CDP_OPEN_URL"):
        publish(other.publisher, [other.judged(as_simulated(PIER_LANDINGS))])
    with pytest.raises(MixedOrigin):
        publish(other.publisher, [Judged(PIER_LANDINGS, other.held(PIER_LANDINGS))])

    assert objects(city.open) == before


def test_real_data_never_come_among_simulated_ones(simulated: City, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = replace(simulated, lake=LocalStore(tmp_path / "other"))

    with pytest.raises(MixedOrigin, match="holds simulated data"):
        publish(other.publisher, [other.judged(PIER_LANDINGS)])


def test_later_commits_and_rollbacks_go_on_saying_it(simulated: City) -> None:
    release(simulated.publisher, RAIN_SIMULATED, simulated.passed(RAIN_SIMULATED, RAIN[:1]))
    rollback(simulated.open, "rain_daily", "2026-01-08.0", simulated.publisher.clock)

    assert [commit.simulated for commit in history(simulated.open)] == [True] * 3
    assert verify(simulated.open).ok


def test_a_commit_from_before_there_was_such_a_word_is_read_as_it_is(city: City) -> None:
    city.release_rain()
    body = city.open.get(keys.commit(1))

    assert b"simulated" not in body
    assert decode(body, keys.commit(1)).simulated is False


def test_a_product_of_simulated_rows_is_another_release_than_the_same_without(
    city: City,
) -> None:
    assert as_simulated(RAIN_SIMULATED) is RAIN_SIMULATED
    own = RAIN_DAILY.columns[0].model_copy(update={"name": "simulated"})
    taken = RAIN_DAILY.model_copy(update={"columns": (*RAIN_DAILY.columns, own)})

    with pytest.raises(PermanentError, match="has a column simulated of its own"):
        as_simulated(taken)


def test_the_mark_of_a_lake_is_made_once_and_never_on_data_of_another_origin(city: City) -> None:
    assert not is_simulated(city.lake)
    city.lake.put("ledger/rain/00000001.json", b"{}")
    with pytest.raises(PermanentError, match="not the simulated city's"):
        mark_simulated(city.lake)
    assert not is_simulated(city.lake)

    mark_simulated(city.lake, known=True)
    mark_simulated(city.lake)

    assert is_simulated(city.lake)
