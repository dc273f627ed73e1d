"""Settings are read from CDP_ variables, with defaults; a wrong one is named at once."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingestion.clock import BANGKOK, FixedClock, SystemClock, bangkok_day, yesterday
from ingestion.errors import SettingsError
from ingestion.settings import PROJECT, load_settings


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("CDP_"):
            monkeypatch.delenv(name)


def test_everything_has_a_place_under_home_by_default() -> None:
    settings = load_settings()

    assert settings.home == PROJECT / ".cdp"
    assert (settings.lake, settings.open) == (
        str(PROJECT / ".cdp/lake"),
        str(PROJECT / ".cdp/open"),
    )
    assert isinstance(settings.clock, SystemClock)


def test_a_variable_moves_what_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDP_HOME", "state")
    monkeypatch.setenv("CDP_OPEN_URL", "s3://open/city")

    settings = load_settings()

    assert settings.home == Path.cwd() / "state"
    assert settings.lake == str(Path.cwd() / "state/lake")
    assert settings.open == "s3://open/city"


@pytest.mark.parametrize("place", ["state/lake", "./state/lake", "state/lake/"])
def test_a_folder_is_absolute_from_here_on(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LAKE_URL", "OPEN_URL", "CATALOG", "CONTRACTS_OVERLAY", "KEY_STORE", "HOME"):
        monkeypatch.setenv(f"CDP_{name}", place)

    settings = load_settings()

    here = Path.cwd() / "state/lake"
    assert (settings.home, settings.contracts_overlay, settings.keys) == (here, here, here)
    assert {settings.lake, settings.open, settings.catalog} == {str(here)}


def test_the_folder_of_a_person_may_be_spelled_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDP_LAKE_URL", "~/lake")

    assert load_settings().lake == str(Path.home() / "lake")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CDP_CATALOG", "postgres:dbname=city host=db"),
        ("CDP_LAKE_URL", "s3://lake/city"),
        ("CDP_OPEN_URL", "gs://open"),
    ],
)
def test_an_address_is_no_folder(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)

    assert getattr(load_settings(), name.removeprefix("CDP_").lower()) == value


@pytest.mark.parametrize("sign", ["'", '"', "*", "?", "[", "]", "{", "\n"])
@pytest.mark.parametrize("name", ["HOME", "LAKE_URL", "OPEN_URL", "CATALOG", "SCRATCH"])
def test_a_place_that_an_engine_would_not_take_literally_is_refused(
    name: str, sign: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"CDP_{name}", f"/srv/governor{sign}s home")

    with pytest.raises(SettingsError, match=f"CDP_{name}"):
        load_settings()


@pytest.mark.parametrize(
    "value",
    [
        "postgresql://city:S3kret@db/lake",
        "postgres://city:S3kret@db/lake",
        "Postgres:dbname=city password=S3kret",
        "ducklake:postgres:password=S3kret dbname=city",
        "dbname=city password=S3kret",
        "password = 'S3kret' host=db",
    ],
)
def test_a_connection_that_would_be_taken_for_a_file_is_refused_and_not_shown(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDP_CATALOG", value)

    with pytest.raises(SettingsError, match="postgres:dbname=") as failure:
        load_settings()

    assert "S3kret" not in failure.value.message


@pytest.mark.parametrize(
    "value", ["postgres:postgresql://city:pw@db/lake?sslmode=require", "postgres:service=city"]
)
def test_what_libpq_reads_may_stand_behind_postgres(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDP_CATALOG", value)

    assert load_settings().catalog == value


def test_the_clock_may_stand_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDP_NOW", "2026-01-09T02:00:00+07:00")

    clock = load_settings().clock

    assert isinstance(clock, FixedClock)
    assert clock.now() == datetime(2026, 1, 8, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CDP_NOW", "yesterday", "setting CDP_NOW holds 'yesterday'"),
        ("CDP_NOW", "2026-01-09T02:00:00", "must carry an offset, such as 2026-01-09T02:00:00+07"),
        ("CDP_ALLOW_LOOPBACK", "perhaps", "setting CDP_ALLOW_LOOPBACK holds 'perhaps'"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_may_be(
    name: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as told:
        load_settings()

    assert words in told.value.message
    assert f"correct {name} or unset it" in told.value.message


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("LINE_URL", "http://api.line.example", "must begin with https://"),
        ("LINE_URL", "http://127.0.0.1.example/", "must begin with https://"),
        ("LINK", "ftp://flood.example", "must begin with https://"),
        ("SMTP_SECURITY", "ssl", "holds 'ssl'"),
        ("SMTP_PORT", "65536", "holds '65536'"),
        ("SMTP_FROM", "Warnings <warnings@city.example>", "no more, such as"),
        ("SMTP_FROM", "a@b.example\nBcc: c@d.example", "no more, such as"),
        ("SMTP_FROM", "เตือนภัย@city.example", "no more, such as"),
        ("UNKNOWN_MINUTES", "-1", "holds '-1'"),
        ("SENDER", "our city", "holds 'our city'"),
        ("AUTHORISED", "perhaps", "holds 'perhaps'"),
    ],
)
def test_a_wrong_setting_of_warnings_is_named(
    name: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"CDP_ALERT_{name}", value)

    with pytest.raises(SettingsError) as told:
        load_settings()

    assert f"setting CDP_ALERT_{name}" in told.value.message
    assert words in told.value.message


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"AUTHORISED": "true"}, "CDP_ALERT_AUTHORISED needs CDP_ALERT_SENDER"),
        ({"SMTP_SECURITY": "none", "SMTP_PASSWORD": "planted"}, "the password in the clear"),
    ],
)
def test_settings_of_warnings_that_do_not_go_together_are_refused(
    settings: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"CDP_ALERT_{name}", value)

    with pytest.raises(SettingsError, match=words) as told:
        load_settings()

    assert "planted" not in told.value.message


def test_a_server_of_our_own_machine_may_be_spoken_to_plainly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for address in (
        "http://127.0.0.1:8080",
        "http://localhost/x",
        "http://[::1]:1/",
        "https://a.b",
    ):
        monkeypatch.setenv("CDP_ALERT_LINE_URL", address)
        assert load_settings().alert_line_url == address


def test_a_secret_is_not_shown_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDP_S3_SECRET_ACCESS_KEY", "planted")

    settings = load_settings()

    assert "planted" not in repr(settings) + str(settings) + settings.model_dump_json()
    assert settings.s3_secret_access_key.get_secret_value() == "planted"


def test_a_day_in_thailand_begins_seven_hours_before_that_of_utc() -> None:
    evening = datetime(2026, 1, 8, 17, tzinfo=UTC)

    assert bangkok_day(evening).isoformat() == "2026-01-09"
    assert bangkok_day(evening - timedelta(seconds=1)).isoformat() == "2026-01-08"


def test_yesterday_is_the_last_day_that_is_complete_in_thailand() -> None:
    night = FixedClock(datetime(2026, 1, 9, 2, tzinfo=BANGKOK))

    assert yesterday(night).isoformat() == "2026-01-08"


def test_the_clock_of_the_machine_tells_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)
