"""The same promises on a real S3 server: the bytes of a folder, one winner, all checkable."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from ingestion.settings import Settings
from ingestion.storage import ObjectStore, keys, open_store
from publication.checksums import SUMS
from publication.commits import history
from publication.release import Held, Judged, Released, publish, release
from publication.rollback import releases, rollback
from publication.verify import verify
from tests.publication.city import (
    PIER_LANDINGS,
    RAIN,
    RAIN_DAILY,
    City,
    objects,
    whole_state,
)
from tests.support.s3_server import S3Server


@pytest.fixture
def bucket(s3_server: S3Server, s3_settings: Settings) -> ObjectStore:
    return open_store(f"s3://{s3_server.fresh_bucket()}/open", s3_settings)


def test_a_folder_and_a_bucket_hold_the_same_releases(city: City, bucket: ObjectStore) -> None:
    night = [
        city.judged(RAIN_DAILY),
        city.judged(PIER_LANDINGS),
        Judged(
            RAIN_DAILY.model_copy(update={"id": "rain_hourly"}),
            city.held(RAIN_DAILY).model_copy(update={"product": "rain_hourly"}),
        ),
    ]
    for store in (city.open, bucket):
        outcomes = publish(replace(city.publisher, open=store), night)
        assert [type(outcome) for outcome in outcomes] == [Released, Released, Held]

    in_folder, in_bucket = objects(city.open), objects(bucket)

    assert in_bucket.keys() == in_folder.keys()
    # A commit carries the random id of its publisher, and the catalogue the hash of the commit.
    different = {key for key, body in in_folder.items() if in_bucket[key] != body}
    assert different == {keys.commit(1), keys.CATALOG}
    assert sum(key.endswith(SUMS) for key in in_folder) == 2 * 2


def test_a_bucket_can_be_verified_and_rolled_back(city: City, bucket: ObjectStore) -> None:
    publisher = replace(city.publisher, open=bucket)
    release(publisher, RAIN_DAILY, city.passed(RAIN_DAILY))
    release(publisher, RAIN_DAILY, city.passed(RAIN_DAILY, RAIN[:2]))

    rollback(bucket, "rain_daily", "2026-01-08.0", publisher.clock)

    assert whole_state(bucket) == {"rain_daily": "2026-01-08.0"}
    assert [info.is_current for info in releases(bucket)] == [False, True]
    assert verify(bucket).ok
    key = "environment/rain_daily/2026-01-08.1/rain_daily.csv"
    bucket.put(key, bucket.get(key).replace(b"12.5", b"12.6"))
    assert [problem.key for problem in verify(bucket).problems] == [key]


def test_publishers_that_meet_in_a_bucket_make_exactly_one_release(
    city: City, bucket: ObjectStore
) -> None:
    publisher = replace(city.publisher, open=bucket)
    night = [city.judged(RAIN_DAILY)]

    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: publish(publisher, night), range(4)))

    assert sum(isinstance(outcome, Released) for run in runs for outcome in run) == 1
    assert len(history(bucket)) == 1
    found = verify(bucket)
    assert (found.problems, found.unfinished, found.releases) == ((), (), 1)
