"""`cdp city` as a person calls it: the settings that it prints lead to sources that answer."""

from __future__ import annotations

import shlex
import signal
import subprocess
import urllib.request
from pathlib import Path

import pytest

from ingestion.contracts.references import REFERENCE
from ingestion.deliveries.simulated import CityScale, city_scale, mark_simulated, record_scale
from ingestion.sources import load_contracts
from ingestion.storage.local import LocalStore
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


def test_a_city_of_another_scale_is_refused_in_a_home_that_knows_its_own(tmp_path: Path) -> None:
    lake = LocalStore(tmp_path / "lake")
    mark_simulated(lake)
    record_scale(lake, CityScale(scale=0.002))

    ran = cdp("city", "serve", "--days", "1", "--scale", "0.001", home=tmp_path)

    assert ran.returncode == 1
    assert "at the scale 0.002, not at the scale 0.001" in ran.stderr
    assert "serve the city with --scale 0.002, or name another home" in ran.stderr


def test_a_home_pointed_at_a_served_city_remembers_the_scale_that_was_printed(
    tmp_path: Path,
) -> None:
    printed = CityScale(scale=0.002).model_dump_json(exclude_defaults=True)
    told = {"CDP_SIMULATED": "true", "CDP_SIMULATED_SCALE": printed}

    assert cdp("release", "list", home=tmp_path, **told).returncode == 0
    other = cdp("release", "list", home=tmp_path, **told | {"CDP_SIMULATED_SCALE": "0.5"})

    assert city_scale(LocalStore(tmp_path / "lake")) == CityScale(scale=0.002)
    assert other.returncode == 1
    assert "at the scale 0.002, not at the scale 0.5" in other.stderr
