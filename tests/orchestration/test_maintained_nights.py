"""Thirty nights of ninety-six builds: the tables stay as small as what is in them."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from ingestion.engine import LAKE, attach_lake, connect
from ingestion.settings import Settings
from orchestration.deployment import Deployment
from orchestration.maintaining import maintain
from orchestration.tables import open_tables
from tests.support.curated import READINGS, create, day, recorded, replace, rows
from tests.support.hotels import NOW

NIGHTS, BUILDS = 30, 8
"""With a build every quarter of an hour there are 96 a day; how many makes no difference to what a
night leaves. `python -m tests.orchestration.test_maintained_nights` makes them all."""
MOST_FILES, MOST_SECONDS = 3, 0.2


def nights(home: Path, builds: int) -> tuple[Deployment, int, float]:
    """The home after thirty nights; the most files of a month after one, the seconds to attach."""
    deployment, most = Deployment(Settings(home=home, now=NOW)), 0
    with open_tables(deployment) as tables:
        create(tables.con)
    for night in range(1, NIGHTS + 1):
        with open_tables(deployment) as tables:
            for number in range(builds):
                # Readings come late, and flags of earlier days depend on them; so does last month.
                late = [day(max(1, night - number % 7))]
                replace(tables.con, {day(night + 3), *late}, night * 1000 + number)
        recorded(deployment)
        done = maintain(deployment)
        assert done.problem == ""
        most = max(most, *_by_month(deployment).values())
    return deployment, most, _attaching(deployment)


def _by_month(deployment: Deployment) -> Counter[str]:
    """Files that are read, marks of deleted rows among them, by folder of a month."""
    with open_tables(deployment, read_only=True) as tables:
        return Counter(str(Path(key).parent) for key in tables.files())


def _attaching(deployment: Deployment) -> float:
    found: list[float] = []
    for _ in range(5):
        with connect(deployment.settings) as con:
            con.load_extension("ducklake")
            began = time.perf_counter()
            attach_lake(con, deployment.settings, read_only=True)
            con.execute(f"select count(*) from {LAKE}.marts.by_day").fetchone()
            found.append(time.perf_counter() - began)
    return min(found)


@pytest.mark.whole
def test_after_thirty_nights_a_month_has_few_files_and_the_catalogue_is_there_at_once(
    tmp_path: Path,
) -> None:
    deployment, most, seconds = nights(tmp_path, BUILDS)

    assert most <= MOST_FILES
    assert seconds <= MOST_SECONDS
    assert len(rows(deployment)) == (NIGHTS + 3) * READINGS
    lying = list(deployment.lake.list("curated/"))
    with open_tables(deployment, read_only=True) as tables:
        assert len(tables.snapshots()) == 1
        assert {info.key for info in lying} == set(tables.files())


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        made, most_files, attaching = nights(Path(folder), 96)
        catalogue = made.settings.home / "catalog.ducklake"
        print(
            f"{NIGHTS} nights of 96 builds: at most {most_files} files a month, attached in "
            f"{attaching:.3f} s, a catalogue of {catalogue.stat().st_size / 1e6:.1f} MB, "
            f"{time.process_time() - began:.0f} CPU s"
        )
