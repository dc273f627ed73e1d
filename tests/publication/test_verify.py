"""Verification finds every changed, missing or extra object, and names it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.errors import PermanentError
from ingestion.storage import ObjectInfo, keys
from ingestion.storage.local import LocalStore
from publication.checksums import digest
from publication.release import Judged, publish, release
from publication.verify import verify
from tests.publication.city import (
    PIER_LANDINGS,
    RAIN,
    RAIN_DAILY,
    City,
    WrappedStore,
    objects,
)

FOLDER = "environment/rain_daily/2026-01-08.0/"


@pytest.fixture
def published(city: City) -> City:
    """Two versions of the rain, one of the piers, and one product held."""
    publish(city.publisher, [city.judged(RAIN_DAILY), city.judged(PIER_LANDINGS)])
    release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY, RAIN[:2]))
    publish(city.publisher, [Judged(PIER_LANDINGS, city.held(PIER_LANDINGS))])
    return city


def test_a_whole_store_is_found_whole(published: City) -> None:
    found = verify(published.open)

    assert found.ok
    assert (found.commit, found.releases, found.unfinished) == (3, 3, ())
    stored = objects(published.open)
    assert (found.files, found.bytes) == (len(stored), sum(map(len, stored.values())))


def test_an_empty_store_is_whole(city: City) -> None:
    assert verify(city.open).ok


def test_one_changed_byte_in_any_object_is_found_and_named(published: City) -> None:
    for key, body in objects(published.open).items():
        for place in {0, len(body) // 3, len(body) // 2, len(body) - 1}:
            changed = bytearray(body)
            changed[place] ^= 1
            published.open.put(key, bytes(changed))

            problems = verify(published.open).problems

            assert key in {problem.key for problem in problems}, f"byte {place} of {key}"
        published.open.put(key, body)
    assert verify(published.open).ok


def test_a_changed_file_is_told_with_what_was_expected_and_found(published: City) -> None:
    key = f"{FOLDER}rain_daily.csv"
    whole = published.open.get(key)
    changed = whole.replace(b"12.5", b"12.6")
    published.open.put(key, changed)

    (problem,) = verify(published.open).problems

    assert str(problem) == (
        f"{key}: expected SHA-256 {digest(whole)}, found SHA-256 {digest(changed)}"
    )


def test_any_missing_object_is_found_and_named(published: City) -> None:
    last = keys.commit(3)
    for key, body in objects(published.open).items():
        if key == last:
            continue  # without its newest commit a store is the whole store of a moment ago
        published.open.delete(key)

        problems = verify(published.open).problems

        assert key in {problem.key for problem in problems}, key
        published.open.put(key, body)


@pytest.mark.parametrize(
    "key",
    [
        f"{FOLDER}extra.csv",
        f"{FOLDER}more/extra.csv",
        "environment/rain_daily/secret.csv",
        "tourism/pier_landings_yearly/2026-01-07.0/secret.csv",
        "secret.csv",
        "commits/notes.txt",
    ],
)
def test_an_extra_object_is_found_and_named(published: City, key: str) -> None:
    published.open.put(key, b"x")

    (problem,) = verify(published.open).problems

    assert problem.key == key


def test_a_catalogue_of_another_commit_is_told_and_is_no_damage(published: City) -> None:
    old = published.open.get(keys.CATALOG)
    release(published.publisher, RAIN_DAILY, published.passed(RAIN_DAILY, RAIN[1:]))
    published.open.put(keys.CATALOG, old)

    found = verify(published.open)

    assert (found.problems, found.behind) == ((), (keys.CATALOG,))


def test_a_catalogue_that_claims_another_page_is_found(published: City) -> None:
    page = digest(published.open.get(keys.INDEX))
    body = published.open.get(keys.CATALOG)
    published.open.put(keys.CATALOG, body.replace(page.encode(), page[::-1].encode()))

    (problem,) = verify(published.open).problems

    assert problem.key == keys.CATALOG


def test_a_page_that_an_earlier_version_of_the_code_drew_is_whole(published: City) -> None:
    page, body = published.open.get(keys.INDEX), published.open.get(keys.CATALOG)
    earlier = page.replace(b"<main", b"<main class=wide")
    swapped = body.replace(digest(page).encode(), digest(earlier).encode())
    published.open.put(keys.INDEX, earlier)
    published.open.put(keys.CATALOG, swapped)

    assert verify(published.open).ok


def test_a_commit_that_was_exchanged_for_a_well_made_one_is_found(
    published: City, tmp_path: Path
) -> None:
    other = City(published.lake, LocalStore(tmp_path / "other"), published.engine)
    publish(other.publisher, [other.judged(RAIN_DAILY), other.judged(PIER_LANDINGS)])
    published.open.put(keys.commit(1), other.open.get(keys.commit(1)))

    (problem,) = verify(published.open).problems

    assert problem.key == keys.commit(1)


def test_one_product_can_be_checked_alone(published: City) -> None:
    published.open.put("tourism/pier_landings_yearly/2026-01-08.0/README.en.md", b"x")

    assert verify(published.open, "rain_daily").ok
    assert not verify(published.open, "pier_landings_yearly").ok


def test_an_unknown_product_is_an_error_that_lists_the_known_ones(published: City) -> None:
    with pytest.raises(PermanentError, match="one of pier_landings_yearly, rain_daily"):
        verify(published.open, "rain_dayly")


class BusyStore(WrappedStore):
    """Other publishers release something while its catalogue is being listed for strangers."""

    def __init__(self, city: City, times: int) -> None:
        super().__init__(city.open)
        self.city, self.left = city, times

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        if prefix == "" and self.left:
            self.left -= 1
            rows = (("RG09", "2026-01-06 00:00:00+07", float(self.left), None, True),)
            release(self.city.publisher, RAIN_DAILY, self.city.passed(RAIN_DAILY, rows))
        return super().list(prefix)


def test_a_release_during_the_check_is_no_damage(published: City) -> None:
    found = verify(BusyStore(published, times=2))

    assert (found.problems, found.commit) == ((), 5)
