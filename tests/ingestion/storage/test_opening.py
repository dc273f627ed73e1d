"""From a setting to a store, and what is refused on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from ingestion.errors import SettingsError
from ingestion.settings import Settings
from ingestion.storage import open_store
from ingestion.storage.local import LocalStore
from ingestion.storage.s3 import S3Store


def test_a_path_opens_a_folder(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "new" / "lake"), Settings())

    assert isinstance(store, LocalStore)
    assert store.url == str(tmp_path / "new" / "lake")
    assert store.uri("a/b") == str(tmp_path / "new" / "lake" / "a" / "b")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("s3://city-lake", "s3://city-lake"),
        ("s3://city-lake/", "s3://city-lake"),
        ("s3://city-lake/phuket/lake", "s3://city-lake/phuket/lake"),
        ("s3://city-lake/phuket/", "s3://city-lake/phuket"),
    ],
)
def test_an_s3_address_opens_a_bucket_without_asking_it(url: str, root: str) -> None:
    store = open_store(url, Settings(s3_endpoint_url="http://192.0.2.1"))

    assert isinstance(store, S3Store)
    assert store.url == root
    assert store.uri("a/b") == f"{root}/a/b"


@pytest.mark.parametrize(
    "url",
    [
        *("", " ", "file:///srv/lake", "gs://bucket", "https://bucket.s3.example.org"),
        *("S3://bucket", "s3:/bucket", "s3://", "s3://b", "s3:///prefix", "s3://Bucket/x"),
        *("s3://user@bucket/x", "s3://bucket/../x", "s3://bucket//x", "s3://bucket/ฝน", "a\0b"),
    ],
)
def test_anything_else_is_refused_with_what_is_allowed(url: str) -> None:
    with pytest.raises(SettingsError, match=r"expected a folder path.*s3://bucket/prefix"):
        open_store(url, Settings())


def test_an_access_key_without_its_secret_is_refused() -> None:
    with pytest.raises(SettingsError, match="only one of CDP_S3_ACCESS_KEY_ID"):
        open_store("s3://city-lake", Settings(s3_access_key_id="city"))
    with pytest.raises(SettingsError, match="only one of CDP_S3_ACCESS_KEY_ID"):
        open_store("s3://city-lake", Settings(s3_secret_access_key=SecretStr("x")))
