"""CSV text as senders write it: the same bytes on every machine."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


def csv_bytes(
    rows: Iterable[Sequence[str]],
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
    line_end: str = "\n",
) -> bytes:
    """Rows of cells as a file; quotes only where RFC 4180 needs them."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return text.getvalue().encode(encoding)
