"""A folder as a store: crashes, full disks, missing rights, and what lies in its way.

Rights are tried by letting `os.fsync` fail as the kernel would, because whoever runs these tests
as root is never refused anything. A full disk is tried twice: likewise, and for real, in a child
whose files may not grow (`RLIMIT_FSIZE`), which the kernel answers with EFBIG.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingestion.errors import CdpError, SettingsError
from ingestion.storage import InvalidKey, StoreRefused, StoreUnavailable
from ingestion.storage.local import LocalStore

WRITER = """
import sys
from pathlib import Path
from ingestion.storage.local import LocalStore
LocalStore(Path(sys.argv[1])).put("a/b", Path(sys.argv[2]), if_absent=True)
"""
LIMITED = """
import resource, sys
from pathlib import Path
from ingestion.errors import CdpError
from ingestion.storage.local import LocalStore
store = LocalStore(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
store.put("small", b"x" * 4096)
try:
    store.put("a/large", b"x" * 10_000)
except CdpError as error:
    print(type(error).__name__, error)
"""


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def writer(root: Path, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A child in the middle of a write: its source is a pipe that says no more."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    child = subprocess.Popen([sys.executable, "-c", WRITER, str(root), str(pipe)])
    with pipe.open("wb", buffering=0) as source:  # returns when the child has begun to read
        source.write(b"half")
        yield child
        child.kill()
        child.wait()


def test_an_unfinished_write_is_nowhere_to_be_seen(
    root: Path, writer: subprocess.Popen[bytes]
) -> None:
    store = LocalStore(root)

    assert store.head("a/b") is None
    assert list(store.list()) == []
    assert len(files(root)) == 1


def test_opening_leaves_the_files_of_a_living_writer(
    root: Path, writer: subprocess.Popen[bytes]
) -> None:
    LocalStore(root)

    assert writer.poll() is None
    assert [name.split("/")[0] for name in files(root)] == [".tmp"]


def test_opening_sweeps_the_files_of_a_killed_writer(
    root: Path, writer: subprocess.Popen[bytes]
) -> None:
    writer.kill()
    writer.wait()

    store = LocalStore(root)

    assert files(root) == []
    store.put("a/b", b"whole", if_absent=True)
    assert store.get("a/b") == b"whole"


def test_a_crash_between_commit_and_tidying_keeps_the_object(root: Path) -> None:
    store = LocalStore(root)
    store.put("a", b"whole", if_absent=True)
    os.link(root / "a", root / ".tmp" / "left")

    LocalStore(root)

    assert files(root) == ["a"]
    assert store.get("a") == b"whole"


@pytest.mark.parametrize("if_absent", [True, False])
def test_a_write_leaves_nothing_but_the_object(root: Path, if_absent: bool) -> None:
    LocalStore(root).put("a/b", b"x", if_absent=if_absent)

    assert files(root) == ["a/b"]


@pytest.mark.parametrize(
    ("public", "umask", "file", "folder"),
    [
        (False, 0o022, 0o640, 0o750),
        (False, 0o000, 0o640, 0o750),
        (False, 0o077, 0o600, 0o700),
        (True, 0o022, 0o644, 0o755),
        (True, 0o077, 0o600, 0o700),
    ],
)
def test_a_private_store_is_not_for_everybody_and_the_umask_takes_more_away(
    root: Path, public: bool, umask: int, file: int, folder: int
) -> None:
    before = os.umask(umask)
    try:
        LocalStore(root, public=public).put("a/b", b"x")
    finally:
        os.umask(before)

    modes = [path.stat().st_mode & 0o777 for path in (root, root / "a", root / "a" / "b")]
    assert modes == [folder, folder, file]


def test_bytes_and_names_are_on_the_disk_before_put_returns(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    sync = os.fsync
    monkeypatch.setattr(
        os,
        "fsync",
        lambda fd: (synced.append(str(Path(f"/proc/self/fd/{fd}").readlink())), sync(fd))[1],
    )

    LocalStore(root).put("a/b/c", b"x", if_absent=True)

    steps = [Path(name).relative_to(root.parent).as_posix() for name in synced]
    draft = next(step for step in steps if step.startswith("store/.tmp/"))
    assert steps.index(draft) < steps.index("store/a/b")  # bytes first, then the name
    assert {".", "store", "store/a", "store/a/b"} <= set(steps)


def test_more_than_a_thousand_objects_are_listed_in_order(root: Path) -> None:
    store = LocalStore(root)
    names = [f"ledger/rain/{number:08d}.json" for number in range(1, 1502)]
    (root / "ledger/rain").mkdir(parents=True)
    for name in names:
        (root / name).touch()

    assert [info.key for info in store.list("ledger/")] == names


def test_links_do_not_lead_a_listing_out_of_the_store(root: Path, tmp_path: Path) -> None:
    store = LocalStore(root)
    store.put("a", b"x")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").touch()
    (root / "link").symlink_to(tmp_path / "outside")

    assert [info.key for info in store.list()] == ["a"]


def test_a_file_that_may_not_grow_is_reported_and_leaves_nothing(root: Path) -> None:
    child = subprocess.run(
        [sys.executable, "-c", LIMITED, str(root)], capture_output=True, text=True, check=True
    )

    assert child.stdout.startswith(f"StoreUnavailable cannot write 10,000 bytes to {root}/a/large")
    assert "free space" in child.stdout
    assert files(root) == ["small"]


@pytest.mark.parametrize(
    ("number", "kind", "advice"),
    [
        (errno.ENOSPC, StoreUnavailable, "free space"),
        (errno.EDQUOT, StoreUnavailable, "free space"),
        (errno.EFBIG, StoreUnavailable, "free space"),
        (errno.EIO, StoreUnavailable, "look at the disk"),
        (errno.EROFS, StoreRefused, "give that user rights"),
        (errno.EACCES, StoreRefused, "give that user rights"),
        (errno.EPERM, StoreRefused, "give that user rights"),
    ],
)
@pytest.mark.parametrize("if_absent", [True, False])
def test_a_refusing_disk_is_named_and_keeps_what_was_there(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    kind: type[CdpError],
    advice: str,
    if_absent: bool,
) -> None:
    store = LocalStore(root)
    store.put("old", b"old")
    key = "new" if if_absent else "old"
    monkeypatch.setattr(os, "fsync", _raising(number))

    with pytest.raises(kind, match=f"cannot write 7 bytes to {root / key}.*{advice}"):
        store.put(key, b"1234567", if_absent=if_absent)

    assert files(root) == ["old"]
    assert store.get("old") == b"old"


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.get("a"),
        lambda store: store.head("a"),
        lambda store: list(store.list()),
        lambda store: store.delete("a"),
    ],
)
def test_a_folder_without_rights_is_named(
    root: Path, monkeypatch: pytest.MonkeyPatch, use: Callable[[LocalStore], object]
) -> None:
    store = LocalStore(root)
    store.put("a", b"x")
    for name in ("stat", "open", "unlink"):
        monkeypatch.setattr(Path, name, _raising(errno.EACCES))
    monkeypatch.setattr(os, "scandir", _raising(errno.EACCES))

    with pytest.raises(StoreRefused, match=f"cannot use {root}.*give that user rights"):
        use(store)


def test_a_full_disk_during_a_download_leaves_no_half_file(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LocalStore(root)
    store.put("a", b"x")
    monkeypatch.setattr(Path, "replace", _raising(errno.ENOSPC))

    with pytest.raises(StoreUnavailable, match=f"cannot use {tmp_path / 'copy'}.*free space"):
        store.download("a", tmp_path / "copy")

    assert [path.name for path in tmp_path.iterdir()] == ["store"]


@pytest.mark.parametrize("below", ["", "lake", "deep/lake"])
def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match=rf"{tmp_path}/file is a file.*CDP_LAKE_URL"):
        LocalStore(tmp_path / "file" / below)


def test_a_key_cannot_be_the_folder_of_another(root: Path) -> None:
    store = LocalStore(root)
    store.put("a/b", b"x")

    for if_absent in (True, False):
        with pytest.raises(InvalidKey, match="collides"):
            store.put("a", b"y", if_absent=if_absent)
        with pytest.raises(InvalidKey, match="collides"):
            store.put("a/b/c", b"y", if_absent=if_absent)
    assert files(root) == ["a/b"]


def _raising(number: int) -> Callable[..., None]:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse
