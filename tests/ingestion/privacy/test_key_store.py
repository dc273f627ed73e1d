"""Keys are made once, destroyed once, and readable for nobody else."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ingestion.clock import BANGKOK
from ingestion.errors import PermanentError
from ingestion.privacy.key_store import KeyDamaged, KeyGone, KeyStore, KeyStoreUnsafe
from ingestion.privacy.periods import expire_periods, key_name, living, living_keys
from ingestion.settings import Settings
from tests.ingestion.privacy.personal_sources import lpr, wifi

NOON = datetime(2026, 1, 9, 12, tzinfo=BANGKOK)


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "keys")


def test_a_key_is_made_once_and_stays_the_same(store: KeyStore) -> None:
    first, again, other = (store.obtain(f"pseudonym/wifi/{n}") for n in ("a", "a", "b"))

    assert first == again
    assert first != other
    assert len(first) == 32


def test_many_who_ask_at_once_get_the_same_key(tmp_path: Path) -> None:
    names = [f"vault/wifi/{n}" for n in range(20)]
    folder = tmp_path / "keys"

    def ask(_: int) -> tuple[bytes, ...]:
        return tuple(KeyStore(folder).obtain(name) for name in names)

    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(ask, range(32)))

    assert len(answers) == 1


def test_a_destroyed_key_is_never_given_and_never_made_again(store: KeyStore) -> None:
    store.obtain("pseudonym/wifi/2026-01")

    destroyed = store.destroy("pseudonym/wifi/2026-01")

    assert destroyed
    for ask in (store.obtain, store.find):
        with pytest.raises(KeyGone, match="destroyed"):
            ask("pseudonym/wifi/2026-01")
    assert list(store.names()) == []


def test_destroying_a_key_overwrites_the_bytes_that_a_second_link_still_reaches(
    store: KeyStore, tmp_path: Path
) -> None:
    key = store.obtain("vault/wifi/2026-01-08")
    link = tmp_path / "left-by-a-crash"
    os.link(tmp_path / "keys/vault/wifi/2026-01-08.key", link)

    store.destroy("vault/wifi/2026-01-08")

    assert key not in link.read_bytes()


def test_a_key_that_was_never_made_is_not_found(store: KeyStore, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o700)

    with pytest.raises(KeyGone):
        store.find("vault/wifi/2026-01-08")


def test_only_the_owner_can_read_a_key(store: KeyStore, tmp_path: Path) -> None:
    store.obtain("pseudonym/wifi/2026-01")

    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").rglob("*")}

    assert modes <= {0o700, 0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_a_folder_that_others_can_enter_is_no_key_store(store: KeyStore, tmp_path: Path) -> None:
    store.obtain("pseudonym/wifi/2026-01")
    (tmp_path / "keys").chmod(0o755)

    with pytest.raises(KeyStoreUnsafe, match="chmod 700"):
        store.obtain("pseudonym/wifi/2026-01")


def test_a_key_store_inside_the_lake_is_refused(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, key_store=tmp_path / "lake" / "keys")

    with pytest.raises(KeyStoreUnsafe, match="CDP_KEY_STORE"):
        KeyStore.of(settings)


@pytest.mark.parametrize("name", ["../x", "a/../b", "", "A", "a//b", "a/.b"])
def test_a_name_that_leads_elsewhere_is_refused(store: KeyStore, name: str) -> None:
    with pytest.raises(PermanentError, match="cannot name a key"):
        store.obtain(name)


def test_plates_have_todays_key_and_those_of_the_two_days_before(store: KeyStore) -> None:
    days = [key.period.name for key in living_keys(lpr(), store.obtain, NOON)]

    assert days == ["2026-01-07", "2026-01-08", "2026-01-09"]


def test_the_key_of_a_month_outlives_it_by_a_week() -> None:
    week = datetime(2026, 2, 7, 23, 59, tzinfo=BANGKOK)

    assert [period.name for period in living("month", week)] == ["2026-01", "2026-02"]
    after = week + timedelta(minutes=1)
    assert [period.name for period in living("month", after)] == ["2026-02"]


def test_the_key_of_a_day_is_dead_48_hours_after_its_end_and_not_a_minute_before(
    store: KeyStore,
) -> None:
    living_keys(lpr(), store.obtain, NOON)
    end = datetime(2026, 1, 10, 0, 0, tzinfo=BANGKOK)

    assert expire_periods(store, end - timedelta(minutes=1)) == ()
    assert expire_periods(store, end) == ("pseudonym/lpr/2026-01-07",)
    with pytest.raises(KeyGone):
        store.find("pseudonym/lpr/2026-01-07")
    assert len(store.find("pseudonym/lpr/2026-01-08")) == 32


@pytest.mark.parametrize(
    ("now", "days"),
    [
        ("2026-01-09T22:59:59+07:00", ["2026-01-07", "2026-01-08", "2026-01-09"]),
        ("2026-01-09T23:00:00+07:00", ["2026-01-07", "2026-01-08", "2026-01-09", "2026-01-10"]),
        ("2026-01-09T23:30:00+07:00", ["2026-01-07", "2026-01-08", "2026-01-09", "2026-01-10"]),
        ("2026-01-09T23:59:59+07:00", ["2026-01-07", "2026-01-08", "2026-01-09", "2026-01-10"]),
        # At the very instant at which the oldest dies it may not be used any more.
        ("2026-01-10T00:00:00+07:00", ["2026-01-08", "2026-01-09", "2026-01-10"]),
    ],
)
def test_a_row_stamped_an_hour_ahead_has_a_key_and_a_dead_key_has_no_row(
    now: str, days: list[str]
) -> None:
    assert [period.name for period in living("day", datetime.fromisoformat(now))] == days


@pytest.mark.parametrize(
    ("now", "months"),
    [
        ("2026-01-07T23:59:59+07:00", ["2025-12", "2026-01"]),
        ("2026-01-08T00:00:00+07:00", ["2026-01"]),
        ("2026-01-31T23:30:00+07:00", ["2026-01", "2026-02"]),
    ],
)
def test_the_same_of_months(now: str, months: list[str]) -> None:
    assert [period.name for period in living("month", datetime.fromisoformat(now))] == months


def test_purposes_have_keys_of_their_own(store: KeyStore) -> None:
    keys = living_keys(wifi(), store.obtain, NOON) + living_keys(lpr(), store.obtain, NOON)

    assert len({key.key for key in keys}) == len(keys)


def test_a_key_erased_before_its_time_is_left_out(store: KeyStore) -> None:
    doomed = living_keys(lpr(), store.obtain, NOON)[0]
    store.destroy(key_name(doomed.purpose, doomed.period))

    assert doomed not in living_keys(lpr(), store.obtain, NOON)


def test_a_key_is_never_shown(store: KeyStore) -> None:
    key = living_keys(lpr(), store.obtain, NOON)[0]

    assert key.key.hex() not in repr(key)
    assert repr(key.key) not in repr(key)


def test_a_count_makes_no_store_and_trusts_no_open_one(tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "keys")
    none_yet = store.count()
    untouched = not (tmp_path / "keys").exists()
    store.obtain("pseudonym/wifi/2026-01")

    (tmp_path / "keys").chmod(0o755)

    assert (none_yet, untouched) == (0, True)
    with pytest.raises(KeyStoreUnsafe, match="chmod 700"):
        store.count()


@pytest.mark.parametrize("name", ["pseudonym/wifi/2026-01", "vault/wifi/2026-01-08"])
def test_every_flipped_bit_of_a_key_is_noticed(store: KeyStore, tmp_path: Path, name: str) -> None:
    if name.startswith("vault"):
        store.put(name, os.urandom(60))
    else:
        store.obtain(name)
    path = tmp_path / "keys" / f"{name}.key"
    whole = path.read_bytes()

    for place in range(len(whole)):
        flipped = bytearray(whole)
        flipped[place] ^= 4
        path.write_bytes(flipped)
        with pytest.raises(KeyDamaged, match=f"key {name} in"):
            store.obtain(name)


@pytest.mark.parametrize("left", [1, 31, 40])
def test_a_key_that_was_cut_is_noticed(store: KeyStore, tmp_path: Path, left: int) -> None:
    store.obtain("pseudonym/wifi/2026-01")
    path = tmp_path / "keys/pseudonym/wifi/2026-01.key"
    path.write_bytes(path.read_bytes()[:left])

    with pytest.raises(KeyDamaged, match="bring it back"):
        store.find("pseudonym/wifi/2026-01")


def test_a_key_under_the_name_of_another_is_noticed(store: KeyStore, tmp_path: Path) -> None:
    store.obtain("pseudonym/wifi/2026-01")
    folder = tmp_path / "keys/pseudonym/wifi"
    (folder / "2026-01.key").rename(folder / "2026-02.key")

    with pytest.raises(KeyDamaged):
        store.obtain("pseudonym/wifi/2026-02")


@pytest.mark.parametrize("length", [32, 60])
def test_keys_of_the_time_before_check_values_are_read_as_they_are(
    store: KeyStore, tmp_path: Path, length: int
) -> None:
    store.obtain("pseudonym/wifi/2026-01")
    (tmp_path / "keys/pseudonym/wifi/2025-12.key").write_bytes(b"k" * length)

    assert store.obtain("pseudonym/wifi/2025-12") == b"k" * length


def test_two_key_stores_have_two_fingerprints(tmp_path: Path) -> None:
    one, other = KeyStore(tmp_path / "one"), KeyStore(tmp_path / "other")

    assert one.fingerprint() == KeyStore(tmp_path / "one").fingerprint()
    assert one.fingerprint() != other.fingerprint()
