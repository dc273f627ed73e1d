"""`make spark`: the whole lake on DuckDB and on Spark, and whether they agree.

Belongs here: what a person sees of it, and what it needs. Does not belong here: doing it
(`rebuilding.py`).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from dbt_project.spark.comparing import Compared
from dbt_project.spark.rebuilding import rebuild
from ingestion.errors import CdpError, PermanentError
from ingestion.scratch import scratch_folder
from ingestion.settings import PROJECT, Settings, load_settings
from ingestion.storage import keys

OLDEST_JAVA = 17


def main() -> int:
    """Rebuild the lake of this home twice and print what differs; 1 where something does."""
    into = _arguments().into
    if missing := without_java(java_version()):
        print(
            f"spark: skipped, {missing}; to do: apt-get install openjdk-{OLDEST_JAVA}-jre-headless"
        )
        return 0
    try:
        settings = load_settings()
        lake = lake_of(settings)
        subprocess.run(["bash", ".ci/spark"], cwd=PROJECT, check=True)  # noqa: S607
        with scratch_folder("spark", settings.scratch_root) as folder:
            found = rebuild(lake, folder, settings.clock.now())
            if into:
                shutil.move(folder / "spark" / "warehouse", into)
    except subprocess.CalledProcessError:
        return 1
    except CdpError as error:
        print(f"spark: {error.message}", file=sys.stderr)
        return 1
    for line in report(found):
        print(line)
    return int(not all(each.agree for each in found))


def lake_of(settings: Settings) -> Path:
    """The folder of this home's lake, once it holds what a build was told.

    Raises
    ------
    PermanentError: it is in a bucket, or nothing was built of it yet.
    """
    if settings.lake.startswith("s3://"):
        raise PermanentError(
            f"the lake is in a bucket, {settings.lake}",
            expected="a lake in a folder: Spark reads buckets by Java libraries of its own",
            fix="copy the lake to a folder, or see docs/scale-out.md",
        )
    lake = Path(settings.lake)
    if not (lake / keys.lake_receipts()).exists():
        raise PermanentError(
            f"nothing was built of the lake {lake} yet", fix="run make demo or cdp build first"
        )
    return lake


def without_java(said: str) -> str:
    """Why Spark cannot run with the Java that says this of its version; empty when it can."""
    if not said:
        return "there is no Java on this machine"
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) < OLDEST_JAVA:
        first = said.splitlines()[0]
        return f"Spark needs Java {OLDEST_JAVA} or newer, and this machine has {first}"
    return ""


def report(found: Iterable[Compared]) -> Iterator[str]:
    """A line for each table, and below it what differs."""
    agreeing = 0
    all_of_them = list(found)
    for each in all_of_them:
        agreeing += each.agree
        mark = "agree" if each.agree else f"{each.alone} rows stand on one side only"
        yield f"{each.table:<52} {each.rows[0]:>10} {each.rows[1]:>10}  {mark}"
        yield from (f"    {column}" for column in each.differing)
    yield f"{agreeing} of {len(all_of_them)} tables agree: rows, sums and every value"


def java_version() -> str:
    """What the Java of this machine says of its version; empty when there is none."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin" if home else None)
    if java is None:
        return ""
    run = subprocess.run([java, "-version"], capture_output=True, text=True)  # noqa: S603
    return run.stderr.strip() or run.stdout.strip()


def _arguments() -> argparse.Namespace:
    words = argparse.ArgumentParser(prog="make spark", description=__doc__)
    words.add_argument("--into", type=Path, help="a folder for Spark's tables, to be kept")
    return words.parse_args()


if __name__ == "__main__":
    sys.exit(main())
