"""HTTPS: who vouches for a server, and what is told when nobody does."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ingestion.clock import SystemClock
from ingestion.errors import PermanentError
from tests.ingestion.connectors.conftest import Source
from tests.support.planned_server import PlannedServer, Reply, planned_server

TABLE = b"level\n1.20\n"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for this machine, signed by itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tide gauges")])
    today = SystemClock().now()
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    own = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + own)
    return path


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
