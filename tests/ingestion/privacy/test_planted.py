"""A thousand planted identifiers of every kind go through the door; none is found behind it."""

from __future__ import annotations

import logging
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingestion.clock import FixedClock
from ingestion.contracts import SourceContract
from ingestion.deliveries.ingest import Ingestion
from ingestion.deliveries.report import IngestReport
from ingestion.judging import child
from ingestion.judging.sandbox import Job, Sandbox
from ingestion.limits import Limits
from ingestion.privacy.personal import is_national_number
from ingestion.privacy.vault import Vault
from ingestion.settings import Settings
from ingestion.sources import checked
from ingestion.storage import open_store
from orchestration.cli import app
from tests.ingestion.privacy.personal_sources import WIFI_HEADER, lpr, wifi
from tests.ingestion.privacy.planted import (
    Planted,
    found_in,
    found_in_text,
    plate_file,
    wifi_file,
)
from tests.support.judging import NOW

COUNT = 1000
KINDS = {"mac", "plate", "phone", "email", "national"}


@dataclass
class City:
    """A home, the senders' folders outside it, and what was taken in."""

    home: Path
    drops: Path
    overlay: Path
    planted: Planted

    @property
    def settings(self) -> Settings:
        return Settings(home=self.home)

    def ingest(self, *contracts: SourceContract) -> dict[str, IngestReport]:
        store = open_store(self.settings.lake, self.settings)
        with Sandbox(Limits()) as sandbox:
            ingestion = Ingestion(self.settings, store, sandbox, FixedClock(NOW))
            return {c.id: ingestion.ingest(c, NOW.date()) for c in contracts}


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    planted = Planted.some(COUNT)
    city = City(tmp_path / "home", tmp_path / "drops", tmp_path / "overlay", planted)
    for folder in (city.drops, city.overlay, tmp_path / "tmp"):
        folder.mkdir()
    monkeypatch.setenv("CDP_DROPS", str(city.drops))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    sessions = wifi_file(planted)
    (city.drops / "wifi.csv").write_text(sessions, "utf-8")
    (city.drops / "headless.csv").write_text("\n".join(sessions.splitlines()[1:50]), "utf-8")
    (city.drops / "open.csv").write_text(f'{WIFI_HEADER}\n1,"{planted.phones[0]},\n', "utf-8")
    hopeless = [line for n, line in enumerate(sessions.splitlines()) if n % 20 in (0, 4, 6, 7, 8)]
    (city.drops / "hopeless.csv").write_text("\n".join(hopeless), "utf-8")
    (city.drops / "wide.csv").write_bytes(sessions.encode("utf-16-le"))
    (city.drops / "plates.jsonl").write_text(plate_file(planted), "utf-8")
    (city.drops / "list.jsonl").write_text(f'["{planted.plates[0]}"]', "utf-8")
    (city.drops / "page.jsonl").write_text(f"<html><title>{planted.phones[1]}</title>", "utf-8")
    return city


def fetched(pattern: str) -> dict[str, object]:
    return {"connector": "drop_folder", "url": "${CDP_DROPS}", "pattern": pattern}


def personal() -> tuple[SourceContract, SourceContract]:
    return wifi(fetch=fetched("*.csv")), lpr(fetch=fetched("*.jsonl"))


def leaky() -> tuple[SourceContract, SourceContract]:
    """The same sources as somebody would write them who thinks nothing of it."""
    open_ones = []
    for contract in personal():
        words = contract.model_dump(exclude_defaults=True)
        fields = [
            {k: v for k, v in field.items() if k not in ("sensitivity", "identifier")}
            for field in words["fields"]
        ]
        words |= {"classification": "open", "fields": fields, "tolerance": {"quarantined_pct": 99}}
        open_ones.append(checked(words))
    return open_ones[0], open_ones[1]


def test_nothing_planted_is_found_in_the_home_in_messages_or_in_logs(
    city: City,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    caplog.set_level(logging.DEBUG)

    reports = city.ingest(*personal())

    said = capfd.readouterr()
    assert found_in(city.home, city.planted) == {}
    assert found_in(tmp_path / "tmp", city.planted) == {}
    assert found_in_text(caplog.text + said.out + said.err, city.planted) == {}
    assert found_in_text(repr(reports), city.planted) == {}
    _really_went_through(reports)


def _really_went_through(reports: dict[str, IngestReport]) -> None:
    sessions, reads = reports["wifi_sessions"], reports["plate_reads"]
    assert (sessions.problem, reads.problem) == ("", "")
    assert sessions.accepted > 500
    assert reads.accepted > 500
    refused = Counter(e.outcome.code for r in reports.values() for e in r.refused)
    assert refused == {
        "header_mismatch": 1,
        "csv_unterminated_quote": 1,
        "too_many_bad_rows": 1,
        "encoding": 1,
        "format_mismatch": 1,
        "html_document": 1,
    }
    reasons = {c for r in reports.values() for e in r.entries for c in e.outcome.reasons}
    assert reasons >= {
        *("columns", "control_char", "csv_quote", "dup_conflict", "identifier_format"),
        *("json_duplicate_key", "json_invalid", "json_not_object", "json_type"),
        *("personal_text", "ts_format", "value_out_of_range", "value_pattern"),
    }


def test_the_commands_that_show_what_was_kept_out_show_nothing_planted(
    city: City, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for contract in personal():
        body = contract.model_dump_json(exclude_defaults=True)
        (city.overlay / f"{contract.id}.yaml").write_text(body, "utf-8")
    monkeypatch.setenv("CDP_HOME", str(city.home))
    monkeypatch.setenv("CDP_CONTRACTS_OVERLAY", str(city.overlay))
    monkeypatch.setenv("CDP_NOW", NOW.isoformat())
    reports = city.ingest(*personal())
    deliveries = [e.sha256[:16] for r in reports.values() for e in r.entries]
    files = [str(path) for path in sorted(city.drops.iterdir())]

    commands = [
        ["quarantine", "list"],
        ["quarantine", "list", "--json"],
        *(["quarantine", "show", each, "--limit", "2000"] for each in deliveries),
        ["try", "wifi_sessions", *files, "--out", str(tmp_path / "out")],
        ["try", "plate_reads", *files, "--json"],
        ["vault", "list"],
        ["vault", "expire", "--json"],
    ]
    said = [CliRunner().invoke(app, command) for command in commands]

    texts = "\n".join(f"{each.output}{each.exception!r}" for each in said)
    assert found_in_text(texts, city.planted) == {}
    assert "hidden (personal)" in texts
    assert found_in(tmp_path / "out", city.planted) == {}
    assert list((tmp_path / "out").rglob("accepted.parquet"))
    assert found_in(city.home, city.planted) == {}


def test_the_same_scan_finds_them_where_the_contract_hides_nothing(city: City) -> None:
    city.ingest(*leaky())

    hits = found_in(city.home, city.planted)

    by_room: dict[str, Counter[str]] = {}
    for name, kinds in hits.items():
        by_room.setdefault(name.split("/")[1], Counter()).update(kinds)
    assert set(by_room) == {"raw", "lake", "quarantine", "ledger"}
    assert set(by_room["raw"]) == KINDS
    assert min(by_room["raw"].values()) >= COUNT
    assert by_room["lake"]["mac"] > 500
    assert by_room["lake"]["plate"] > 500
    assert set(by_room["quarantine"]) >= {"plate"}


def test_the_scan_finds_an_unkeyed_hash(city: City, tmp_path: Path) -> None:
    import hashlib

    hashed = hashlib.sha256(city.planted.macs[0].encode()).hexdigest()

    assert found_in_text(f"device={hashed}", city.planted) == {"hash": 1}


def test_the_bytes_are_in_the_vault_until_its_key_is_destroyed(city: City, tmp_path: Path) -> None:
    city.ingest(*personal())
    store = open_store(city.settings.lake, city.settings)
    vault = Vault.of(city.settings, store)
    opened = tmp_path / "opened"
    opened.mkdir()
    for number, info in enumerate(store.list("vault/")):
        vault.bring_back(info.key, opened / f"{number}")

    hits = found_in(opened, city.planted)

    assert set().union(*hits.values()) == KINDS
    assert list(store.list("raw/"))
    assert all(info.key.endswith(".receipt.json") for info in store.list("raw/"))


def test_planted_numbers_are_as_real_as_can_be() -> None:
    planted = Planted.some(COUNT)

    assert all(is_national_number(number) for number in planted.nationals)
    assert {len(set(each)) for each in (planted.macs, planted.phones, planted.nationals)} == {COUNT}


def test_a_defect_of_the_parser_tells_nothing_of_the_value_it_fell_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fall(*_: object, **__: object) -> None:
        raise ValueError("could not convert 'A0:00:00:00:00:01'")

    monkeypatch.setattr(child, "parse", fall)
    job = Job(wifi(), tmp_path / "x", tmp_path, "d" * 64, NOW)

    failure = child._outcome(job, Limits(), None)

    assert failure == child.Failure("defect", "ValueError")


def test_a_secret_of_the_sender_is_neither_in_the_vault_nor_in_the_lake(
    city: City, tmp_path: Path
) -> None:
    for path in city.drops.glob("*.jsonl"):
        path.unlink()
    good = plate_file(city.planted).splitlines()[0]
    (city.drops / "dump.jsonl").write_text('{"secret":"s3cr3t",' + good[1:], "utf-8")
    (city.drops / "packed.jsonl").write_bytes(b"PK\x03\x04 s3cr3t")
    (city.drops / "zzz.jsonl").write_text('{"secret":"s3cr3t"}', "utf-8")

    report = city.ingest(lpr(fetch=fetched("*.jsonl"), strip=["secret"]))["plate_reads"]

    store = open_store(city.settings.lake, city.settings)
    bodies = [store.get(info.key) for info in store.list()]
    vault = Vault.of(city.settings, store)
    for info in store.list("vault/"):
        vault.bring_back(info.key, tmp_path / "opened")
        bodies.append((tmp_path / "opened").read_bytes())
    assert not any(b"s3cr3t" in body for body in bodies)
    assert any(b'"secrets_stripped": 1' in body for body in bodies)
    assert "packed.jsonl" in report.problem
    assert "s3cr3t" not in report.problem
    assert [entry.name for entry in report.entries] == ["dump.jsonl", "zzz.jsonl"]
    assert report.accepted == 1
