"""A run of a personal source is ended in each phase; after the next start nothing plain is left."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingestion.contracts import SourceContract
from ingestion.sources import checked
from tests.checkout import ROOT
from tests.ingestion.privacy.personal_sources import lpr, wifi
from tests.ingestion.privacy.planted import Planted, found_in, plate_file, wifi_file
from tests.support.commands import cdp, environment
from tests.support.judging import NOW

PHASES = ("fetch", "land", "parse", "write", "replay")
SOURCES = {"wifi_sessions": wifi, "plate_reads": lpr}


class Home:
    """A home with one personal source, whose sender drops planted identifiers outside of it."""

    def __init__(self, root: Path, source: str) -> None:
        self.root, self.source, self.home = root, source, root / "inside" / "home"
        self.planted = Planted.some(200)
        drops, overlay = root / "drops", root / "inside" / "overlay"
        for folder in (drops, overlay, root / "inside" / "tmp"):
            folder.mkdir(parents=True)
        body = {"wifi_sessions": wifi_file, "plate_reads": plate_file}[source](self.planted)
        (drops / "a.csv").write_text(body, "utf-8")
        fetch = {"connector": "drop_folder", "url": str(drops), "pattern": "*"}
        self.write(SOURCES[source](fetch=fetch, tolerance={"quarantined_pct": 99}))
        self.settings = {
            "CDP_CONTRACTS_OVERLAY": str(overlay),
            "CDP_NOW": NOW.isoformat(),
            "TMPDIR": str(root / "inside" / "tmp"),
        }

    def write(self, contract: SourceContract) -> None:
        self.contract = contract
        body = contract.model_dump_json(exclude_unset=True)
        (self.root / "inside" / "overlay" / f"{contract.id}.yaml").write_text(body, "utf-8")

    def begun(self, phase: str) -> subprocess.Popen[str]:
        """A command that stays in a phase of its work for ever."""
        words = ["ingest", self.source]
        if phase == "replay":
            assert cdp(*words, home=self.home, **self.settings).returncode == 0
            changed = self.contract.model_dump(exclude_unset=True) | {"version": "1.0.1"}
            changed["tolerance"] = {"quarantined_pct": 98}
            self.write(checked(changed))
            words = ["quarantine", "replay", "--all"]
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.paused", phase, *words],
            env=environment(self.home, **self.settings),
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert process.stdout
        while (said := process.stdout.readline()) != "paused\n":
            assert said, "it ended before it came to this phase"
        return process


@pytest.mark.parametrize(
    ("number", "phase", "source"),
    [
        *((signal.SIGKILL, phase, "wifi_sessions") for phase in PHASES),
        (signal.SIGTERM, "parse", "wifi_sessions"),
        *(
            pytest.param(number, phase, source, marks=pytest.mark.whole)
            for number in (signal.SIGKILL, signal.SIGTERM)
            for phase in PHASES
            for source in SOURCES
        ),
    ],
)
def test_nothing_plain_outlives_a_run_that_was_ended(
    number: signal.Signals, phase: str, source: str, tmp_path: Path
) -> None:
    home = Home(tmp_path, source)
    with home.begun(phase) as process:
        there = found_in(home.home / "scratch", home.planted)
        process.send_signal(number)
        begun = time.monotonic()
        process.wait(timeout=30)
        took = time.monotonic() - begun

    if number is signal.SIGKILL:
        assert cdp("vault", "expire", home=home.home, **home.settings).returncode == 0
    else:
        assert process.returncode == 143
        assert took < 20
    assert there, "there was nothing to leave behind"
    assert found_in(tmp_path / "inside", home.planted) == {}
    mine = f"{process.pid}-"
    left = [path.name for path in (home.home / "scratch").iterdir()]
    assert [name for name in left if name.startswith(mine)] == []
