"""What was made for the last few questions, kept while its pages are asked for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Made = TypeVar("Made")


@dataclass
class Recent(Generic[Made]):
    """The last `most` things that were made, each made once however many ask at the same time."""

    most: int
    _kept: OrderedDict[Hashable, Made] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What stands for a key; made now where it is not kept."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = make()
            self._kept.move_to_end(key)
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)
            return self._kept[key]
