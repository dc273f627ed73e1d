"""Where plain bytes lie while they are worked on: one folder, and nothing in it outlives its run.

A process that was killed with a personal file in its hands left the plain bytes in the system's
folder for ever. And the first version that swept took all that lay in the folder of the setting, a
home and its keys with it.

    <scratch>/<run>        folders of one process, which nobody but its user can enter
    <scratch>/<run>.lock   held by that process for as long as it lives

A process that is killed leaves its folder and its lock is free: whoever starts next removes both.
What a process is done with, it removes itself. Every temporary file that holds data is made here.
What else lies in that folder is somebody's, and left as it is: a setting may name any folder.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import logging
import os
import re
import shutil
import stat
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from ingestion.errors import PermanentError
from ingestion.settings import Settings, load_settings

log = logging.getLogger(__name__)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LOCK = ".lock"
_RUN = re.compile(r"\d+-[0-9a-f]{12}")
"""What `_begun` calls the folder of a run."""
_used: list[Path] = []
_runs: dict[tuple[int, Path], Path] = {}
_locks: list[int] = []
"""Descriptors of the locks of this process; the system takes them back when it ends."""
_making = threading.RLock()


class ScratchUnsafe(PermanentError):
    """The scratch folder cannot be used, or others could read in it."""


def use(settings: Settings) -> int:
    """Work in the scratch folder of these settings from now on; how much was left there.

    What processes left that are no more is removed: this is done at every start.

    Raises
    ------
    ScratchUnsafe: it lies in a store, where it would be kept, or read by the world.
    """
    root = settings.scratch_root.absolute()
    for url in (settings.lake, settings.open):
        place = url.removeprefix("file://")
        if "://" not in place and root.is_relative_to(Path(place).absolute()):
            raise ScratchUnsafe(
                f"the scratch folder {root} lies in the store {place}",
                fix="set CDP_SCRATCH to a folder elsewhere",
            )
    _used[:] = [root]
    return sweep(root)


@contextlib.contextmanager
def scratch_folder(what: str, root: Path | None = None) -> Iterator[Path]:
    """An empty folder for the length of the block, and no longer.

    Parameters
    ----------
    what: a word of its use.
    root: the scratch folder; that which is in use by default.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"{what}-", dir=run_folder(root)))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_folder(root: Path | None = None) -> Path:
    """The folder of this process, made when it is first asked for; it goes when the process ends.

    Raises
    ------
    ScratchUnsafe: it cannot be made.
    """
    if root is None:
        root = _used[0] if _used else load_settings().scratch_root
    root = root.absolute()
    with _making:
        run = _runs.get((os.getpid(), root))
        if run is None or not run.is_dir():
            run = _runs[os.getpid(), root] = _begun(root)
    return run


def sweep(root: Path) -> int:
    """Remove what processes left behind that are no more; how many there were."""
    if not root.is_dir():
        return 0
    names = {path.name.removesuffix(_LOCK) for path in root.iterdir()}
    return sum(_removed(root, name) for name in sorted(filter(_RUN.fullmatch, names)))


def clear() -> None:
    """Remove what this process has in scratch. It may be about to end without further ado."""
    with _making:
        for (pid, root), run in list(_runs.items()):
            if pid == os.getpid():
                shutil.rmtree(run, ignore_errors=True)
                _lock_of(root, run.name).unlink(missing_ok=True)
                del _runs[pid, root]


atexit.register(clear)


def _begun(root: Path) -> Path:
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if root.stat().st_mode & _OTHERS and _is_ours(root):
            root.chmod(0o700)
        run = root / f"{os.getpid()}-{uuid4().hex[:12]}"
        _locks.append(_locked(_lock_of(root, run.name)))
        run.mkdir(mode=0o700)
    except OSError as error:
        raise ScratchUnsafe(
            f"the scratch folder {root} cannot be used ({error.strerror})",
            fix="set CDP_SCRATCH to a folder of this user, on a disk with room",
        ) from None
    return run


def _is_ours(root: Path) -> bool:
    """Is nothing in the folder but what runs make? What they hold is closed to others by itself."""
    return all(_RUN.fullmatch(path.name.removesuffix(_LOCK)) for path in root.iterdir())


def _locked(path: Path) -> int:
    """Hold a new lock. Who sweeps meanwhile may have taken it for one that was left behind."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        os.close(descriptor)


def _removed(root: Path, name: str) -> bool:
    """Remove the folder of a run, unless its process lives."""
    lock = _lock_of(root, name)
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        log.warning("scratch: %s cannot be swept (%s)", root / name, error.strerror)
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        place = root / name
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
        lock.unlink(missing_ok=True)
    except BlockingIOError:  # its process lives
        return False
    except OSError as error:
        log.warning("scratch: %s cannot be removed (%s)", root / name, error.strerror)
        return False
    finally:
        os.close(descriptor)
    return True


def _lock_of(root: Path, name: str) -> Path:
    return root / f"{name}{_LOCK}"
