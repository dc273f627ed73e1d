"""`make bench`: what the demo takes, beside what it may take.

Belongs here: measures that a person asks for. Does not belong here: tests, because a busy machine
is no defect.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

CDP = Path(sys.executable).with_name("cdp")
GIB = 1024**3


@dataclass(frozen=True)
class Measure:
    """One figure and its limit, both in the same unit."""

    what: str
    value: float
    limit: float
    unit: str

    @property
    def line(self) -> str:
        """The figure as a row of the table."""
        shown = f"{self.value:6.1f} {self.unit:<3}"
        return f"{self.what:<38} {shown} of {self.limit:4.0f} {self.unit:<3} {self.ratio:5.2f}"

    @property
    def ratio(self) -> float:
        """Above 1, the limit is broken."""
        return self.value / self.limit


def main() -> int:
    """Run the demo twice in a fresh home, print the measures, and fail where a limit is broken."""
    with tempfile.TemporaryDirectory() as home:
        first, memory = demo(Path(home))
        second, _ = demo(Path(home))
    measures = [
        Measure("demo, first run", first, 90, "s"),
        Measure("demo, first run, largest process", memory / GIB, 2, "GiB"),
        Measure("demo, again with nothing new", second, 25, "s"),
    ]
    print(*(measure.line for measure in measures), sep="\n")
    return int(any(measure.ratio > 1 for measure in measures))


def demo(home: Path) -> tuple[float, int]:
    """Seconds and bytes of one demo, whose own words are shown only when it fails."""
    with (home / "demo.log").open("w+") as log:
        started = time.monotonic()
        process = subprocess.Popen(
            [CDP, "demo"], env={**os.environ, "CDP_HOME": str(home / "cdp")}, stdout=log, stderr=log
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            log.seek(0)
            sys.exit(log.read() + "bench: the demo failed")
    return seconds, usage.ru_maxrss * 1024


if __name__ == "__main__":
    sys.exit(main())
