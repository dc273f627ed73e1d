"""What the system keeps a process from, where it can: Linux' Landlock and its filter of calls.

Two libraries were tried before these numbers were written down. One starts `ldconfig` to find the C
library and filters no calls, the other needs a library that is often not installed.

    files    nothing can be opened but what is named here (Landlock, Linux 5.19 and later)
    network  no socket of any kind, no connection over one that is there (calls; Landlock for TCP)
    calls    no new process, no other process' memory, no signal to another one

A process that is confined stays so, and so does every thread that it starts later. Where the
system has neither, nothing is kept and that is told. Does not belong here: limits of memory and
time (`child.py`), and what to do without (`cdp doctor` warns).

The numbers are those of the Linux headers: linux/landlock.h, linux/seccomp.h, asm/unistd.h.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

_NO_NEW_PRIVILEGES = 38
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_LANDLOCK_LEAST = 2
"""The first version does not let a file be renamed from one of our folders to another."""
_READ = 1 << 2 | 1 << 3  # of a file, of a folder
_FILE = 1 << 1 | 1 << 2 | 1 << 14  # the rights that a file, and no folder, can have
_WRITE = _READ | 1 << 1 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 13 | 1 << 14
# Write a file, remove a folder and a file, make a folder and a file, rename across, truncate.
_ALL_FILES = {2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_EVERY_FILE = (1 << 16) - 1

_ALLOW, _REFUSE, _UNKNOWN = 0x7FFF0000, 0x00050001, 0x00050026  # as if: EPERM, ENOSYS
_LOAD, _EQUAL, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST = 0, 4, 16  # where they stand in what a filter is shown
_THREAD = 0x00010000
_FILTER_OF_ALL_THREADS = 1
_FOREIGN_NUMBERS = 0x40000000  # of x32, which has the same architecture as x86-64

_MACHINES = {"x86_64": (0xC000003E, 317), "aarch64": (0xC00000B7, 277)}
_CLONE3 = 435
_CLONE = {"x86_64": 56, "aarch64": 220}
_OF_ITSELF = {"x86_64": (62, 200, 234), "aarch64": (129, 130, 131)}
"""kill, tkill, tgkill: a process may end itself and nobody else."""
_SAME = (424, 425, 426, 427, 434, 438, 440)
"""pidfd_send_signal, io_uring_*, pidfd_open, pidfd_getfd, process_madvise: alike on both."""
_REFUSED = {
    "x86_64": (
        *(41, 42, 43, 44, 46, 47, 49, 50, 53, 288, 299, 307),  # sockets: socket … sendmmsg
        *(57, 58, 59, 322),  # fork, vfork, execve, execveat
        *(101, 310, 311, 129, 297),  # ptrace, process_vm_*, rt_*sigqueueinfo
        *(155, 161, 165, 166, 272, 303, 304, 308),  # mounts, namespaces, file handles
        *(169, 175, 176, 246, 248, 249, 250, 298, 313, 320, 321, 323),  # the kernel itself
    ),
    "aarch64": (
        *(198, 199, 200, 201, 202, 203, 206, 211, 212, 242, 243, 269),
        *(221, 281),
        *(117, 270, 271, 138, 240),
        *(39, 40, 41, 51, 97, 264, 265, 268),
        *(104, 105, 106, 142, 217, 218, 219, 241, 273, 280, 282, 294),
    ),
}


def confine(readable: Iterable[Path], writable: Iterable[Path]) -> tuple[str, ...]:
    """Keep this process from everything else for the rest of its life; from what, as listed above.

    To be called while it has one thread.
    """
    if sys.platform != "linux":
        return ()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return ()
    kept = ["files"] if _landlock(libc, readable, writable) else []
    if _filter_calls(libc):
        kept += ["network", "calls"]
    return tuple(kept)


def _landlock(libc: ctypes.CDLL, readable: Iterable[Path], writable: Iterable[Path]) -> bool:
    version = libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < _LANDLOCK_LEAST:
        return False
    handled = _ALL_FILES.get(version, _EVERY_FILE)
    tcp, scope = (3 if version >= 4 else 0), (3 if version >= 6 else 0)
    rules = struct.pack("QQQ", handled, tcp, scope)
    ruleset = libc.syscall(_LANDLOCK_CREATE, rules, ctypes.c_size_t(len(rules)), ctypes.c_uint32(0))
    if ruleset < 0:
        return False
    try:
        for rights, paths in ((_READ, readable), (_WRITE, writable)):
            for path in paths:
                _grant(libc, ruleset, path, rights & handled)
        return bool(libc.syscall(_LANDLOCK_RESTRICT, ctypes.c_int(ruleset), 0) == 0)
    finally:
        os.close(ruleset)


def _grant(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    """What is not there, or cannot be named, is not granted."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    rule = struct.pack("=Qi", rights if path.is_dir() else rights & _FILE, place)
    libc.syscall(_LANDLOCK_ADD, ctypes.c_int(ruleset), 1, rule, ctypes.c_uint32(0))
    os.close(place)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def _filter_calls(libc: ctypes.CDLL) -> bool:
    machine = platform.machine()
    if machine not in _MACHINES or sys.maxsize < 1 << 32:
        return False
    steps = b"".join(_steps(machine, os.getpid()))
    program = _Program(len(steps) // 8, steps)
    call = _MACHINES[machine][1]
    done = libc.syscall(
        call, ctypes.c_uint(1), ctypes.c_uint(_FILTER_OF_ALL_THREADS), ctypes.byref(program)
    )
    return bool(done == 0)


def _steps(machine: str, pid: int) -> list[bytes]:
    """The filter: which call of which machine, then what becomes of it."""
    steps = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_EQUAL, _MACHINES[machine][0], 1, 0),
        _step(_RETURN, _REFUSE),
        _step(_LOAD, _NUMBER),
        _step(_AT_LEAST, _FOREIGN_NUMBERS, 0, 1),
        _step(_RETURN, _REFUSE),
        # Libraries try clone3 first, whose flags a filter cannot see, and then clone.
        *_for([_CLONE3], [_step(_RETURN, _UNKNOWN)]),
        *_for([_CLONE[machine]], _only_if(_HAS_BITS, _THREAD)),
    ]
    for number in _OF_ITSELF[machine]:
        steps += _for([number], _only_if(_EQUAL, pid))
    steps += _for([*_REFUSED[machine], *_SAME], [_step(_RETURN, _REFUSE)])
    return [*steps, _step(_RETURN, _ALLOW)]


def _for(numbers: Sequence[int], then: list[bytes]) -> list[bytes]:
    found: list[bytes] = []
    for number in numbers:
        found += [_step(_EQUAL, number, 0, len(then)), *then]
    return found


def _only_if(test: int, value: int) -> list[bytes]:
    """Allowed if the first argument of the call passes a test."""
    return [
        _step(_LOAD, _FIRST),
        _step(test, value, 0, 1),
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _REFUSE),
    ]


def _step(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_so, if_not, value)
