"""What every store promises, tried on a folder and on a real S3 server alike."""

from __future__ import annotations

import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingestion.engine import connect
from ingestion.errors import PermanentError
from ingestion.settings import Settings
from ingestion.storage import InvalidKey, KeyExists, KeyMissing, ObjectStore, open_store

MIB = 1 << 20


def listed(store: ObjectStore, prefix: str = "") -> list[str]:
    return [info.key for info in store.list(prefix)]


@pytest.mark.parametrize("body", [b"", b"rain,12.5\n", bytes(range(256)) * 5000])
def test_bytes_come_back_as_they_were_stored(store: ObjectStore, body: bytes) -> None:
    told = store.put("raw/rain/a.csv", body)

    assert store.get("raw/rain/a.csv") == body
    assert told.size == len(body)


def test_a_file_comes_back_as_it_was_stored(store: ObjectStore, tmp_path: Path) -> None:
    source, target = tmp_path / "in.bin", tmp_path / "out.bin"
    source.write_bytes(b"\x00\xff" * 3 * MIB)

    store.put("a/b.bin", source)
    store.download("a/b.bin", target)

    assert target.read_bytes() == source.read_bytes()
    assert sorted(path.name for path in tmp_path.glob("*.bin*")) == ["in.bin", "out.bin"]


def test_a_stream_can_be_read_in_pieces(store: ObjectStore) -> None:
    store.put("a", b"0123456789")

    with store.open("a") as stream:
        pieces = [stream.read(4), stream.read(4), stream.read(4), stream.read(4)]

    assert pieces == [b"0123", b"4567", b"89", b""]


def test_put_head_and_list_tell_the_same(store: ObjectStore) -> None:
    told = store.put("a/b", b"body")

    assert store.head("a/b") == told
    assert list(store.list()) == [told]


def test_a_second_put_replaces_the_first(store: ObjectStore) -> None:
    first = store.put("a", b"first")
    second = store.put("a", b"other")

    assert store.get("a") == b"other"
    assert second.etag != first.etag


def test_a_conditional_create_meets_an_object(store: ObjectStore) -> None:
    store.put("commits/00000001.json", b"mine", if_absent=True)

    with pytest.raises(KeyExists, match=r"commits/00000001\.json"):
        store.put("commits/00000001.json", b"mine", if_absent=True)
    assert store.get("commits/00000001.json") == b"mine"


def test_eight_racing_creates_have_one_winner(store_url: str, store_settings: Settings) -> None:
    start = threading.Barrier(8)

    def create(number: int) -> bytes | None:
        store = open_store(store_url, store_settings)  # also sweeps, while others write
        body = f"writer {number}".encode()
        start.wait()
        try:
            store.put("commits/00000001.json", body, if_absent=True)
        except KeyExists:
            return None
        return body

    with ThreadPoolExecutor(8) as pool:
        winners = [body for body in pool.map(create, range(8)) if body is not None]

    assert winners == [open_store(store_url, store_settings).get("commits/00000001.json")]


def test_eight_counters_lose_no_step(store_url: str, store_settings: Settings) -> None:
    def count(_: int) -> None:
        store = open_store(store_url, store_settings)
        done = 0
        while done < 5:
            number = len(listed(store, "commits/")) + 1
            try:
                store.put(f"commits/{number:08d}.json", b"{}", if_absent=True)
            except KeyExists:
                continue
            done += 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))

    store = open_store(store_url, store_settings)
    assert listed(store, "commits/") == [f"commits/{n:08d}.json" for n in range(1, 41)]


def test_a_reader_sees_the_old_or_the_new_object(store: ObjectStore) -> None:
    versions = [bytes([65 + n]) * (200_000 + n) for n in range(4)]
    store.put("a", versions[0])
    over = threading.Event()

    def write() -> None:
        try:
            for turn in range(24):
                store.put("a", versions[turn % 4])
        finally:
            over.set()

    seen = []
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        while not over.is_set():
            seen.append(store.get("a"))
        writing.result()

    assert seen
    assert set(seen) <= set(versions)


def test_the_listing_is_sorted_by_whole_keys(store: ObjectStore) -> None:
    names = ["a/x", "a-b", "a.c", "ab", "a/b/c", "a0", "B", "_z", "a/b-c"]
    for name in names:
        store.put(name, b"")

    assert listed(store) == sorted(names)


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("", ["lake/rain/1", "lake/rain_2/1", "lake/wind/1", "raw/rain/1"]),
        ("lake/", ["lake/rain/1", "lake/rain_2/1", "lake/wind/1"]),
        ("lake/rain", ["lake/rain/1", "lake/rain_2/1"]),
        ("lake/rain/", ["lake/rain/1"]),
        ("lake/rain/1", ["lake/rain/1"]),
        ("lake/rain/1/", []),
        ("la", ["lake/rain/1", "lake/rain_2/1", "lake/wind/1"]),
        ("snow/", []),
    ],
)
def test_a_prefix_is_the_beginning_of_keys(
    store: ObjectStore, prefix: str, found: list[str]
) -> None:
    for name in ("raw/rain/1", "lake/rain/1", "lake/rain_2/1", "lake/wind/1"):
        store.put(name, b"")

    assert listed(store, prefix) == found


def test_an_empty_store_lists_nothing(store: ObjectStore) -> None:
    assert listed(store) == []


def test_a_missing_object_is_said_to_be_missing(store: ObjectStore, tmp_path: Path) -> None:
    store.put("a/b", b"")

    assert store.head("a/c") is None
    assert store.head("a") is None
    for read in (store.get, store.open, lambda key: store.download(key, tmp_path / "x")):
        with pytest.raises(KeyMissing, match="a/c"):
            read("a/c")
    assert not (tmp_path / "x").exists()


def test_a_deleted_object_is_gone_and_may_come_back(store: ObjectStore) -> None:
    store.put("a/b", b"1")

    store.delete("a/b")
    store.delete("a/b")
    store.delete("never/there")

    assert store.head("a/b") is None
    assert listed(store) == []
    store.put("a/b", b"2", if_absent=True)
    assert store.get("a/b") == b"2"


@pytest.mark.parametrize("key", ["", "/a", "a/../b", "a\\b", "ฝน/a", "a/b/", ".tmp/a", "a\nb"])
def test_a_bad_key_is_refused_before_anything_is_touched(store: ObjectStore, key: str) -> None:
    actions = [
        lambda: store.put(key, b"x"),
        lambda: store.put(key, b"x", if_absent=True),
        lambda: store.get(key),
        lambda: store.open(key),
        lambda: store.head(key),
        lambda: store.delete(key),
        lambda: store.uri(key),
    ]

    for action in actions:
        with pytest.raises(InvalidKey):
            action()
    assert listed(store) == []


@pytest.mark.parametrize("prefix", ["..", "a/../", "/", "//", "a//", "ฝน", ".tmp/"])
def test_a_bad_prefix_is_refused(store: ObjectStore, prefix: str) -> None:
    with pytest.raises(InvalidKey):
        store.list(prefix)


@pytest.mark.parametrize("key", ["a%2e%2e/b", "sp ace", "plus+eq=amp&", "q'uo\"te", "semi;c#?"])
def test_what_a_url_would_change_stays_as_it_is(store: ObjectStore, key: str) -> None:
    store.put(key, b"x")

    assert listed(store) == [key]
    assert store.get(key) == b"x"


def test_an_unreadable_source_file_is_named(store: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match=r"cannot read .*gone\.csv"):
        store.put("a", tmp_path / "gone.csv")
    assert listed(store) == []


def test_duckdb_reads_the_uri_and_its_glob(
    store: ObjectStore, store_settings: Settings, extensions: Path
) -> None:
    store_settings.home.mkdir()
    (store_settings.home / "extensions").symlink_to(extensions)
    with connect(store_settings) as engine:
        for day, number in (("2026-01-08", 1), ("2026-01-09", 2)):
            file = store_settings.home / "one.parquet"
            engine.execute(f"copy (select {number} as n) to '{file}' (format parquet)")
            store.put(f"lake/rain/day={day}/x.parquet", file)

        one = engine.execute(
            f"select n from read_parquet('{store.uri('lake/rain/day=2026-01-08/x.parquet')}')"
        ).fetchall()
        both = engine.execute(
            f"select n, day from read_parquet('{store.uri('lake/rain/day=*/*.parquet')}')"
            " order by n"
        ).fetchall()

    assert one == [(1,)]
    assert [row[0] for row in both] == [1, 2]


def test_a_large_file_passes_in_flat_memory(store: ObjectStore, tmp_path: Path) -> None:
    source, target = tmp_path / "in.bin", tmp_path / "out.bin"
    with source.open("wb") as file:
        for number in range(60):
            file.write(bytes([number]) * MIB)

    store.put("small", b"")  # what a client needs for itself is not the file's doing

    tracemalloc.start()
    store.put("large", source)
    store.download("large", target)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert target.read_bytes() == source.read_bytes()
    assert peak < 8 * MIB
