"""A clock in doubt destroys nothing until somebody says that it is right."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ingestion.privacy.key_store import KeyStore
from ingestion.privacy.vault import Vault
from ingestion.settings import Settings
from ingestion.storage import keys
from orchestration.deployment import Deployment
from orchestration.steps import expire_vault
from tests.support.commands import Ran, cdp

NOW = datetime(2026, 1, 9, 2, tzinfo=UTC)
SOURCES = ("wifi_sessions", "plate_reads")


class Home:
    """A home with sealed deliveries of two sources and keys of two pseudonyms, at `NOW`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.deployment = Deployment(Settings(home=folder))
        self.keys = KeyStore.of(self.deployment.settings)
        (folder / "plain").write_text("x")
        for n, source in enumerate(SOURCES):
            vault = Vault.of(self.deployment.settings, self.deployment.lake)
            vault.keep(source, date(2026, 1, 8), f"{n}" * 64, folder / "plain")
            self.keys.obtain(f"pseudonym/purpose{n}/2026-01")
        assert self.at(NOW, "vault", "expire").returncode == 0

    def at(self, now: datetime, *words: str) -> Ran:
        return cdp(*words, home=self.folder, CDP_NOW=now.isoformat())

    @property
    def alive(self) -> list[str]:
        return list(self.keys.names())


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.mark.parametrize("days", [-365 * 20, -3, 15, 60, 365 * 5])
def test_under_a_clock_in_doubt_no_key_is_destroyed(home: Home, days: int) -> None:
    before = home.alive

    for _ in range(2):
        ran = home.at(NOW + timedelta(days=days), "vault", "expire")

        assert ran.returncode == 1
        assert "cdp clock confirm" in ran.stderr
        assert ("after" if days > 0 else "before") in ran.stderr
    assert home.alive == before


def test_other_commands_do_not_make_it_believable(home: Home) -> None:
    before, late = home.alive, NOW + timedelta(days=2000)
    ledger = json.dumps({"written_at": late.isoformat()}).encode()

    home.at(late, "ingest", "registered_hotels")
    home.at(late, "build", "--help")
    home.deployment.lake.put(keys.ledger("registered_hotels", 1), ledger)

    assert home.at(late, "vault", "expire").returncode == 1
    assert home.alive == before


def test_the_night_reports_the_doubt_and_goes_on(home: Home) -> None:
    late = Deployment(Settings(home=home.folder, now=NOW + timedelta(days=400)))

    assert "400 days after the newest record" in expire_vault(late).problem


def test_after_two_months_off_one_word_is_enough(home: Home) -> None:
    back = NOW + timedelta(days=60)
    assert home.at(back, "clock", "show").returncode == 1

    ran = home.at(back, "clock", "confirm", "--why", "off for two months", "--who", "the operator")
    expired = home.at(back, "vault", "expire", "--json")

    assert ran.returncode == 0, ran.stderr
    assert json.loads(expired.stdout)["objects"] == 2
    assert home.alive == ["master/vault"]
    assert home.at(back + timedelta(days=1), "vault", "expire").returncode == 0
    shown = home.at(back, "clock", "show").stdout
    assert "by the operator: off for two months" in shown


def test_a_word_without_a_reason_counts_for_nothing(home: Home) -> None:
    late = NOW + timedelta(days=60)

    assert home.at(late, "clock", "confirm").returncode == 2
    assert home.at(late, "clock", "confirm", "--why", " ").returncode == 1
    assert home.at(late, "vault", "expire").returncode == 1


def test_doctor_tells_of_a_clock_in_doubt(home: Home) -> None:
    def clock(now: datetime) -> dict[str, object]:
        checks = json.loads(home.at(now, "doctor", "--json").stdout)
        return next(check for check in checks if check["check"] == "clock")

    assert clock(NOW + timedelta(days=1))["ok"]
    late = clock(NOW + timedelta(days=365))
    assert not late["ok"]
    assert "365 days after the newest record" in str(late["found"])


def test_a_simulated_home_stands_still_and_doctor_knows_it(home: Home) -> None:
    (home.folder / "simulated-city").touch()
    checks = json.loads(home.at(NOW + timedelta(days=365), "doctor", "--json").stdout)
    (clock,) = [check for check in checks if check["check"] == "clock"]

    assert clock["ok"]
    assert "simulated" in clock["found"]
    assert home.at(NOW + timedelta(days=365), "vault", "expire").returncode == 1
