"""Things made in a thread of their own, while others are used or done.

Worth it only for what releases the interpreter while it works, as `zlib` and the engine do.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, Full, Queue
from typing import TypeVar

T = TypeVar("T")
_WAITING = 8
FEW = 2
"""Of things that take megabytes each."""
_PATIENCE = 0.1


def ahead(things: Iterator[T], waiting: int = _WAITING) -> Generator[T]:
    """The same things, a few of them made before they are asked for; errors come in their place.

    A generator: whoever leaves it early closes it.
    """
    queue: Queue[T | BaseException | None] = Queue(waiting)
    given_up = threading.Event()
    maker = threading.Thread(target=_make, args=(things, queue, given_up), daemon=True)
    maker.start()
    try:
        while (item := queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        given_up.set()
        _drain(queue)
        maker.join()


def begun(work: Callable[[], T]) -> Future[T]:
    """What comes of a piece of work that is done in a thread of its own from now on."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(work)
    pool.shutdown(wait=False)
    return future


def _make(
    things: Iterator[T],
    queue: Queue[T | BaseException | None],
    given_up: threading.Event,
) -> None:
    last: BaseException | None = None
    try:
        for thing in things:
            if not _put(thing, queue, given_up):
                return
    except BaseException as error:
        last = error
    _put(last, queue, given_up)


def _put(
    item: T | BaseException | None,
    queue: Queue[T | BaseException | None],
    given_up: threading.Event,
) -> bool:
    while not given_up.is_set():
        try:
            queue.put(item, timeout=_PATIENCE)
        except Full:
            continue
        return True
    return False


def _drain(queue: Queue[T | BaseException | None]) -> None:
    while True:
        try:
            queue.get_nowait()
        except Empty:
            return
