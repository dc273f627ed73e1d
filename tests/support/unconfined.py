"""The parser's process on a system that cannot keep a process from anything. Run as a module."""

from __future__ import annotations

import os
import sys

from ingestion.judging import child

if __name__ == "__main__":
    child.confine = lambda *_: ()
    with (
        os.fdopen(int(sys.argv[1]), "rb") as asked,
        os.fdopen(os.dup(int(sys.argv[1])), "wb") as said,
    ):
        child.serve(asked, said, int(sys.argv[2]))
    os._exit(0)
