"""A publisher that died after its commit: told apart from damage, finished by the next start."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ingestion.storage import keys
from publication import catalogue
from publication.catalogue import expected, heal, refresh
from publication.checksums import SUMS
from publication.folder import DamagedRelease
from publication.release import Judged, publish, release
from publication.verify import verify
from tests.publication.city import (
    PIER_LANDINGS,
    RAIN,
    RAIN_DAILY,
    City,
    Crash,
    CrashingStore,
    WrappedStore,
    objects,
)

FOLDER = "environment/rain_daily/2026-01-08.0/"
LATEST = "environment/rain_daily/latest/"
POINTER = "environment/rain_daily/latest.json"


@pytest.fixture
def published(city: City) -> City:
    publish(city.publisher, [city.judged(RAIN_DAILY), city.judged(PIER_LANDINGS)])
    return city


def die(city: City, step: int, *work: Judged) -> bool:
    """Publish, and die before a write; whether there was one."""
    dying = replace(city.publisher, open=CrashingStore(city.open, step, after=False))
    try:
        publish(dying, work)
    except Crash:
        return True
    return False


def test_the_catalogue_is_written_last_and_the_page_after_the_pointers(published: City) -> None:
    wanted = expected(published.open, published.head)

    *pointers, page, listing = wanted.documents
    assert {key.rpartition("/")[2] for key in pointers} == {"latest.json"}
    assert (page, listing) == (keys.INDEX, keys.CATALOG)


def test_files_at_the_stable_address_are_written_before_what_points_to_them(city: City) -> None:
    order: list[str] = []

    class Watched(WrappedStore):
        def put(self, key, body, **options):  # type: ignore[no-untyped-def]
            order.append(key)
            return super().put(key, body, **options)

    release(replace(city.publisher, open=Watched(city.open)), RAIN_DAILY, city.passed(RAIN_DAILY))

    after_commit = order[order.index(keys.commit(1)) + 1 :]
    assert after_commit[-5:] == [
        *(f"{LATEST}manifest.json", f"{LATEST}{SUMS}", POINTER, keys.INDEX, keys.CATALOG)
    ]


def test_death_at_any_step_after_the_commit_is_unfinished_and_never_damage(
    published: City,
) -> None:
    """Every step: the copies of a correction, the pointer, the page, the catalogue."""
    lagging = set[int]()
    for step in range(1, 40):
        rows = (("RG07", "2026-01-06 00:00:00+07", float(step), None, True),)
        commits = published.head.number
        if not die(published, step, published.judged(RAIN_DAILY, rows)):
            break
        found = verify(published.open)
        assert found.problems == (), f"step {step}: {found.problems}"
        if published.head.number > commits:
            assert found.behind, f"step {step}"
            assert keys.CATALOG in found.behind
            lagging.add(step)

        heal(published.open)

        healed = verify(published.open)
        assert (healed.problems, healed.behind) == ((), ()), f"step {step}"
    assert len(lagging) >= 10 + 3


def test_a_first_publication_that_died_after_its_commit_is_unfinished(city: City) -> None:
    dying = CrashingStore(city.open, 13, after=False)
    with pytest.raises(Crash):
        publish(replace(city.publisher, open=dying), [city.judged(RAIN_DAILY)])
    assert city.head.number == 1

    found = verify(city.open)

    assert found.ok
    assert {keys.CATALOG, keys.INDEX, POINTER} <= set(found.behind)
    assert heal(city.open)
    assert verify(city.open).behind == ()


def test_a_finished_publication_is_left_alone_at_the_price_of_one_look(published: City) -> None:
    read: list[str] = []

    class Watched(WrappedStore):
        def open(self, key):  # type: ignore[no-untyped-def]
            read.append(key)
            return super().open(key)

    assert heal(Watched(published.open)) is False
    assert read == [keys.CATALOG, keys.commit(1)]


def test_a_catalogue_of_no_use_is_written_anew_at_the_next_start(published: City) -> None:
    whole = objects(published.open)
    for body in (b"", b"{", b'{"commit": 1}', b"\xff"):
        published.open.put(keys.CATALOG, body)

        assert heal(published.open)

        assert objects(published.open) == whole


def test_a_changed_byte_of_a_file_that_lags_is_damage(published: City) -> None:
    die(published, 14, published.judged(RAIN_DAILY, RAIN[:1]))
    assert verify(published.open).behind
    page = published.open.get(keys.INDEX)
    published.open.put(keys.INDEX, page.replace(b"<main", b"<mein"))

    (problem,) = verify(published.open).problems

    assert problem.key == keys.INDEX


def test_a_pointer_that_lags_while_the_catalogue_is_of_the_newest_commit_is_damage(
    published: City,
) -> None:
    old = published.open.get(POINTER)
    release(published.publisher, RAIN_DAILY, published.passed(RAIN_DAILY, RAIN[:1]))
    published.open.put(POINTER, old)

    (problem,) = verify(published.open).problems

    assert problem.key == POINTER


@pytest.mark.parametrize("body", [b"{}", b"\x00 torn", None], ids=["emptied", "torn", "gone"])
def test_a_damaged_manifest_is_the_only_file_that_is_called_damaged(
    published: City, body: bytes | None
) -> None:
    key = f"{FOLDER}manifest.json"
    published.open.delete(key)
    if body is not None:
        published.open.put(key, body)

    problems = verify(published.open).problems

    assert [problem.key for problem in problems] == [key]


def test_a_changed_file_beside_a_damaged_manifest_is_found_by_the_sums(published: City) -> None:
    published.open.put(f"{FOLDER}manifest.json", b"{}")
    published.open.put(f"{FOLDER}README.en.md", b"x")
    published.open.put(f"{FOLDER}extra.csv", b"x")

    keys_found = {problem.key for problem in verify(published.open).problems}

    assert keys_found == {f"{FOLDER}{n}" for n in ("manifest.json", "README.en.md", "extra.csv")}


def test_sums_that_name_another_manifest_are_not_believed(published: City) -> None:
    published.open.put(f"{FOLDER}manifest.json", b"{}")
    published.open.put(f"{FOLDER}{SUMS}", b"0" * 64 + b"  README.en.md\n")

    problems = verify(published.open).problems

    assert [problem.key for problem in problems] == [f"{FOLDER}manifest.json"]


def test_a_damaged_commit_makes_nothing_else_damaged(published: City) -> None:
    release(published.publisher, RAIN_DAILY, published.passed(RAIN_DAILY, RAIN[:1]))
    published.open.put(keys.commit(2), b'{"number": 2}')

    problems = verify(published.open).problems

    assert [problem.key for problem in problems] == [keys.commit(2)]


def test_a_torn_claim_that_no_commit_names_damages_no_file_beside_it(published: City) -> None:
    dying = replace(published.publisher, open=CrashingStore(published.open, 6, after=False))
    with pytest.raises(Crash):
        publish(dying, [published.judged(RAIN_DAILY, RAIN[:1])])
    torn = "environment/rain_daily/2026-01-08.1/manifest.json"
    published.open.put(torn, b"\x00")

    found = verify(published.open)

    assert [problem.key for problem in found.problems] == [torn]
    assert found.unfinished


@pytest.mark.parametrize("name", ["rain_daily.csv", "rain_daily.parquet", "manifest.json", SUMS])
def test_a_changed_file_at_the_stable_address_is_found_and_mended(
    published: City, name: str
) -> None:
    whole = objects(published.open)
    flipped = bytearray(whole[f"{LATEST}{name}"])
    flipped[len(flipped) // 2] ^= 1
    published.open.put(f"{LATEST}{name}", bytes(flipped))

    (problem,) = verify(published.open).problems
    assert problem.key == f"{LATEST}{name}"

    assert refresh(published.open, thorough=True)
    assert objects(published.open) == whole


def test_a_stranger_at_the_stable_address_is_found_and_taken_away(published: City) -> None:
    published.open.put(f"{LATEST}other.csv", b"x")

    (problem,) = verify(published.open).problems
    assert problem.key == f"{LATEST}other.csv"

    refresh(published.open)
    assert verify(published.open).ok


def test_a_damaged_file_of_the_version_is_not_copied_and_stops_no_other_product(
    published: City,
) -> None:
    published.open.put(f"{FOLDER}rain_daily.csv", b"x")
    published.open.delete(f"{LATEST}rain_daily.csv")
    published.open.delete("tourism/pier_landings_yearly/latest/README.en.md")

    with pytest.raises(DamagedRelease, match=r"2026-01-08.0/rain_daily.csv has SHA-256"):
        refresh(published.open)

    assert published.open.head("tourism/pier_landings_yearly/latest/README.en.md")
    assert published.open.head(f"{LATEST}rain_daily.csv") is None


def test_the_pointer_tells_whether_the_files_at_the_stable_address_are_of_one_version(
    published: City,
) -> None:
    pointer = json.loads(published.open.get(POINTER))

    copies = {
        key.removeprefix(LATEST): catalogue.digest(body)
        for key, body in objects(published.open).items()
        if key.startswith(LATEST)
    }

    assert pointer["files"].items() <= copies.items()
    assert pointer["manifest_sha256"] == copies["manifest.json"]
    assert published.open.get(f"{LATEST}rain_daily.csv") == published.open.get(
        f"{FOLDER}rain_daily.csv"
    )


def test_manifests_with_fewer_words_of_an_earlier_version_of_the_code_stay_whole(
    published: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an older code wrote has neither dates nor notices, and its hashes are of those bytes."""
    from publication import folder, model

    def encode_as_before(document: model.Manifest) -> bytes:
        told = json.loads(model.encode(document))
        for word in ("data_from", "data_until", "next_update_by", "simulated", "notice"):
            told.pop(word, None)
        return f"{json.dumps(told, ensure_ascii=False, indent=2)}\n".encode()

    with monkeypatch.context() as before:
        before.setattr(folder, "encode", encode_as_before)
        before.setattr("publication.decisions.encode", encode_as_before)
        release(published.publisher, RAIN_DAILY, published.passed(RAIN_DAILY, RAIN[:1]))
    assert b"data_from" not in published.open.get(f"{LATEST}manifest.json")

    assert verify(published.open).problems == ()
    assert refresh(published.open, thorough=True) is False
