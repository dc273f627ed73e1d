"""A cheap look at a block of JSON Lines: is it clean text, and where are its lines?

Does not belong here: cutting blocks (`text_blocks.py`); delimited text, which takes tabs and quotes
line ends (`delimited/fast.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingestion.formats.raw.text_blocks import is_text

BLOCK = 8 << 20
_NEWLINE, _RETURN, _BLANK = 10, 13, 0x20

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Lines:
    """A clean block: UTF-8 without controls and with one kind of line end.

    Attributes
    ----------
    starts, ends: where each line begins, and where its text ends.
    """

    block: bytes
    starts: Places
    ends: Places

    def __len__(self) -> int:
        return len(self.starts)

    def line(self, place: int) -> bytes:
        """The text of a line, without its end."""
        return self.block[self.starts[place] : self.ends[place]]

    def texts(self) -> pa.StringArray:
        """The lines with their ends."""
        ends = np.append(self.starts, len(self.block)).astype(np.int32)
        held = [None, pa.py_buffer(ends), pa.py_buffer(self.block)]
        return pa.Array.from_buffers(pa.string(), len(self), held)


def clean_lines(block: bytes, most_chars: int) -> Lines | None:
    """The lines of a block, or None where one is longer, or holds what a record must not."""
    if len(block) >= BLOCK and not block.endswith(b"\n"):  # its last line may go on
        return None
    seen = np.frombuffer(block, np.uint8)
    at = np.flatnonzero(seen < _BLANK)
    kinds = seen[at]
    feeds, returns = at[kinds == _NEWLINE], at[kinds == _RETURN]
    if len(feeds) + len(returns) != len(at):
        return None
    if len(returns) and not np.array_equal(returns + 1, feeds):
        return None
    starts = np.concatenate([[0], feeds + 1])
    ends = np.append(returns if len(returns) else feeds, len(block))
    if block.endswith(b"\n"):
        starts, ends = starts[:-1], ends[:-1]
    if (ends - starts).max(initial=0) > most_chars or not is_text(block):
        return None
    return Lines(block, starts, ends)
