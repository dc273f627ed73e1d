"""A parser's process that a file has taken over: it runs what a file says that begins with `!`.

It is started as the parser is, in the place of its module, and is confined as the parser is. Other
files it parses. Does not belong here: hostile bytes, which stand in their tests.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from ingestion.judging import child
from ingestion.judging.sandbox import Sandbox

_parse, _line = child.parse, child.answer_line


class TakenOver(Sandbox):
    """A sandbox whose child runs what files say."""

    module = "tests.support.hostile"


def _obey(contract: Any, path: Path, work: Path, **rest: Any) -> Any:
    code = path.read_bytes()
    if not code.startswith(b"!"):
        return _parse(contract, path, work, **rest)
    found: dict[str, Any] = {"work": work, "path": path}
    exec(code[1:].decode(), found)
    return found["answer"]


def _as_it_is(answer: Any) -> bytes:
    return answer if isinstance(answer, bytes) else _line(answer)


if __name__ == "__main__":
    child.parse = _obey  # type: ignore[assignment]
    child.answer_line = _as_it_is
    with (
        os.fdopen(int(sys.argv[1]), "rb") as asked,
        os.fdopen(os.dup(int(sys.argv[1])), "wb") as said,
    ):
        child.serve(asked, said, int(sys.argv[2]))
    os._exit(0)
