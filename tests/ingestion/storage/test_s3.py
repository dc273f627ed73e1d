"""What only a bucket has: parts, pages, credentials, and the way there."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

from ingestion.errors import CdpError, PermanentError, SettingsError
from ingestion.settings import Settings
from ingestion.storage import KeyExists, StoreRefused, StoreUnavailable, open_store
from ingestion.storage import s3_sending as sending
from ingestion.storage.s3 import S3Store
from ingestion.storage.s3_body import CheckedBody
from ingestion.storage.s3_client import S3Limits
from tests.support.s3_server import S3Server

MIB = 1 << 20
AT_ONCE = S3Limits(first_pause=0, longest_pause=0)
IN_PARTS = S3Limits(first_pause=0, longest_pause=0, multipart_above=5 * MIB, part_bytes=5 * MIB)


def unfinished_uploads(server: S3Server, bucket: str, prefix: str) -> int:
    answer = server.client().list_multipart_uploads(Bucket=bucket, Prefix=prefix)
    return len(answer.get("Uploads", []))


@pytest.fixture
def prefix() -> str:
    return uuid4().hex


def test_a_large_object_is_sent_in_parts(
    s3_server: S3Server, s3_settings: Settings, bucket: str, prefix: str, tmp_path: Path
) -> None:
    store = S3Store(bucket, prefix, s3_settings, limits=IN_PARTS)
    source = tmp_path / "large"
    source.write_bytes(bytes(range(251)) * 50_000)

    told = store.put("large", source, if_absent=True, content_type="text/csv")

    stored = s3_server.client().head_object(Bucket=bucket, Key=f"{prefix}/large")
    assert stored["ETag"].endswith('-3"')
    assert stored["ContentType"] == "text/csv"
    assert store.head("large") == told
    assert store.get("large") == source.read_bytes()
    with pytest.raises(KeyExists):
        store.put("large", source, if_absent=True)
    assert unfinished_uploads(s3_server, bucket, prefix) == 0


def test_a_file_that_changes_on_the_way_is_not_stored(
    s3_server: S3Server,
    s3_settings: Settings,
    bucket: str,
    prefix: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = S3Store(bucket, prefix, s3_settings, limits=IN_PARTS)
    source = tmp_path / "large"
    source.write_bytes(b"a" * 6 * MIB)
    send_parts = sending._send_each_part

    def written_to_meanwhile(*args: object) -> object:
        source.write_bytes(b"b" * 6 * MIB)
        return send_parts(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "_send_each_part", written_to_meanwhile)

    with pytest.raises(PermanentError, match="changed on the way"):
        store.put("large", source)
    assert store.head("large") is None
    assert unfinished_uploads(s3_server, bucket, prefix) == 0


@pytest.mark.parametrize("page", [1, 2, 3, 1000])
def test_every_page_is_listed_in_the_order_of_whole_keys(
    s3_settings: Settings, bucket: str, prefix: str, page: int
) -> None:
    store = S3Store(bucket, prefix, s3_settings, limits=S3Limits(page=page))
    names = ["a/1", "a/2", "a-1", "a.1", "b", "b-b/1", "b-b/2"]
    for name in names:
        store.put(name, b"")

    assert [info.key for info in store.list()] == sorted(names)


def test_stores_of_one_bucket_do_not_see_each_other(
    s3_settings: Settings, bucket: str, prefix: str
) -> None:
    S3Store(bucket, f"{prefix}/lake", s3_settings).put("a", b"1")
    S3Store(bucket, f"{prefix}/lake2", s3_settings).put("a", b"2")

    store = S3Store(bucket, f"{prefix}/lake", s3_settings)
    assert [info.key for info in store.list()] == ["a"]
    assert store.get("a") == b"1"


def test_folders_left_by_a_console_are_not_objects(
    s3_server: S3Server, s3_settings: Settings, bucket: str, prefix: str
) -> None:
    s3_server.client().put_object(Bucket=bucket, Key=f"{prefix}/folder/")

    assert list(S3Store(bucket, prefix, s3_settings).list()) == []


def test_an_object_of_another_program_is_read_without_its_hash(
    s3_server: S3Server, s3_settings: Settings, bucket: str, prefix: str
) -> None:
    s3_server.client().put_object(Bucket=bucket, Key=f"{prefix}/foreign", Body=b"rows")

    store = S3Store(bucket, prefix, s3_settings)
    assert store.get("foreign") == b"rows"
    with pytest.raises(KeyExists):
        store.put("foreign", b"rows", if_absent=True)


def test_an_object_whose_bytes_are_not_its_hash_is_never_handed_out(
    s3_server: S3Server, s3_settings: Settings, bucket: str, prefix: str, tmp_path: Path
) -> None:
    metadata = {"sha256": "0" * 64}
    s3_server.client().put_object(Bucket=bucket, Key=f"{prefix}/a", Body=b"rot", Metadata=metadata)

    store = S3Store(bucket, prefix, s3_settings, limits=AT_ONCE)
    with pytest.raises(StoreUnavailable, match=r"have SHA-256 .*expected 0{64}"):
        store.get("a")
    with pytest.raises(StoreUnavailable):
        store.download("a", tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("use", ["put", "create", "get", "open", "head", "list", "delete"])
@pytest.mark.parametrize(
    ("wrong", "kind", "setting"),
    [
        ("bucket", StoreRefused, "CDP_LAKE_URL or CDP_OPEN_URL"),
        ("secret", StoreRefused, "CDP_S3_SECRET_ACCESS_KEY"),
        ("access key", StoreRefused, "CDP_S3_ACCESS_KEY_ID"),
        ("no credentials", StoreRefused, "CDP_S3_ACCESS_KEY_ID"),
        ("endpoint", StoreUnavailable, "CDP_S3_ENDPOINT_URL"),
        ("no address", SettingsError, "CDP_S3_ENDPOINT_URL"),
    ],
)
def test_a_wrong_setting_is_named(
    s3_server: S3Server,
    bucket: str,
    prefix: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    wrong: str,
    kind: type[CdpError],
    setting: str,
    use: str,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))  # no credentials file of whoever runs this
    changes: dict[str, dict[str, object]] = {
        "bucket": {},
        "secret": {"s3_secret_access_key": SecretStr("wrong")},
        "access key": {"s3_access_key_id": "nobody"},
        "no credentials": {"s3_access_key_id": "", "s3_secret_access_key": SecretStr("")},
        "endpoint": {"s3_endpoint_url": "http://127.0.0.1:1"},
        "no address": {"s3_endpoint_url": "127.0.0.1"},
    }
    name = f"missing-{prefix[:20]}" if wrong == "bucket" else bucket
    settings = s3_server.settings(**changes[wrong])
    store = S3Store(name, prefix, settings, limits=AT_ONCE)
    uses = {
        "put": lambda: store.put("a", b"x"),
        "create": lambda: store.put("a", b"x", if_absent=True),
        "get": lambda: store.get("a"),
        "open": lambda: store.open("a"),
        "head": lambda: store.head("a"),
        "list": lambda: store.list(),
        "delete": lambda: store.delete("a"),
    }

    with pytest.raises(kind, match=setting) as failed:
        uses[use]()
    secret = settings.s3_secret_access_key.get_secret_value()
    assert not secret or secret not in failed.value.message


def test_a_body_shorter_than_promised_is_an_error_in_every_way_of_reading() -> None:
    def body() -> CheckedBody:
        return CheckedBody(io.BytesIO(b"abc"), 5, "", url="s3://city-lake", key="a")

    with pytest.raises(StoreUnavailable, match="3 bytes came; expected 5 bytes"):
        body().readall()
    with pytest.raises(StoreUnavailable, match="3 bytes came; expected 5 bytes"):
        io.BufferedReader(body()).read(10)


def test_boto3_is_not_loaded_before_the_first_use() -> None:
    script = (
        "import sys; from ingestion.settings import Settings;"
        "from ingestion.storage import open_store;"
        "open_store('s3://city-lake', Settings());"
        "sys.exit('boto3' in sys.modules or 'botocore' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_default_patience_is_bounded(s3_settings: Settings) -> None:
    store = open_store("s3://city-lake", s3_settings)

    assert isinstance(store, S3Store)
    assert S3Limits().tries <= 6
    assert S3Limits().longest_pause <= 60
