"""A version folder as someone has it who downloads it."""

from __future__ import annotations

from pathlib import Path

from ingestion.storage import ObjectStore, keys
from publication.checksums import SUMS
from tests.publication.city import product

VERSION = "2026-01-08.0"
FILES = {
    *("rain_daily.parquet", "rain_daily.csv", "rain_daily_excel.csv", "dictionary.csv"),
    *(
        "rain_daily.csv-metadata.json",
        "datapackage.json",
        "manifest.json",
        "quality.json",
        "README.th.md",
        "README.en.md",
        SUMS,
    ),
}


def published(store: ObjectStore, name: str, version: str = VERSION) -> bytes:
    return store.get(keys.release_file("environment", "rain_daily", version, name))


def folder_of(store: ObjectStore, into: Path, version: str = VERSION) -> Path:
    """The version folder on disk, as someone who downloads it has it."""
    prefix = keys.release_prefix("environment", "rain_daily", version)
    into.mkdir()
    for info in store.list(prefix):
        store.download(info.key, into / info.key.removeprefix(prefix))
    return into


CODES = product(
    "codes", "economy", ("place_code",), {"place_code": "varchar", "inhabitants": "bigint"}
)
