"""The curated tables kept in order: few files, no past that nobody names, the same rows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from itertools import count
from pathlib import Path

import duckdb
import pytest

from ingestion.settings import PROJECT, Settings
from ingestion.storage import keys
from orchestration import maintaining
from orchestration.builds import last_build
from orchestration.deployment import Deployment
from orchestration.maintaining import maintain
from orchestration.soundness import damaged_tables
from orchestration.table_sums import table_sums
from orchestration.tables import open_tables
from orchestration.verifying import verify
from tests.support.curated import TABLE, build, day, replace, rows
from tests.support.hotels import NOW

WHOLE = pytest.mark.whole
A_MONTH = re.compile(r"year=(\d+)/month=(\d+)/")


def home_of(folder: Path, extensions: Path) -> Deployment:
    """A home in which nothing was built."""
    folder.mkdir()
    (folder / "extensions").symlink_to(extensions)
    return Deployment(Settings(home=folder, now=NOW))


@pytest.fixture
def deployment(tmp_path: Path, extensions: Path) -> Deployment:
    return home_of(tmp_path / "home", extensions)


@pytest.fixture(scope="module")
def few_builds(tmp_path_factory: pytest.TempPathFactory, extensions: Path) -> Path:
    """A home after a few builds, of which each replaced days that an earlier one had written."""
    made = home_of(tmp_path_factory.mktemp("built") / "home", extensions)
    for days in ((1, 2, 3, 31), (3, 32), (2, 3, 32, 33)):
        build(made, *days)
    return made.settings.home


@pytest.fixture
def built(few_builds: Path, tmp_path: Path) -> Deployment:
    """A copy of that home."""
    home = shutil.copytree(few_builds, tmp_path / "home", symlinks=True)
    return Deployment(Settings(home=home, now=NOW))


def files(deployment: Deployment) -> dict[str, int]:
    with open_tables(deployment, read_only=True) as tables:
        return tables.files()


def wrong(deployment: Deployment) -> str:
    """What is wrong with the files of the tables, as the next build would see it."""
    last = last_build(deployment.lake)
    assert last
    sums = table_sums(deployment.lake, last)
    return "; ".join(damaged_tables(deployment, {"": files(deployment)}, sums).values())


def lying(deployment: Deployment) -> set[str]:
    return {info.key for info in deployment.lake.list(f"{keys.curated_root()}/")}


def months(deployment: Deployment) -> Counter[tuple[str, ...]]:
    """How many files of the table there are of each month, marks of deleted rows among them."""
    with open_tables(deployment, read_only=True) as tables:
        found = tables.files(TABLE.split(".")[1])
    return Counter(m.groups() if (m := A_MONTH.search(key)) else ("none",) for key in found)


def test_before_the_first_build_there_is_nothing_to_do_and_nothing_is_made(
    deployment: Deployment,
) -> None:
    done = maintain(deployment)

    assert (done.problem, done.before.files, done.expired) == ("", 0, 0)
    assert not (deployment.settings.home / "catalog.ducklake").exists()


def test_the_files_of_a_month_become_one_and_the_rows_stay(built: Deployment) -> None:
    before, there = rows(built), len(files(built))

    done = maintain(built)

    assert done.problem == ""
    assert rows(built) == before
    assert months(built) == {("2026", "1"): 1, ("2026", "2"): 1}
    assert (done.before.files, done.after.files) == (there, 3)
    assert done.after.bytes == sum(files(built).values()) < done.before.bytes


def test_what_no_snapshot_needs_is_gone_from_the_lake(built: Deployment) -> None:
    there = lying(built)

    done = maintain(built)

    assert lying(built) == set(files(built))
    assert done.removed >= len(there - lying(built)) > 0
    assert done.expired >= done.before.snapshots
    assert done.after.snapshots == 1


def test_what_the_files_must_be_is_known_after_they_were_merged(built: Deployment) -> None:
    maintain(built)

    assert wrong(built) == ""
    assert verify(built).ok


def test_the_next_build_knows_the_merged_files_that_it_left_alone(built: Deployment) -> None:
    maintain(built)
    build(built, 33)

    assert wrong(built) == ""
    last = last_build(built.lake)
    assert last
    assert any("month=1/" in key for key in last.files)


def test_tables_in_order_stay_as_they_are(built: Deployment) -> None:
    maintain(built)
    there, snapshots = files(built), maintain(built).after.snapshots

    again = maintain(built)

    assert files(built) == there
    assert (again.expired, again.removed, again.after.snapshots) == (0, 0, snapshots)


def test_rows_that_the_catalogue_holds_itself_become_files(built: Deployment) -> None:
    catalogue = built.settings.home / "catalog.ducklake"
    with duckdb.connect(config={"extension_directory": str(_extensions(built))}) as con:
        con.load_extension("ducklake")
        con.execute(f"attach 'ducklake:{catalogue}' as lake (data_inlining_row_limit 10)")
        con.execute(f"insert into lake.{TABLE} values (date '2026-03-05', 0, 0)")
        con.execute(f"delete from lake.{TABLE} where reading = 7")
    before = rows(built)

    assert maintain(built).problem == ""
    assert rows(built) == before
    assert months(built)["2026", "3"] == 1
    assert wrong(built) == ""


def test_a_damaged_file_is_not_hidden_by_merging_it(built: Deployment) -> None:
    key = next(key for key in files(built) if "month=1/" in key)
    body = bytearray(built.lake.get(key))
    body[len(body) // 2] ^= 1
    built.lake.put(key, bytes(body))
    there = files(built)

    done = maintain(built)

    assert f"{key} is damaged" in done.problem
    assert "cdp build" in done.problem
    assert files(built) == there
    assert key in wrong(built)


def test_tables_of_a_build_that_nobody_recorded_are_left_alone(built: Deployment) -> None:
    with open_tables(built) as tables:
        replace(tables.con, [day(2)], 99)
    there = files(built)

    assert "left as they are" in maintain(built).problem
    assert files(built) == there


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9])
def test_a_damaged_record_of_merged_files_is_named(built: Deployment, at: float) -> None:
    maintain(built)
    body = bytearray(built.lake.get(keys.TABLE_SUMS))
    body[int(len(body) * at)] ^= 1
    built.lake.put(keys.TABLE_SUMS, bytes(body))

    assert keys.TABLE_SUMS in {damage.key for damage in verify(built).damages}
    assert "damaged" in wrong(built)


def test_a_merged_file_that_changed_is_named(built: Deployment) -> None:
    maintain(built)
    key = next(iter(files(built)))
    built.lake.put(key, built.lake.get(key) + b"x")

    assert [damage.key for damage in verify(built).damages] == [key]


def test_what_a_killed_build_wrote_goes_after_a_day(built: Deployment) -> None:
    lake = Path(built.settings.lake)
    (left, *_) = files(built)
    young, old = (lake / Path(left).parent / f"ducklake-{name}.parquet" for name in ("a", "b"))
    for path in (young, old):
        path.write_bytes(b"half")
    two_days_ago = time.time() - 2 * 86_400
    os.utime(old, (two_days_ago, two_days_ago))

    maintain(built)

    assert (young.exists(), old.exists()) == (True, False)


def _extensions(deployment: Deployment) -> Path:
    from ingestion.engine import extension_directory

    return extension_directory(deployment.settings.home)


class Killed(BaseException):
    """The process ends here."""


STEPS = ("_ask",) * 6 + ("keep_sums",) * 3 + ("fence",) * 3
"""What maintenance does that lasts, by the function that does it."""
USUAL = {("_ask", 3, 1), *(("keep_sums", n, 0) for n in range(3))}
"""After one merging, and before each recording; the rest is nearly the same, and for long runs."""
POINTS = [
    pytest.param(*point, marks=() if point in USUAL else WHOLE)
    for n, name in enumerate(STEPS)
    for point in ((name, STEPS[:n].count(name), end) for end in (0, 1))
]


@pytest.mark.parametrize(("name", "times", "after"), POINTS)
def test_cut_off_anywhere_the_tables_are_sound_and_the_next_time_puts_them_in_order(
    built: Deployment, monkeypatch: pytest.MonkeyPatch, name: str, times: int, after: int
) -> None:
    before, seen = rows(built), count()
    work = getattr(maintaining, name)

    def dies(*words: object) -> object:
        now = next(seen) == times
        if now and not after:
            raise Killed
        done = work(*words)
        if now:
            raise Killed
        return done

    monkeypatch.setattr(maintaining, name, dies)
    with pytest.raises(Killed):
        maintain(built)
    monkeypatch.setattr(maintaining, name, work)

    assert wrong(built) == ""
    assert rows(built) == before
    assert maintain(built).problem == ""
    assert rows(built) == before
    assert months(built) == {("2026", "1"): 1, ("2026", "2"): 1}
    assert (wrong(built), verify(built).damages) == ("", ())


KILLED = """
import itertools, os, sys
from pathlib import Path
from ingestion.settings import Settings
from orchestration import maintaining
from orchestration.deployment import Deployment
asked, work = itertools.count(), maintaining._ask
def dies(*words):
    done = work(*words)
    if next(asked) == int(sys.argv[2]):
        os.kill(os.getpid(), 9)
    return done
maintaining._ask = dies
maintaining.maintain(Deployment(Settings(home=Path(sys.argv[1]))))
"""


@WHOLE
@pytest.mark.parametrize("times", range(6))
def test_a_process_that_was_killed_in_the_middle_is_healed_by_the_next(
    built: Deployment, times: int
) -> None:
    before = rows(built)
    words = [sys.executable, "-c", KILLED, str(built.settings.home), str(times)]
    killed = subprocess.run(words, check=False, capture_output=True, cwd=PROJECT)

    assert killed.returncode == -9, killed.stderr
    assert (wrong(built), rows(built)) == ("", before)
    assert maintain(built).problem == ""
    assert (wrong(built), rows(built)) == ("", before)
    assert months(built) == {("2026", "1"): 1, ("2026", "2"): 1}
