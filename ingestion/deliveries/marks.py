"""How long a source's own version mark is believed.

A file whose name and mark (ETag, size and time of change) are those of a delivery is not fetched
again. But a mark is a promise of somebody else: servers send one ETag for ever, copying tools keep
the time of change. So each file is read in full again when that was not done for some days
(`fetch.reread_days`), and its bytes decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from ingestion.contracts import SourceContract
from ingestion.contracts.fetching import Marked
from ingestion.deliveries.ledger import Seen
from ingestion.storage import KeyMissing, ObjectStore, keys

_Times = dict[str, datetime]
_TIMES = TypeAdapter(_Times)


class Marks:
    """The marks of one source, and when the bytes under each were read in full for the last time.

    Parameters
    ----------
    shown: what the names of the source showed last. now: the instant of this run.
    """

    def __init__(
        self,
        store: ObjectStore,
        contract: SourceContract,
        shown: Iterable[Seen],
        now: datetime,
    ) -> None:
        self._store, self._source, self._now = store, contract.id, now
        words = contract.fetch
        self._believed = timedelta(days=words.reread_days if isinstance(words, Marked) else 0)
        came = {_name(e.name, e.mark): e.received_at for e in shown if e.mark}
        self._read = came | {mark: moment for mark, moment in self._kept().items() if mark in came}
        self._again = False

    def believed(self, name: str, mark: str) -> bool:
        """Are the bytes under this name and mark known, and were they read not long ago?

        A reading that lies ahead of our clock proves nothing.
        """
        read = self._read.get(_name(name, mark))
        return read is not None and timedelta(0) <= self._now - read < self._believed

    def read_again(self, name: str, mark: str) -> None:
        """The bytes were fetched and are those that had come under this name and mark."""
        if _name(name, mark) in self._read:
            self._read[_name(name, mark)] = self._now
            self._again = True

    def keep(self) -> None:
        """Remember what was read again: a cache, without which more is read than need be."""
        if self._again:
            self._store.put(keys.marks(self._source), _TIMES.dump_json(self._read))

    def _kept(self) -> _Times:
        try:
            return _TIMES.validate_json(self._store.get(keys.marks(self._source)))
        except (KeyMissing, ValidationError):
            return {}


def _name(name: str, mark: str) -> str:
    return f"{name}\n{mark}"
