"""Version marks of a source are believed for some days, and then its bytes decide.

A source over HTTP whose ETag never changes, a file whose size and time of change are those of the
one that it replaced.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ingestion.clock import FixedClock
from ingestion.judging.sandbox import Sandbox
from tests.support.arrivals import START, Arrivals, hours, levels, with_words
from tests.support.planned_server import PlannedServer, Reply, planned_server

OLD, NEW = hours((1, 1)), hours((1, 2))
TIME = "Wed, 07 Jan 2026 01:00:00 GMT"


@pytest.fixture
def server() -> Iterator[PlannedServer]:
    with planned_server() as planned:
        yield planned


@pytest.fixture
def home(tmp_path: Path, sandbox: Sandbox) -> Arrivals:
    return Arrivals(tmp_path / "home", sandbox, levels(tmp_path / "drops"))


@pytest.fixture
def web(home: Arrivals, server: PlannedServer) -> Arrivals:
    words = {"connector": "http_file", "url": f"{server.url}/levels.csv", "reread_days": 3}
    city = replace(home, contract=with_words(home, fetch=words, delivery="snapshot"))
    city.settings = city.settings.model_copy(update={"allow_loopback": True})
    return city


@pytest.fixture
def on(web: Arrivals) -> Callable[..., list[tuple[object, ...]]]:
    """Take the source in on a day, and give the level that counts then."""

    def take(day: float) -> list[tuple[object, ...]]:
        web.clock = FixedClock(START + timedelta(days=day))
        web.take()
        return web.rows("level")

    return take


def marked(text: str, **said: str) -> Reply:
    headers = {name.replace("_", "-"): value for name, value in said.items()}
    return Reply(body=text.encode(), headers=headers)


def test_a_strong_etag_that_never_changes_is_believed_for_days_and_not_for_ever(on, server):
    server.replies(marked(OLD, ETag='"v1"'))
    assert on(day=0) == [(1.0,)]
    server.replies(marked(NEW, ETag='"v1"'))

    assert on(day=2.9) == [(1.0,)]
    assert on(day=3) == [(2.0,)]


def test_a_file_that_was_read_again_is_believed_for_as_long_again(on, server, web):
    server.replies(marked(OLD, ETag='"v1"'))
    on(day=0)
    on(day=3)
    server.replies(marked(NEW, ETag='"v1"'))

    assert on(day=5.9) == [(1.0,)]
    assert on(day=6) == [(2.0,)]
    assert len(web.ledger().receipts()) == 2


@pytest.mark.parametrize("times", [{}, {"Last_Modified": TIME}], ids=["alone", "with its time"])
@pytest.mark.parametrize("tag", ['W/"v1"', 'w/"v1"'])
def test_a_weak_etag_proves_nothing_where_the_length_is_not_told_too(on, server, tag, times):
    unmeasured = replace(marked(OLD, ETag=tag, **times), length="")
    server.replies(unmeasured)
    on(day=0)
    server.replies(replace(unmeasured, body=NEW.encode()))

    assert on(day=0.1) == [(2.0,)]


def test_a_weak_etag_without_a_time_proves_nothing(on, server):
    server.replies(marked(OLD, ETag='W/"v1"'))
    on(day=0)
    server.replies(marked(NEW, ETag='W/"v1"'))

    assert on(day=0.1) == [(2.0,)]


def test_a_weak_etag_beside_time_and_length_is_believed(on, server):
    server.replies(marked(OLD, ETag='W/"v1"', Last_Modified=TIME))
    on(day=0)
    server.replies(marked(NEW, ETag='W/"v1"', Last_Modified=TIME))

    assert on(day=1) == [(1.0,)]
    assert on(day=3) == [(2.0,)]


@pytest.mark.parametrize("tag", ['W/"v1"', '"v1"'])
def test_an_etag_that_stays_while_the_time_changes_is_not_believed(on, server, tag):
    server.replies(marked(OLD, ETag=tag, Last_Modified=TIME))
    on(day=0)
    server.replies(marked(NEW, ETag=tag, Last_Modified=TIME.replace("01:00", "02:00")))

    assert on(day=0.1) == [(2.0,)]


@pytest.mark.parametrize("tag", ['W/"v1"', '"v1"'])
def test_an_etag_that_stays_while_the_length_changes_is_not_believed(on, server, tag):
    server.replies(marked(OLD, ETag=tag, Last_Modified=TIME))
    on(day=0)
    server.replies(marked(hours((1, 2.25)), ETag=tag, Last_Modified=TIME))

    assert on(day=0.1) == [(2.25,)]


def test_a_reading_under_a_clock_that_was_ahead_proves_nothing(on, server, web):
    server.replies(marked(OLD, ETag='"v1"'))
    on(day=400)
    server.replies(marked(NEW, ETag='"v1"'))
    on(day=0)

    assert len(web.ledger().receipts()) == 2


def test_what_was_remembered_of_readings_may_be_lost_or_broken(on, server, web):
    server.replies(marked(OLD, ETag='"v1"'))
    on(day=0)
    on(day=3)
    web.store.put("marks/levels.json", b"{torn")
    server.replies(marked(NEW, ETag='"v1"'))

    assert on(day=4) == [(2.0,)], "it is read once more than need be"


def test_a_dropped_file_with_the_size_and_time_of_the_one_it_replaced_is_seen_in_days(home):
    path = Path(home.contract.fetch.url) / "levels.csv"
    home.clock = FixedClock(START)
    home.arrive("levels.csv", OLD)
    before = path.stat()
    path.write_text(NEW)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    seen = []
    for day in (1, 6, 7):
        home.clock = FixedClock(START + timedelta(days=day))
        home.take()
        seen.append(home.rows("level"))

    assert seen == [[(1.0,)], [(1.0,)], [(2.0,)]]


def test_a_file_that_is_read_again_and_is_the_same_is_no_delivery(home):
    home.clock = FixedClock(START)
    home.arrive("levels.csv", OLD)
    home.clock = FixedClock(START + timedelta(days=30))

    assert home.take().entries == ()
    assert home.take().known == 1


def test_a_file_that_is_read_again_takes_no_correction_back(home):
    for day, name, body in ((0, "a.csv", OLD), (4, "b.csv", NEW)):
        home.clock = FixedClock(START + timedelta(days=day))
        home.arrive(name, body)

    home.clock = FixedClock(START + timedelta(days=8))  # a.csv alone is due to be read again
    again = home.take()

    assert (again.entries, again.known) == ((), 2)
    assert home.rows("level") == [(2.0,)]
