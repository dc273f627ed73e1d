"""Drop folders in a bucket of a real S3 server."""

from __future__ import annotations

from dataclasses import replace

import boto3
import pytest

from ingestion.errors import PermanentError, TransientError


@pytest.fixture
def bucket(s3_server):
    return s3_server.fresh_bucket()


@pytest.fixture
def put(s3_server, bucket):
    settings = s3_server.settings()
    client = boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint_url,
        region_name=settings.s3_region,
        aws_access_key_id=settings.s3_access_key_id,
        aws_secret_access_key=settings.s3_secret_access_key.get_secret_value(),
    )

    def send(key, body=b"level\n1.2\n"):
        client.put_object(Bucket=bucket, Key=key, Body=body)

    return send


@pytest.fixture
def dropped(source, bucket, s3_server):
    """A source whose files lie under `drops/` of the bucket of this deployment."""
    source.settings = s3_server.settings(home=source.folder, now=source.settings.now)
    words = {"connector": "drop_folder", "url": f"s3://{bucket}/drops", "pattern": "rain_{day}_*"}

    def fetch(known=lambda *_: False, **more):
        return list(source.fetch(known, **{**words, **more}))

    return fetch


def test_the_wanted_objects_under_the_prefix_are_taken(dropped, put, source):
    source.lookback = 1
    wanted = ["rain_20260107_1.csv", "rain_20260108_1.csv", "rain_20260108_2.csv"]
    for name in [*wanted, "rain_20260106_1.csv", "rain_20260108_3.csv.part", "wind_20260108_1.csv"]:
        put(f"drops/{name}")
    put("drops/old/rain_20260108_9.csv")
    put("drops-of-others/rain_20260108_9.csv")

    assert [fetched.name for fetched in dropped()] == wanted


def test_what_lies_deeper_than_the_prefix_is_not_taken(dropped, put):
    put("drops/old/rain_20260108_1.csv")
    put("drops/rain_20260108_2.csv")

    assert [fetched.name for fetched in dropped(pattern="*")] == ["rain_20260108_2.csv"]


def test_the_bytes_come_unchanged_with_etag_and_origin(source, dropped, put, bucket):
    body = bytes(range(256)) * 5000
    put("drops/rain_20260108_1.csv.gz", body)
    words = {"connector": "drop_folder", "url": f"s3://{bucket}/drops/", "pattern": "*.gz"}

    found = [(f, f.path.read_bytes()) for f in source.fetch(**words)]

    ((fetched, came),) = found
    assert came == body
    assert fetched.mark
    assert fetched.origin == f"s3://{bucket}/drops/rain_20260108_1.csv.gz"


def test_an_object_is_taken_again_only_when_its_etag_changed(dropped, put):
    put("drops/rain_20260108_1.csv")
    marks = {(f.name, f.mark) for f in dropped()}

    again = dropped(lambda *what: what in marks)
    put("drops/rain_20260108_1.csv", b"level\n1.3\n")
    revised = dropped(lambda *what: what in marks)

    assert again == []
    assert [fetched.name for fetched in revised] == ["rain_20260108_1.csv"]


def test_a_bucket_of_somebody_else_has_its_own_address_and_keys(
    source, dropped, put, s3_server, monkeypatch
):
    own = source.settings
    source.settings = own.model_copy(
        update={
            "s3_endpoint_url": "http://127.0.0.1:9",
            "s3_access_key_id": "ours",
            "allow_loopback": True,
        }
    )
    monkeypatch.setenv("CDP_GAUGES_S3", own.s3_endpoint_url)
    monkeypatch.setenv("CDP_GAUGES_ID", own.s3_access_key_id)
    monkeypatch.setenv("CDP_GAUGES_SECRET", own.s3_secret_access_key.get_secret_value())
    put("drops/rain_20260108_1.csv")

    access = {
        "endpoint_url": "${CDP_GAUGES_S3}",
        "access_key_id": "${CDP_GAUGES_ID}",
        "secret_access_key": "${CDP_GAUGES_SECRET}",
    }

    assert [f.name for f in dropped(s3=access)] == ["rain_20260108_1.csv"]


def test_a_bucket_that_is_not_there_is_named(dropped):
    with pytest.raises(PermanentError, match=r"tide_gauges.*s3://nowhere-at-all.*fetch\.url"):
        dropped(url="s3://nowhere-at-all/drops")


def test_a_server_that_is_down_is_a_transient_failure(dropped, source):
    source.settings = source.settings.model_copy(update={"s3_endpoint_url": "http://127.0.0.1:9"})

    with pytest.raises(TransientError, match="the next run tries again"):
        dropped()


def test_wrong_keys_are_told_without_being_shown(dropped, monkeypatch):
    monkeypatch.setenv("CDP_GAUGES_ID", "id-of-the-gauges")
    monkeypatch.setenv("CDP_GAUGES_SECRET", "secret-of-the-gauges")
    access = {
        "access_key_id": "${CDP_GAUGES_ID}",
        "secret_access_key": "${CDP_GAUGES_SECRET}",
    }

    with pytest.raises(PermanentError, match=r"the keys of fetch\.s3") as failure:
        dropped(s3=access)
    assert "of-the-gauges" not in failure.value.message


def test_an_object_over_the_limit_is_told_and_keeps_no_other_out(source, dropped, put, bucket):
    source.limits = replace(source.limits, file_bytes=5)
    put("drops/rain_20260108_1.csv")
    put("drops/rain_20260108_2.csv", b"1\n2\n")

    names, told = until_told(source, bucket)

    assert names == ["rain_20260108_2.csv"]
    assert "_1.csv has 10 bytes; it was not taken; expected at most 5 bytes" in told


@pytest.mark.parametrize("name", ["rain_20260108_ฝน.csv", "rain_20260108_\u202e.csv"])
def test_an_object_whose_name_we_cannot_keep_is_told_and_keeps_no_other_out(
    source, dropped, put, bucket, name
):
    put(f"drops/{name}")
    put("drops/rain_20260108_z.csv")

    names, told = until_told(source, bucket)

    assert names == ["rain_20260108_z.csv"]
    assert "it was not taken" in told


def until_told(source, bucket):
    names = []
    words = {"connector": "drop_folder", "url": f"s3://{bucket}/drops", "pattern": "rain_{day}_*"}
    with pytest.raises(PermanentError) as told:
        names.extend(fetched.name for fetched in source.fetch(**words))
    return names, told.value.message


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        ("http://169.254.169.254/", "its own keys"),
        ("http://127.0.0.1:22", "never to port 22"),
        ("http://127.0.0.1:9", "inside the network"),
        ("ftp://127.0.0.1:9", "outside of what the contract allows"),
    ],
)
def test_a_server_that_only_the_contract_names_is_where_a_source_may_be(
    dropped, source, monkeypatch, endpoint, said
):
    source.settings = source.settings.model_copy(update={"allow_loopback": False})
    monkeypatch.setenv("CDP_GAUGES_S3", endpoint)

    with pytest.raises(PermanentError, match=said):
        dropped(s3={"endpoint_url": "${CDP_GAUGES_S3}"})
