"""Lake and key store: a home with other keys takes nothing personal in."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.privacy.belonging import OtherKeys, adopt_keys, identity, require_keys
from ingestion.privacy.key_store import KeyStore
from ingestion.sealed import Damaged
from ingestion.settings import Settings
from ingestion.storage import ObjectStore, keys, open_store


@pytest.fixture
def lake(tmp_path: Path) -> ObjectStore:
    return open_store(str(tmp_path / "lake"), Settings())


@pytest.fixture
def first(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "first")


@pytest.fixture
def second(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "second")


def test_a_lake_has_one_name_for_ever(lake: ObjectStore, tmp_path: Path) -> None:
    assert identity(lake) == identity(lake)
    assert identity(lake) != identity(open_store(str(tmp_path / "other"), Settings()))


def test_the_first_key_store_is_that_of_the_lake(
    lake: ObjectStore, first: KeyStore, second: KeyStore
) -> None:
    require_keys(lake, first)
    require_keys(lake, first)

    with pytest.raises(OtherKeys, match="cdp vault adopt"):
        require_keys(lake, second)


def test_after_a_loss_another_key_store_is_adopted(
    lake: ObjectStore, first: KeyStore, second: KeyStore
) -> None:
    require_keys(lake, first)
    adopt_keys(lake, second)

    require_keys(lake, second)
    with pytest.raises(OtherKeys):
        require_keys(lake, first)


def test_a_damaged_word_about_itself_is_named(lake: ObjectStore, first: KeyStore) -> None:
    require_keys(lake, first)
    identity(lake)
    for key in (keys.LAKE, keys.KEY_STORE):
        body = bytearray(lake.get(key))
        body[20] ^= 1
        lake.put(key, bytes(body))

    with pytest.raises(Damaged, match=keys.LAKE):
        identity(lake)
    with pytest.raises(Damaged, match=keys.KEY_STORE):
        require_keys(lake, first)
