"""The commit log: numbered without gaps, one winner, no acknowledged commit lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ingestion.clock import FixedClock
from ingestion.contracts.words import Bilingual
from ingestion.errors import PermanentError
from ingestion.storage import KeyExists, StoreUnavailable, keys
from publication.catalogue import refresh
from publication.checksums import digest
from publication.commits import Change, PublishConflict, add, head, history
from publication.model import Commit, ProductState, Release, encode
from tests.publication.city import EVENING, LOST_ANSWER, City, FaultyStore, objects
from tests.support.counting import CountingStore

CLOCK = FixedClock(EVENING)


def state(patch: int) -> ProductState:
    release = Release(
        version=f"2026-01-08.{patch}", manifest_sha256="a" * 64, content_sha256="b" * 64
    )
    title = Bilingual(th="ฝน", en="Rain")
    return ProductState(domain="environment", title=title, release=release, state="fresh")


def sealed(commit: Commit) -> Commit:
    bare = commit.model_copy(update={"sha256": None})
    return bare.model_copy(update={"sha256": digest(encode(bare))})


def change(product: str, patch: int, was: ProductState | None = None) -> Change:
    return Change(product, "released", was, state(patch))


def test_an_empty_store_has_no_head_and_no_history(city: City) -> None:
    assert head(city.open) is None
    assert history(city.open) == ()


def test_commits_are_numbered_and_each_names_the_bytes_of_its_parent(city: City) -> None:
    add(city.open, CLOCK, (change("rain", 0),))
    add(city.open, CLOCK, (change("piers", 0), change("rain", 1, state(0))))

    first, second = history(city.open)

    assert (first.number, first.parent, first.parent_sha256) == (1, None, None)
    assert (second.number, second.parent) == (2, 1)
    assert second.parent_sha256 == digest(city.open.get(keys.commit(1)))
    assert second.products == {"piers": state(0), "rain": state(1)}
    assert [action.product for action in second.actions] == ["piers", "rain"]
    assert head(city.open) == second


def test_a_change_that_another_publisher_made_already_needs_no_commit(city: City) -> None:
    add(city.open, CLOCK, (change("rain", 0),))

    assert add(city.open, CLOCK, (change("rain", 0),)) is None
    assert len(history(city.open)) == 1


def test_another_change_of_the_same_product_must_be_decided_again(city: City) -> None:
    add(city.open, CLOCK, (change("rain", 0),))

    with pytest.raises(PublishConflict, match="rain was changed by another publisher"):
        add(city.open, CLOCK, (change("rain", 1),))

    assert len(history(city.open)) == 1


class OvertakingStore(FaultyStore):
    """Another publisher commits just before the first commit through this store."""

    def put(self, key: str, body: bytes, **options: object) -> object:  # type: ignore[override]
        if key.startswith(self.prefix):
            self.prefix = "none/"
            add(self.inner, CLOCK, (change("piers", 0),))
        return self.inner.put(key, body, **options)  # type: ignore[arg-type]


def test_a_commit_that_was_overtaken_is_rebased_on_the_winner(city: City) -> None:
    store = OvertakingStore(city.open, "commits/", LOST_ANSWER, effect=False)

    mine = add(store, CLOCK, (change("rain", 0),))

    assert mine is not None
    assert (mine.number, set(mine.products)) == (2, {"piers", "rain"})
    assert [set(commit.products) for commit in history(city.open)] == [{"piers"}, {"piers", "rain"}]


@pytest.mark.parametrize("answer", [LOST_ANSWER, KeyExists("it is there")])
def test_a_lost_answer_to_an_own_commit_is_a_success(city: City, answer: Exception) -> None:
    store = FaultyStore(city.open, "commits/", answer, effect=True)

    commit = add(store, CLOCK, (change("rain", 0),))

    assert commit is not None
    assert history(city.open) == (commit,)


def test_a_store_that_takes_nothing_leaves_the_log_as_it_was(city: City) -> None:
    store = FaultyStore(city.open, "commits/", LOST_ANSWER, effect=False)

    with pytest.raises(StoreUnavailable):
        add(store, CLOCK, (change("rain", 0),))

    assert objects(city.open) == {}


def test_eight_publishers_at_once_lose_no_commit(city: City) -> None:
    def publish(name: str) -> list[Commit | None]:
        steps = [change(name, 0)]
        steps += [change(name, patch, state(patch - 1)) for patch in range(1, 10)]
        return [add(city.open, CLOCK, (step,)) for step in steps]

    with ThreadPoolExecutor(8) as pool:
        acknowledged = [c for made in pool.map(publish, [f"p{n}" for n in range(8)]) for c in made]

    log = history(city.open)
    assert [commit.number for commit in log] == list(range(1, 81))
    assert sorted(c.number for c in acknowledged if c) == list(range(1, 81))
    assert all(later.parent_sha256 for later in log[1:])
    assert log[-1].products == {f"p{n}": state(9) for n in range(8)}


def test_a_damaged_commit_is_named(city: City) -> None:
    add(city.open, CLOCK, (change("rain", 0),))
    city.open.put(keys.commit(1), b'{"number": 1')

    with pytest.raises(PermanentError, match=r"commits/00000001.json is damaged"):
        head(city.open)


def test_a_stray_file_in_the_log_stops_nobody(city: City) -> None:
    add(city.open, CLOCK, (change("rain", 0),))
    for stray in ("notes.txt", "99999999.json.bak", "00000000.json", "old/00000009.json"):
        city.open.put(f"commits/{stray}", b"x")

    commit = add(city.open, CLOCK, (change("piers", 0),))

    assert commit is not None
    assert history(city.open)[1] == commit


def test_a_commit_that_was_rewritten_with_another_version_is_damaged(city: City) -> None:
    add(city.open, CLOCK, (change("rain", 0),))
    body = city.open.get(keys.commit(1))
    city.open.put(keys.commit(1), body.replace(b"2026-01-08.0", b"2026-01-08.9"))

    with pytest.raises(PermanentError, match="expected a commit as it was written"):
        history(city.open)


def test_a_fresh_state_without_a_release_cannot_be_said() -> None:
    with pytest.raises(ValueError, match="a fresh product has a release"):
        ProductState(
            domain="environment",
            title=Bilingual(th="ฝน", en="Rain"),
            release=None,
            state="fresh",
        )


def test_a_held_state_without_a_reason_cannot_be_said() -> None:
    with pytest.raises(ValueError, match="since when and why"):
        ProductState(
            domain="environment",
            title=Bilingual(th="ฝน", en="Rain"),
            release=None,
            state="held",
        )


MANY = 10_000


@pytest.fixture
def many(city: City) -> CountingStore:
    """A log of ten thousand commits, of which the last is as every release leaves it."""
    city.release_rain()
    store = CountingStore()
    store.objects = objects(city.open)
    first = head(city.open)
    assert first
    last = sealed(first.model_copy(update={"number": MANY - 1, "parent": MANY - 2}))
    store.objects |= {keys.commit(number): b"" for number in range(2, MANY - 1)}
    store.objects[keys.commit(MANY - 1)] = encode(last)
    refresh(store)
    store.forget()
    return store


def test_the_newest_of_ten_thousand_commits_is_known_by_ten_requests(many: CountingStore) -> None:
    for number in (MANY - 1, MANY):  # as the catalogue tells, and one further
        found = head(many)

        assert found
        assert found.number == number
        assert many.requests <= 10, many.asked
        assert "list" not in many.asked
        add(many, CLOCK, (change("piers", 0),))
        many.forget()


def test_a_commit_after_ten_thousand_is_made_by_ten_requests(many: CountingStore) -> None:
    commit = add(many, CLOCK, (change("piers", 0),))

    assert commit
    assert commit.number == MANY
    assert many.requests <= 10, many.asked


@pytest.mark.parametrize(
    "catalogue", [None, b"", b"{", b'{"commit":5}', b'{"commit":20000}', b'{"commit":-1}']
)
def test_the_newest_commit_is_the_same_whatever_the_catalogue_tells(
    many: CountingStore, catalogue: bytes | None
) -> None:
    many.delete(keys.CATALOG)
    if catalogue is not None:
        many.put(keys.CATALOG, catalogue)

    found = head(many)

    assert found
    assert found.number == MANY - 1
