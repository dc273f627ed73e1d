"""Records of builds: the newest is found by its number, however many there are."""

from __future__ import annotations

from datetime import date

import pytest

from ingestion.sealed import Damaged
from ingestion.storage import StoreUnavailable, keys
from orchestration.builds import Build, history, keep_build, last_build
from tests.support.counting import CountingStore
from tests.support.judging import NOW

MANY = 10_000
AT_MOST = 10


def build(number: int) -> Build:
    known = {"id": f"{number:08d}", "day": date(2026, 1, 9), "as_of": NOW}
    return Build.model_validate(known | {"code": "c", "ledgers": {}, "full": False})


@pytest.fixture
def many() -> CountingStore:
    """Ten thousand builds, of which the last was recorded as every build is."""
    store = CountingStore()
    body = build(1).model_dump_json().encode()
    store.objects = {keys.build_record(f"{n:08d}"): body for n in range(1, MANY)}
    keep_build(store, build(MANY))
    store.forget()
    return store


def test_the_last_of_ten_thousand_builds_is_known_by_ten_requests(many: CountingStore) -> None:
    assert last_build(many) is not None

    assert many.requests <= AT_MOST, many.asked
    assert "list" not in many.asked


def test_the_next_of_ten_thousand_is_recorded_by_ten_requests(many: CountingStore) -> None:
    keep_build(many, build(MANY + 1))

    assert many.requests <= AT_MOST, many.asked
    assert (last_build(many) or build(1)).id == f"{MANY + 1:08d}"


@pytest.mark.parametrize("word", [None, b"", b"{", b'{"number":3}', b'{"number":99999}'])
def test_the_last_build_is_the_same_whatever_was_written_down(
    many: CountingStore, word: bytes | None
) -> None:
    many.delete(keys.NEWEST_BUILD)
    if word is not None:
        many.put(keys.NEWEST_BUILD, word)

    assert (last_build(many) or build(1)).id == f"{MANY:08d}"


def test_a_build_is_recorded_although_its_number_cannot_be_written_down() -> None:
    class Forgetful(CountingStore):
        def put(self, key: str, body: object, **options: object) -> object:  # type: ignore[override]
            if key == keys.NEWEST_BUILD:
                raise StoreUnavailable("the disk is full")
            return super().put(key, body, **options)  # type: ignore[arg-type]

    store = Forgetful()
    for number in (1, 2, 3):
        keep_build(store, build(number))

    assert [each.id[-1] for each in history(store)] == ["1", "2", "3"]
    assert (last_build(store) or build(1)).id == "00000003"


def test_a_record_that_was_deleted_since_it_was_damaged_is_not_the_last_one() -> None:
    store = CountingStore()
    for number in (1, 2, 3):
        keep_build(store, build(number))
    store.delete(keys.build_record("00000003"))

    assert (last_build(store) or build(1)).id == "00000002"


def test_what_is_written_down_is_no_record() -> None:
    store = CountingStore()
    keep_build(store, build(1))
    keep_build(store, build(2))

    assert store.head(keys.NEWEST_BUILD)
    assert len(history(store)) == 2
    store.objects[keys.build_record("00000001")] = build(7).model_dump_json().encode()
    with pytest.raises(Damaged, match=r"02\.json .* does not follow"):
        history(store)


@pytest.mark.parametrize("name", [".DS_Store", "00000002.json.bak", "00000000.json", "a/1.json"])
def test_a_stray_file_beside_the_records_is_no_build(name: str) -> None:
    store = CountingStore()
    keep_build(store, build(1))
    store.put(f"{keys.BUILDS}{name}", b"x")
    keep_build(store, build(2))

    assert [each.id[-1] for each in history(store)] == ["1", "2"]
