"""Builds every model in full on Spark, over the Parquet files of the lake.

Runs in Spark's own environment, which holds nothing of this project's: `rebuilding.py` starts it
and tells it all that it needs. Belongs here: the session, the lake's tables in it, running dbt.
Does not belong here: any SQL about data (`macros/dialect/spark.sql` holds Spark's spelling), and
how large Spark is (`spark-defaults.conf`).
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_PLACE = re.compile(r"read_parquet\('\{lake\}/(.+?)(?:/day=[^']*)?'")
"""Where a source of dbt lies in the lake: a file, or the folder of its days."""
_SAYING = ("--no-use-colors", "--quiet")


def build(lake: Path, warehouse: Path) -> bool:
    """Build every seed and model; whether all went well. dbt prints what did not.

    Parameters
    ----------
    lake: the folder of the lake store.
    warehouse: where Spark writes its tables, as Parquet in `<schema>.db/<table>`.
    """
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    read = dbtRunner().invoke([*_SAYING, "parse"])
    if not isinstance(read.result, Manifest):
        return False
    spark = _session(warehouse)
    try:
        _name_sources(spark, read.result.sources.values(), lake, warehouse / "aside")
        chosen = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
        return bool(dbtRunner(read.result).invoke([*_SAYING, "build", *chosen]).success)
    finally:
        spark.stop()


def place_in(lake: Path, location: str) -> Path | None:
    """Where a source lies, by the location that DuckDB reads; None when it has brought nothing."""
    found = _PLACE.match(location)
    place = lake / found[1] if found else None
    return place if place and place.exists() else None


def _session(warehouse: Path) -> Any:
    """A session with what the numbers depend on. dbt finds it, and takes it for its own."""
    from pyspark.sql import SparkSession

    settings = {
        "spark.sql.ansi.enabled": "true",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str(warehouse),
    }
    builder = SparkSession.builder.appName("rebuild")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _name_sources(spark: Any, sources: Iterable[Any], lake: Path, aside: Path) -> None:
    """Make views of the lake's files, under the names that dbt has for its sources."""
    for source in sources:
        place = place_in(lake, source.config.meta["external_location"])
        if place is None:
            continue
        if place.is_file():  # Spark passes over files whose names begin with an underscore
            aside.mkdir(parents=True, exist_ok=True)
            place = Path(shutil.copyfile(place, aside / place.name.lstrip("_")))
        spark.sql(f"create database if not exists {source.schema}")
        spark.sql(
            f"create view {source.schema}.{source.identifier} as "
            f"select * from parquet.`{place.absolute()}`"
        )


if __name__ == "__main__":
    sys.exit(0 if build(Path(sys.argv[1]), Path(sys.argv[2])) else 1)
