"""`cdp city` as a person calls it: the settings that it prints lead to sources that answer."""

from __future__ import annotations

import shlex
import signal
import subprocess
import urllib.request
from pathlib import Path

import pytest

from ingestion.contracts.references import REFERENCE
from ingestion.sources import load_contracts
from tests.checkout import ROOT
from tests.support.commands import CDP, cdp, environment

NEVER_NEEDED = {"CDP_SFTP_HOST_KEY", "CDP_SFTP_PASSWORD", "CDP_SFTP_PRIVATE_KEY"}
"""Unless a source drops over SFTP, which `tests/city` looks at."""
SMALL = ("--days", "1", "--scale", "0.001")


@pytest.mark.whole
def test_a_served_city_prints_every_setting_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [str(CDP), "city", "serve", *SMALL],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stderr is not None
    assert process.stdout is not None
    try:
        told = process.stderr.readline()  # once it serves, or why it does not
    finally:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)

    assert (process.returncode, err) == (0, ""), told + err
    lines = [shlex.split(line) for line in out.splitlines()]
    assert {words[0] for words in lines} == {"export"}
    settings = dict(words[1].split("=", 1) for words in lines)
    named = {
        name
        for contract in load_contracts()
        for name in REFERENCE.findall(contract.fetch.model_dump_json())
    }
    assert named - NEVER_NEEDED <= set(settings)
    assert settings["CDP_NOW"] == "2026-09-07T19:00:00+00:00"
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(settings["CDP_CKAN_URL"], timeout=2)


def test_a_written_city_is_files_in_the_folders_of_their_sources(tmp_path: Path) -> None:
    ran = cdp("city", "write", str(tmp_path / "drop"), *SMALL, home=tmp_path)

    files = [path for path in (tmp_path / "drop").rglob("*") if path.is_file()]
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith(f"{len(files)} files, ")
    assert (tmp_path / "drop" / "sensors" / "stations.csv").exists()


def test_a_described_city_is_numbers_and_a_page(tmp_path: Path) -> None:
    ran = cdp("city", "describe", "--domain", "education", *SMALL, home=tmp_path)

    assert ran.returncode == 0, ran.stderr
    shown = [each.id for each in load_contracts() if each.domain == "education"]
    assert all(name in ran.stdout for name in shown)
    assert f"{len(shown)} sources in 1 domains" in ran.stdout
    assert "410,211 residents" in ran.stdout
    assert (tmp_path / "city" / "city.html").read_text("utf-8").startswith("<!doctype html>")


def test_a_city_that_cannot_be_is_refused_in_one_line(tmp_path: Path) -> None:
    ran = cdp("city", "write", str(tmp_path / "drop"), "--scale", "3", home=tmp_path)

    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert "at most 1" in ran.stderr
