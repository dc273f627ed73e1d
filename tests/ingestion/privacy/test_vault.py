"""Raw personal bytes come back whole until their day is over, and then never again."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ingestion.privacy.key_store import KeyGone, KeyStore
from ingestion.privacy.sealing import FRAME_BYTES, SealBroken
from ingestion.privacy.vault import Vault
from ingestion.settings import Settings
from ingestion.storage import ObjectStore, keys, open_store
from ingestion.storage.failures import StoreRefused
from orchestration.deployment import Deployment
from orchestration.steps import expire_vault

DAY = date(2026, 1, 8)
GONE = datetime(2026, 1, 16, tzinfo=UTC)
FRAME = 12 + FRAME_BYTES + 16


class Place:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        settings = Settings(home=folder)
        self.store: ObjectStore = open_store(settings.lake, settings)
        self.key_store = KeyStore.of(settings)
        self.vault = Vault.of(settings, self.store)

    def keep(self, body: bytes, source: str = "wifi_sessions", day: date = DAY) -> str:
        path = self.folder / "plain"
        path.write_bytes(body)
        return self.vault.keep(source, day, hashlib.sha256(body).hexdigest(), path)

    def back(self, key: str) -> bytes:
        path = self.folder / "back"
        path.unlink(missing_ok=True)
        self.vault.bring_back(key, path)
        return path.read_bytes()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.mark.parametrize(
    "size", [0, 1, FRAME_BYTES - 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES]
)
def test_bytes_of_any_size_come_back(place: Place, size: int) -> None:
    body = bytes(n % 251 for n in range(4099)) * (size // 4099 + 1)

    assert place.back(place.keep(body[:size])) == body[:size]


def test_the_object_holds_nothing_of_what_was_sealed(place: Place) -> None:
    key = place.keep(b"AA:BB:CC:DD:EE:01\n" * 1000)

    assert b"AA:BB" not in place.store.get(key)


def test_doing_it_again_keeps_what_is_there(place: Place) -> None:
    first = place.store.get(place.keep(b"x"))

    assert place.store.get(place.keep(b"x")) == first


def test_every_frame_and_every_file_is_sealed_otherwise(place: Place) -> None:
    body = bytes(2 * FRAME_BYTES)
    sealed = place.store.get(place.keep(body))

    frames = [sealed[-2 * FRAME : -FRAME], sealed[-FRAME:]]

    assert frames[0][:12] != frames[1][:12]
    assert frames[0][12:60] != frames[1][12:60]


def _cut_last(sealed: bytes) -> bytes:
    return sealed[:-FRAME]


def _cut_a_byte(sealed: bytes) -> bytes:
    return sealed[:-1]


def _exchange(sealed: bytes) -> bytes:
    head = sealed[: -3 * FRAME]
    one, two, three = (sealed[len(head) + n * FRAME :][:FRAME] for n in range(3))
    return head + two + one + three


def _double(sealed: bytes) -> bytes:
    return sealed + sealed[-FRAME:]


def _drop_first(sealed: bytes) -> bytes:
    return sealed[: -3 * FRAME] + sealed[-2 * FRAME :]


def _flip(sealed: bytes) -> bytes:
    return sealed[:-FRAME] + bytes([sealed[-FRAME] ^ 1]) + sealed[-FRAME + 1 :]


def _no_frames(sealed: bytes) -> bytes:
    return sealed[: -3 * FRAME]


def _other_header(sealed: bytes) -> bytes:
    return sealed.replace(b"2026-01-08", b"2026-01-07")


@pytest.mark.parametrize(
    "harm",
    [
        *(_cut_last, _cut_a_byte, _exchange, _double, _drop_first, _flip, _no_frames),
        *(_other_header, lambda _: b"", lambda _: b"CDPV\x01\x00"),
    ],
)
def test_bytes_that_were_cut_or_put_together_anew_do_not_open(place: Place, harm) -> None:
    key = place.keep(bytes(3 * FRAME_BYTES))
    place.store.put(key, harm(place.store.get(key)))

    with pytest.raises(SealBroken):
        place.back(key)
    assert not (place.folder / "back").exists()


def test_a_file_in_the_place_of_another_does_not_open(place: Place) -> None:
    one, two = place.keep(b"one"), place.keep(b"two")
    place.store.put(one, place.store.get(two))

    with pytest.raises(SealBroken, match="another delivery"):
        place.back(one)


def test_bytes_live_for_seven_days_and_not_a_second_longer(place: Place) -> None:
    key = place.keep(b"x")

    assert place.vault.expire(GONE - timedelta(seconds=1)).objects == 0
    assert place.back(key) == b"x"
    assert place.vault.expire(GONE).objects == 1
    assert place.store.head(key) is None


def test_a_copy_of_the_ciphertext_is_unreadable_for_ever_once_the_day_is_over(
    place: Place,
) -> None:
    key = place.keep(b"AA:BB:CC:DD:EE:01")
    copy = place.store.get(key)
    place.vault.expire(GONE)

    place.store.put(key, copy)

    with pytest.raises(KeyGone, match="destroyed"):
        place.back(key)
    with pytest.raises(KeyGone):
        place.keep(b"AA:BB:CC:DD:EE:02")


def test_the_master_key_alone_opens_nothing(place: Place, tmp_path: Path) -> None:
    key = place.keep(b"x")
    other = Place(tmp_path / "other")
    shutil.copytree(tmp_path / "lake", tmp_path / "other" / "lake", dirs_exist_ok=True)
    master = tmp_path / "keys" / "master"
    shutil.copytree(master, tmp_path / "other" / "keys" / "master")
    (tmp_path / "other" / "keys").chmod(0o700)

    with pytest.raises(KeyGone):
        other.back(key)


def test_the_day_of_one_source_dies_alone(place: Place) -> None:
    wifi = place.keep(b"x", "wifi_sessions")
    plates = place.keep(b"x", "plate_reads")
    later = place.keep(b"x", "wifi_sessions", DAY + timedelta(days=1))

    assert place.vault.erase("wifi_sessions", DAY) == 1

    assert place.back(plates) == place.back(later) == b"x"
    assert place.store.head(wifi) is None


def test_an_expiry_that_was_cut_off_is_finished_by_the_next(place: Place) -> None:
    key = place.keep(b"x")
    place.key_store.destroy(f"vault/wifi_sessions/{DAY}")  # cut off before the object went

    done = place.vault.expire(GONE)

    assert (done.objects, done.data_keys) == (1, ())
    assert place.store.head(key) is None


@pytest.mark.parametrize(
    "stranger",
    [
        "lake/vault/wifi_sessions/.DS_Store",
        "lake/vault/wifi_sessions/2026-01-08/notes.txt",
        "keys/vault/wifi_sessions/2026-01-08 (copy).key",
        "keys/vault/old.key",
        "keys/pseudonym/wifi/2026-01 (copy).key",
        "keys/pseudonym/wifi/2026-02-30.key",
    ],
)
def test_what_is_none_of_ours_is_told_and_keeps_no_key_alive(place: Place, stranger: str) -> None:
    key = place.keep(b"x")
    place.key_store.obtain("pseudonym/wifi/2026-01")
    (place.folder / stranger).parent.mkdir(parents=True, exist_ok=True)
    (place.folder / stranger).write_bytes(b"x" * 32)

    night = Settings(home=place.folder, now=GONE + timedelta(days=60))
    problem = expire_vault(Deployment(night)).problem

    name = Path(stranger).name.removesuffix(".key")
    assert name in problem
    assert place.store.head(key) is None
    assert f"vault/wifi_sessions/{DAY}" not in place.key_store.names()
    assert "pseudonym/wifi/2026-01" not in place.key_store.names()
    assert list(place.vault.kept()) == []


def test_a_store_that_lets_nothing_be_deleted_keeps_no_key_alive(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for source in ("plate_reads", "wifi_sessions"):
        place.keep(b"x", source)
    place.key_store.obtain("pseudonym/wifi/2025-11")

    def refused(_: object, key: str) -> None:
        raise StoreRefused(f"{key} may not be deleted")

    monkeypatch.setattr(type(place.store), "delete", refused)
    with pytest.raises(StoreRefused):
        place.vault.expire(GONE)

    assert list(place.key_store.names("vault/")) == []
    assert list(place.key_store.names("pseudonym/")) == []


def test_the_list_says_when_a_day_will_be_gone(place: Place) -> None:
    place.keep(b"x")

    (kept,) = place.vault.kept()

    assert (kept.source, kept.day, kept.expires_at, kept.readable) == (
        "wifi_sessions",
        DAY,
        GONE,
        True,
    )


def test_keys_of_the_vault_are_built_by_the_rules(place: Place) -> None:
    digest = hashlib.sha256(b"x").hexdigest()

    assert place.keep(b"x") == keys.vault("wifi_sessions", DAY, digest)


def test_a_night_that_cannot_expire_says_so_and_goes_on(place: Place) -> None:
    place.keep(b"x")
    settings = Settings(home=place.folder, now=GONE)
    assert expire_vault(Deployment(settings)).problem == ""
    place.keep(b"y", day=DAY + timedelta(days=9))
    (place.folder / "keys").chmod(0o755)

    night = Settings(home=place.folder, now=GONE + timedelta(days=9))
    problem = expire_vault(Deployment(night)).problem

    assert "chmod 700" in problem
