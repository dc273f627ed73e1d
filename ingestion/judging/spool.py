"""Batches put aside until the whole file is known: in memory while they are few, then in a file.

A repeated key may show as late as in the last row that a good one is none, so all good rows wait.
With those in a file, twenty million rows take 1.28 GiB (`docs/performance.md`).

Does not belong here: what the batches hold. Nothing of a spool outlives the file it is for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc as ipc

IN_MEMORY = 64 << 20
"""Bytes; a small file never touches the disk again."""


class Spool:
    """Batches of one schema, given back in the order in which they came.

    `path` is a file that does not exist, in a folder that somebody clears up.
    """

    def __init__(self, path: Path) -> None:
        self.rows = 0
        self._path = path
        self._waiting: list[pa.RecordBatch] = []
        self._bytes = 0
        self._file: pa.NativeFile | None = None
        self._writer: ipc.RecordBatchStreamWriter | None = None

    def add(self, batch: pa.RecordBatch) -> None:
        """Put a batch behind the others; one without rows is not kept."""
        if not batch.num_rows:
            return
        self.rows += batch.num_rows
        self._bytes += batch.nbytes
        self._waiting.append(batch)
        if self._writer or self._bytes > IN_MEMORY:
            self._to_file(batch.schema)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """All batches, as often as they are asked for. None is added any more."""
        if self._writer is None:
            yield from self._waiting
            return
        assert self._file is not None
        if not self._file.closed:
            self._writer.close()
            self._file.close()
        # Read, not mapped: what is mapped counts as memory of ours, and stays.
        with pa.OSFile(str(self._path), "rb") as file:
            yield from ipc.open_stream(file)

    def _to_file(self, schema: pa.Schema) -> None:
        if self._writer is None:
            self._file = pa.OSFile(str(self._path), "wb")
            self._writer = ipc.new_stream(self._file, schema)
        for batch in self._waiting:
            self._writer.write_batch(batch)
        self._waiting.clear()
