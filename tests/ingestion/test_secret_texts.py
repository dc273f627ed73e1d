"""What a library says of a connection is passed on without its password, however it is spelled."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from ingestion.secret_texts import hide_secrets, passwords
from ingestion.settings import Settings

STRINGS = {
    "password=tide-4711": "tide-4711",
    "password = tide-4711": "tide-4711",
    "PASSWORD=tide-4711": "tide-4711",
    "password='tide 4711'": "tide 4711",
    r"password='ti\'de\\4711'": "ti'de\\4711",
    "sslpassword=tide-4711": "tide-4711",
}


@pytest.mark.parametrize(("words", "password"), STRINGS.items())
def test_the_password_of_a_connection_string_is_known_and_hidden(words: str, password: str) -> None:
    catalog = f"postgres:dbname=city {words} host=db.example user=cdp"
    settings = Settings(catalog=catalog)

    said = hide_secrets(
        settings, f'unable to connect at "{catalog}"; with {password!r}, {password}'
    )

    assert password in passwords(catalog)
    assert password not in said
    assert "4711" not in said
    assert "host=db.example user=cdp" in said


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://cdp:tide%2D4711@db.example:5432/city",
        "postgres://cdp:tide-4711@db.example/city?sslmode=require",
        "postgresql://db.example/city?user=cdp&password=tide-4711",
        "postgresql://cdp:tide-4711@a.example:1,b.example:2/city",
    ],
)
def test_the_password_of_an_address_is_known_and_hidden(address: str) -> None:
    settings = Settings(catalog=f"postgres:{address}")

    said = hide_secrets(
        settings, f"cannot connect to {address} as cdp with tide-4711 (tide%2D4711)"
    )

    assert "4711" not in said
    assert "db.example" in said or "a.example" in said


def test_a_password_of_two_letters_is_hidden_where_it_stands_as_one() -> None:
    settings = Settings(catalog="postgres:dbname=city password=ab host=db.example")

    said = hide_secrets(settings, "cannot connect: dbname=city password=ab host=db.example (able)")

    assert said == "cannot connect: dbname=city password=*** host=db.example (able)"


def test_the_secrets_of_s3_and_of_the_environment_are_hidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGPASSWORD", "tide-of-postgres")
    settings = Settings(s3_secret_access_key=SecretStr("tide/of+s3"))

    said = hide_secrets(settings, "with tide-of-postgres, tide/of+s3 and tide%2Fof%2Bs3")

    assert said == "with ***, *** and ***"


def test_the_secrets_of_warnings_are_hidden() -> None:
    settings = Settings(
        alert_line_token="token/of line",
        alert_smtp_password="p%ss-of-mail",
        alert_webhook_secret="secret of hooks",
    )

    said = hide_secrets(settings, "token%2Fof%20line, p%25ss-of-mail, secret+of+hooks; and flood")

    assert said == "***, ***, ***; and flood"


def test_a_text_without_secrets_stays_as_it_is() -> None:
    text = "object ledger/rain/00000001.json in s3://lake: the server answered 503 SlowDown"

    assert hide_secrets(Settings(), text) == text


def test_the_password_of_dagster_s_own_database_is_hidden_too() -> None:
    settings = Settings(dagster_storage="postgresql://city:p%40ss-of-runs@db/runs")

    for text in ("p@ss-of-runs", "p%40ss-of-runs", "fe_sendauth: p@ss-of-runs refused"):
        assert "ss-of-runs" not in hide_secrets(settings, text)
