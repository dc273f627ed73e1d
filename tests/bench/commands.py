"""What a command of the platform takes: seconds and bytes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

CDP = Path(sys.executable).with_name("cdp")


def taken(home: Path, *words: str) -> tuple[float, int]:
    """Seconds and bytes of one `cdp` command, whose own words are shown only when it fails."""
    with (home / "command.log").open("w+") as log:
        started = time.monotonic()
        process = subprocess.Popen(
            [CDP, *words], env={**os.environ, "CDP_HOME": str(home / "cdp")}, stdout=log, stderr=log
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            log.seek(0)
            sys.exit(log.read() + f"bench: cdp {' '.join(words)} failed")
    return seconds, usage.ru_maxrss * 1024
