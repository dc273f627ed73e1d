"""HTTPS: who vouches for a server, and what is told when nobody does."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.errors import PermanentError
from tests.ingestion.connectors.conftest import Source
from tests.support.certificates import own_certificate
from tests.support.planned_server import PlannedServer, Reply, planned_server

TABLE = b"level\n1.20\n"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for this machine, signed by itself, with its key in the same file."""
    return own_certificate(tmp_path)


@pytest.fixture
def encrypted(certificate: Path) -> Iterator[PlannedServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with planned_server(context) as server:
        server.replies(Reply(body=TABLE))
        yield server


def test_a_certificate_that_nobody_vouches_for_is_refused_before_a_key_is_sent(
    source: Source, encrypted: PlannedServer
) -> None:
    with pytest.raises(PermanentError, match=r"shows a certificate that is not valid.*SSL_CERT_FI"):
        source.one(connector="http_file", url=f"{encrypted.url}/table.csv")
    assert encrypted.asked == []


def test_an_authority_that_the_deployment_names_is_trusted(
    source: Source, encrypted: PlannedServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    fetched = source.one(connector="http_file", url=f"{encrypted.url}/table.csv")

    assert fetched.path.read_bytes() == TABLE
