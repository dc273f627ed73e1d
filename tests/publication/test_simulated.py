"""A simulated home says so in every row, file and page, and is mixed with no real one."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from dbt_project.products import Product
from ingestion.clock import BANGKOK
from ingestion.deliveries.simulated import (
    NOTICE,
    CityScale,
    Simulation,
    WholeHours,
    is_simulated,
    mark_simulated,
    record_scale,
)
from ingestion.errors import PermanentError
from ingestion.storage import keys
from ingestion.storage.local import LocalStore
from publication.checksums import SUMS
from publication.commits import decode, history
from publication.proof import ReleaseRefused
from publication.release import Judged, MixedOrigin, publish, release
from publication.rollback import rollback
from publication.simulated import as_simulated
from publication.verify import verify
from tests.publication.city import PIER_LANDINGS, RAIN, RAIN_DAILY, City, objects

RAIN_SIMULATED = as_simulated(RAIN_DAILY, Simulation())
VALUE = "simulated / จำลอง"
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


EVENING = WholeHours(
    first=datetime(2026, 1, 6, 18, tzinfo=BANGKOK), until=datetime(2026, 1, 6, 21, tzinfo=BANGKOK)
)
SCALES = [CityScale(scale=0.03), CityScale(scale=0.03, whole=(EVENING,)), CityScale(scale=1.0)]


@pytest.mark.parametrize("scale", SCALES)
def test_every_published_file_but_the_sums_says_the_scale_in_both_languages(
    city: City, scale: CityScale
) -> None:
    at_scale(city, scale)

    said = {"th": f"มาตราส่วน {scale.scale:g}", "en": f"scale {scale.scale:g}"}
    in_words = {"th": f"ยานพาหนะ: {scale.scale:g}", "en": f"vehicles: {scale.scale:g}"}
    for key, body in objects(city.open).items():
        if key.endswith(SUMS) or key.startswith(keys.COMMITS):
            continue
        if key.endswith(".parquet"):
            table = pq.read_table(io.BytesIO(body))
            metadata = table.schema.metadata
            assert metadata[b"scale"].decode() == f"{scale.scale:g}"
            assert in_words["th"] in metadata[b"notice_th"].decode()
            text = "\n".join(table["simulated"].to_pylist())
        else:
            text = body.decode()
        rows_alone = (
            Path(key).name in ("rain_daily.csv", "rain_daily_excel.csv") or ".parquet" in key
        )
        words = said if rows_alone else in_words
        assert all(word in text for word in words.values()), key


def test_the_hours_at_full_size_are_told_as_each_reader_writes_a_day(city: City) -> None:
    at_scale(city, SCALES[1])

    page = city.open.get(keys.INDEX).decode()

    assert "เต็มขนาด (1) ช่วง 6 มกราคม 2569 18:00–21:00 น." in page
    assert "at full size (1) on 6 January 2026 18:00–21:00" in page
    (row,) = set(pd.read_csv(Path(city.open.url) / FOLDER / "rain_daily.csv")["simulated"])
    assert row == "simulated, scale 0.03, in some hours 1 / จำลอง มาตราส่วน 0.03 บางชั่วโมง 1"


def test_programs_find_the_scale_as_a_fact(city: City) -> None:
    at_scale(city, SCALES[1])

    for key in (f"{FOLDER}manifest.json", f"{FOLDER}quality.json", keys.CATALOG):
        found = json.loads(city.open.get(key))["simulation"]["scale"]
        assert CityScale.model_validate(found) == SCALES[1], key


def test_data_of_another_scale_never_come_among_those_of_one(city: City, tmp_path: Path) -> None:
    at_scale(city, CityScale(scale=0.03))
    (tmp_path / "other").mkdir()
    other = replace(city, lake=LocalStore(tmp_path / "other"))
    mark_simulated(other.lake)
    record_scale(other.lake, CityScale(scale=0.5))
    offered = as_simulated(PIER_LANDINGS, Simulation(scale=CityScale(scale=0.5)))

    with pytest.raises(MixedOrigin, match=r"at the scale 0\.03.*at the scale 0\.5"):
        publish(other.publisher, [other.judged(offered)])


def test_rows_that_say_another_scale_than_that_of_the_home_are_refused(city: City) -> None:
    mark_simulated(city.lake)
    record_scale(city.lake, CityScale(scale=0.03))

    with pytest.raises(ReleaseRefused, match="at which scale"):
        release(city.publisher, RAIN_SIMULATED, city.passed(RAIN_SIMULATED))


def test_a_rollback_goes_on_saying_the_scale(city: City) -> None:
    product = at_scale(city, CityScale(scale=0.03))
    release(city.publisher, product, city.passed(product, RAIN[:1]))

    rollback(city.open, "rain_daily", "2026-01-08.0", city.publisher.clock)

    told = [commit.simulation for commit in history(city.open)]
    assert told == [Simulation(scale=CityScale(scale=0.03))] * 3
    assert verify(city.open).ok


def at_scale(city: City, scale: CityScale) -> Product:
    """A home that knows its scale, and what it has released."""
    mark_simulated(city.lake)
    record_scale(city.lake, scale)
    product = as_simulated(RAIN_DAILY, Simulation(scale=scale))
    release(city.publisher, product, city.passed(product))
    return product


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
        publish(other.publisher, [other.judged(as_simulated(PIER_LANDINGS, Simulation()))])
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
    assert as_simulated(RAIN_SIMULATED, Simulation()) is RAIN_SIMULATED
    own = RAIN_DAILY.columns[0].model_copy(update={"name": "simulated"})
    taken = RAIN_DAILY.model_copy(update={"columns": (*RAIN_DAILY.columns, own)})

    with pytest.raises(PermanentError, match="has a column simulated of its own"):
        as_simulated(taken, Simulation())


def test_the_mark_of_a_lake_is_made_once_and_never_on_data_of_another_origin(city: City) -> None:
    assert not is_simulated(city.lake)
    city.lake.put("ledger/rain/00000001.json", b"{}")
    with pytest.raises(PermanentError, match="not the simulated city's"):
        mark_simulated(city.lake)
    assert not is_simulated(city.lake)

    mark_simulated(city.lake, known=True)
    mark_simulated(city.lake)

    assert is_simulated(city.lake)
