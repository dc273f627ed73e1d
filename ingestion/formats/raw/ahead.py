"""Things made in a thread of their own, while others are used or done.

Worth it only for what releases the interpreter while it works, as `zlib` and the engine do.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from queue import Empty, Full, Queue
from typing import Generic, Self, TypeVar

T = TypeVar("T")
R = TypeVar("R")
_WAITING = 8
FEW = 2
"""Of things that take megabytes each."""
_PATIENCE = 0.1


class GivenUp(Exception):
    """Nobody wants the result of this work any more."""


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


class Handed(Generic[T, R]):
    """Things handed over to a thread of its own, which works on them while more are made.

    A context: whoever leaves it before the result is there has the work given up.

    Parameters
    ----------
    work: what is done with the things, which it gets as they come; it may end before they do.
    waiting: how many of them may wait for it.
    """

    def __init__(self, work: Callable[[Iterator[T]], R], waiting: int = _WAITING) -> None:
        self._queue: Queue[T | None] = Queue(waiting)
        self._given_up = threading.Event()
        pool = ThreadPoolExecutor(1)
        self._result: Future[R] = pool.submit(work, self._things())
        pool.shutdown(wait=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._given_up.set()
        self._put(None)
        wait([self._result])

    def give(self, thing: T) -> None:
        """Hand over one more; no work where it has ended by now. Raises its error."""
        if not self._put(thing):
            self._result.result()

    def result(self) -> R:
        """What came of it, when all are handed over. Raises its error."""
        self._put(None)
        return self._result.result()

    def _put(self, thing: T | None) -> bool:
        while not self._result.done():
            try:
                self._queue.put(thing, timeout=_PATIENCE)
            except Full:
                continue
            return True
        return False

    def _things(self) -> Iterator[T]:
        while (thing := self._queue.get()) is not None:
            if self._given_up.is_set():
                break
            yield thing
        if self._given_up.is_set():
            raise GivenUp


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
