"""The `cdp` command as a person or a scheduler calls it: words, exit codes, JSON.

One test of each way to end runs the installed command; the others call it in this process.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingestion.judging.sandbox import Sandbox
from tests.checkout import ROOT
from tests.support.commands import cdp, installed_cdp

SAMPLE = ROOT / "tests" / "samples" / "registered_hotels.jsonl"


def test_try_tells_what_became_of_every_row(tmp_path: Path) -> None:
    ran = cdp(
        "try", "registered_hotels", str(SAMPLE), "--out", str(tmp_path / "out"), home=tmp_path
    )

    assert ran.returncode == 0, ran.stderr
    assert "3 rows: 2 accepted, 1 quarantined, 0 repeated" in ran.stdout
    assert "column year: year_not_buddhist: found '2026'" in ran.stdout
    kept = tmp_path / "out" / SAMPLE.name
    assert sorted(path.name for path in kept.iterdir()) == ["accepted.parquet", "quarantine.jsonl"]


def test_try_prints_one_json_line_for_programs(tmp_path: Path) -> None:
    ran = installed_cdp("try", "registered_hotels", str(SAMPLE), "--json", home=tmp_path)

    facts = json.loads(ran.stdout)

    assert (facts["rows"], facts["accepted"], facts["quarantined"]) == (3, 2, 1)


def test_a_refused_file_ends_in_exit_1(tmp_path: Path) -> None:
    page = tmp_path / "page.jsonl"
    page.write_text("<!doctype html><title>Log in</title>")

    ran = installed_cdp("try", "registered_hotels", str(page), home=tmp_path)

    assert ran.returncode == 1
    assert "html_document" in ran.stdout
    assert "'Log in'" in ran.stdout


def test_a_mistake_ends_the_installed_command_in_exit_1_and_one_line(tmp_path: Path) -> None:
    ran = installed_cdp("ingest", "registred_hotels", home=tmp_path)

    assert (ran.returncode, ran.stdout) == (1, "")
    assert "did you mean 'registered_hotels'?" in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1, ran.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["ingest", "registred_hotels"], "did you mean 'registered_hotels'?"),
        (["try", "registered_hotels", "nowhere.csv"], "nowhere.csv is not a file"),
        (["nightly", "--day", "08/01/2569"], "expected YYYY-MM-DD"),
        (["gate"], "nothing was built yet; run cdp build"),
        (["release", "show", "rain_dayly"], "did you mean 'rain_daily'?"),
        (["quarantine", "show", "abc"], "cdp quarantine list shows them"),
        (["portal"], "run make demo first"),
    ],
)
def test_a_mistake_is_answered_in_one_line(tmp_path: Path, words: list[str], message: str) -> None:
    ran = cdp(*words, home=tmp_path)

    assert ran.returncode == 1
    assert message in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1, ran.stderr


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("CDP_NOW", "yesterday", "setting CDP_NOW holds 'yesterday'"),
        ("CDP_NOW", "2026-01-08T02:00:00", "must carry an offset"),
        ("CDP_ALLOW_LOOPBACK", "perhaps", "setting CDP_ALLOW_LOOPBACK holds 'perhaps'"),
        ("CDP_LAKE_URL", "ftp://somewhere/lake", "ftp://somewhere/lake"),
        ("CDP_CONTRACTS_OVERLAY", "/nowhere", "/nowhere"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str, message: str) -> None:
    ran = cdp("ingest", "registered_hotels", home=tmp_path, **{name: value})

    assert ran.returncode == 1
    assert message in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    ran = cdp("demo", home=tmp_path / "file")

    assert ran.returncode == 1
    assert str(tmp_path / "file") in ran.stderr
    assert "Traceback" not in ran.stderr


def test_doctor_says_what_is_in_order_and_what_is_not(tmp_path: Path) -> None:
    ran = cdp("doctor", home=tmp_path)

    assert ran.returncode == 1
    (missing,) = [line for line in ran.stdout.splitlines() if "settings of sources" in line]
    assert missing.startswith("WRONG")
    assert {"CDP_CKAN_URL,", "CDP_SENSOR_DROP_URL,", "CDP_WIFI_DROP_URL"} <= set(missing.split())
    assert "ok      engine: DuckDB" in ran.stdout


def test_doctor_warns_where_the_system_keeps_a_parser_from_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sandbox, "kept_from", ())

    checks = json.loads(cdp("doctor", "--json", home=tmp_path).stdout)
    said = cdp("doctor", home=tmp_path).stdout

    (sandbox,) = [check for check in checks if check["check"] == "sandbox"]
    assert sandbox["ok"]
    assert "WARNING: the system does not keep a parser from files, network, calls" in str(sandbox)
    assert "warning sandbox: the system does not keep" in said
