"""The stores that the one suite runs against: a folder, and a bucket on a real server."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from ingestion.settings import Settings
from ingestion.storage import ObjectStore, open_store
from tests.support.s3_server import S3Server


@pytest.fixture(scope="session")
def bucket(s3_server: S3Server) -> str:
    """One bucket for all tests; each works under a prefix of its own."""
    return s3_server.fresh_bucket()


@pytest.fixture(params=["folder", "s3"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "store")
    return f"s3://{request.getfixturevalue('bucket')}/{uuid4().hex}"


@pytest.fixture
def store_settings(store_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if store_url.startswith("s3://"):
        server: S3Server = request.getfixturevalue("s3_server")
        return server.settings(home=tmp_path / "home", lake_url=store_url)
    return Settings(home=tmp_path / "home")


@pytest.fixture
def store(store_url: str, store_settings: Settings) -> ObjectStore:
    return open_store(store_url, store_settings)
