"""What is news: bytes that come again after others took their place, and nothing that lies there.

Belongs here: sequences of what a source shows, night by night, and which value counts after each.
Does not belong here: the order of deliveries that are all new (`test_order_of_deliveries.py`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ingestion.connectors import Fetched
from ingestion.deliveries.ledger import LedgerRecord
from ingestion.faults import RowsLost
from ingestion.judging.outcome import ParseOutcome
from ingestion.judging.sandbox import Job, Sandbox
from ingestion.storage import keys
from tests.support.arrivals import DAY, Arrivals, hours, levels, with_words

A, B, C = hours((1, 10), (2, 20)), hours((1, 99)), hours((1, 50))
OTHER_DAY = A.replace("01-07", "01-06")
BAD = "<html><title>Log in</title></html>"

Night = Mapping[str, str | None]
"""What the sender does before a night, in order of names: a file's new bytes, None to remove it."""


@pytest.fixture(params=["increment", "snapshot", "without days"])
def city(request: pytest.FixtureRequest, tmp_path: Path, sandbox: Sandbox) -> Arrivals:
    """A source whose deliveries add up, one whose deliveries are the whole, and one whose rows have
    no event day."""
    city = Arrivals(tmp_path / "home", sandbox, levels(tmp_path / "drops"))
    if request.param == "snapshot":
        return replace(city, contract=with_words(city, delivery="snapshot", day=None))
    if request.param == "without days":
        return replace(city, contract=with_words(city, day=None))
    return city


@pytest.fixture
def increment(tmp_path: Path, sandbox: Sandbox) -> Arrivals:
    return Arrivals(tmp_path / "home", sandbox, levels(tmp_path / "drops"))


class Sender:
    """Puts files into the drop folder; each is written a second after the one before."""

    def __init__(self, city: Arrivals) -> None:
        self.city, self.seconds = city, 1_700_000_000
        self.folder = Path(city.contract.fetch.url)  # type: ignore[union-attr]

    def does(self, night: Night) -> None:
        for name, body in night.items():
            if body is None:
                (self.folder / name).unlink()
            else:
                self.city.drop(name, body)
                self.written(name)

    def written(self, name: str) -> None:
        """The file's time of change is now."""
        self.seconds += 1
        os.utime(self.folder / name, (self.seconds, self.seconds))


def level(city: Arrivals) -> object:
    """The level of the first hour that counts."""
    return city.rows("observed_at::varchar, level")[0][1]


def ends(city: Arrivals, nights: Sequence[Night]) -> list[tuple[object, int]]:
    """After each night, the level that counts and how many deliveries were news."""
    sender, found = Sender(city), []
    for night in nights:
        sender.does(night)
        news = len(city.take().entries)
        found.append((level(city), news))
    return found


SEQUENCES: dict[str, tuple[list[Night], list[tuple[float, int]]]] = {
    "taken back under its own name": (
        [{"1.csv": A}, {"1.csv": B}, {"1.csv": A}, {}, {}],
        [(10, 1), (99, 1), (10, 1), (10, 0), (10, 0)],
    ),
    "corrected and taken back under new names": (
        [{"1.csv": A}, {"2.csv": B}, {"3.csv": A}, {}, {}],
        [(10, 1), (99, 1), (10, 1), (10, 0), (10, 0)],
    ),
    "taken back under a new name that comes before the others": (
        [{"2.csv": A}, {"3.csv": B}, {"1.csv": A}, {}],
        [(10, 1), (99, 1), (10, 1), (10, 0)],
    ),
    "corrected under a new name, taken back under the first": (
        [{"1.csv": A}, {"2.csv": B}, {"1.csv": A}, {}, {}],
        [(10, 1), (99, 1), (10, 1), (10, 0), (10, 0)],
    ),
    "both lie there": (
        [{"1.csv": A}, {"2.csv": B}, {}, {}],
        [(10, 1), (99, 1), (99, 0), (99, 0)],
    ),
    "both lie there from the first night": ([{"1.csv": A, "2.csv": B}, {}], [(99, 2), (99, 0)]),
    "both are sent anew every night": (
        [{"1.csv": A}, {"2.csv": B}, {"1.csv": A, "2.csv": B}, {"1.csv": A, "2.csv": B}],
        [(10, 1), (99, 1), (99, 0), (99, 0)],
    ),
    "both are sent anew, and the correction's name comes first": (
        [{"2.csv": A}, {"1.csv": B}, {"1.csv": B, "2.csv": A}, {"1.csv": B, "2.csv": A}, {}],
        [(10, 1), (99, 1), (99, 0), (99, 0), (99, 0)],
    ),
    "to and fro under one name": (
        [{"1.csv": A}, {"1.csv": B}, {"1.csv": A}, {"1.csv": B}, {"1.csv": A}, {}],
        [(10, 1), (99, 1), (10, 1), (99, 1), (10, 1), (10, 0)],
    ),
    "to and fro under new names": (
        [{"1.csv": A}, {"2.csv": B}, {"3.csv": A}, {"4.csv": B}, {}],
        [(10, 1), (99, 1), (10, 1), (99, 1), (99, 0)],
    ),
    "the first is removed": (
        [{"1.csv": A}, {"2.csv": B}, {"1.csv": None}, {}],
        [(10, 1), (99, 1), (99, 0), (99, 0)],
    ),
    "the correction is removed": (
        [{"1.csv": A}, {"2.csv": B}, {"2.csv": None}, {}],
        [(10, 1), (99, 1), (99, 0), (99, 0)],
    ),
    "the correction is removed and the first sent anew": (
        [{"1.csv": A}, {"2.csv": B}, {"2.csv": None, "1.csv": A}, {}],
        [(10, 1), (99, 1), (10, 1), (10, 0)],
    ),
    "a copy that lay there before the correction came": (
        [{"1.csv": A}, {"3.csv": A}, {"2.csv": B}, {}, {}],
        [(10, 1), (10, 0), (99, 1), (99, 0), (99, 0)],
    ),
    "written anew before the correction came": (
        [{"1.csv": A}, {"1.csv": A}, {"2.csv": B}, {}, {}],
        [(10, 1), (10, 0), (99, 1), (99, 0), (99, 0)],
    ),
    "a name that showed it, then other bytes, then it, before the correction came": (
        [{"1.csv": A}, {"1.csv": BAD}, {"1.csv": A}, {"2.csv": B}, {}, {}],
        [(10, 1), (10, 1), (10, 0), (99, 1), (99, 0), (99, 0)],
    ),
    "numbered on": (
        [{"new.csv": A}, {"new.csv": B, "old.csv": A}, {"new.csv": C, "old.csv": B}, {}],
        [(10, 1), (99, 1), (50, 1), (50, 0)],
    ),
    "numbered on, the older first": (
        [{"2.csv": A}, {"2.csv": B, "1.csv": A}, {"2.csv": C, "1.csv": B}, {}],
        [(10, 1), (99, 1), (50, 1), (50, 0)],
    ),
    "only the middle one of three is sent anew": (
        [{"1.csv": A}, {"2.csv": B}, {"3.csv": C}, {"2.csv": B}, {}],
        [(10, 1), (99, 1), (50, 1), (99, 1), (99, 0)],
    ),
    "two of three are sent anew": (
        [{"1.csv": A}, {"2.csv": B}, {"3.csv": C}, {"1.csv": A, "2.csv": B}, {}],
        [(10, 1), (99, 1), (50, 1), (99, 2), (99, 0)],
    ),
    "sent anew beside a delivery that is new": (
        [{"1.csv": A}, {"2.csv": B}, {"1.csv": A, "3.csv": C}, {}],
        [(10, 1), (99, 1), (50, 2), (50, 0)],
    ),
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_the_value_that_came_last_counts_and_nothing_that_lies_there_is_work(
    name: str, city: Arrivals
) -> None:
    nights, expected = SEQUENCES[name]

    assert ends(city, nights) == [(float(value), news) for value, news in expected]


def _etag(name: str, body: str, night: int) -> str:
    return f'"{hash(body):x}"'


def _no_mark(name: str, body: str, night: int) -> str:
    return ""


def _another_every_night(name: str, body: str, night: int) -> str:
    return f'"{name}-{night}"'


@pytest.mark.parametrize("mark", [_etag, _no_mark, _another_every_night])
@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ([{"7": A}, {"7": B}, {"7": A}, {"7": A}], [(10, 1), (99, 1), (10, 1), (10, 0)]),
        ([{"7": A}, {"7": B}, {"7": A}, {"7": B}], [(10, 1), (99, 1), (10, 1), (99, 1)]),
        ([{"7": A}, {"7": A, "8": B}, {"7": A, "8": B}], [(10, 1), (99, 1), (99, 0)]),
        (
            [{"7": A}, {"8": B}, {"9": A}, {"7": A, "8": B, "9": A}],
            [(10, 1), (99, 1), (10, 1), (10, 0)],
        ),
    ],
)
def test_sources_whose_marks_tell_no_time_are_judged_by_what_their_names_show(
    city: Arrivals,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    mark: Callable[[str, str, int], str],
    shown: list[dict[str, str]],
    expected: list[tuple[float, int]],
) -> None:
    """As over HTTP, one resource a day, or in a bucket."""
    found = []
    for night, resources in enumerate(shown):

        def asked(*arguments: object, night: int = night) -> Iterator[Fetched]:
            known = arguments[-1]
            for name, body in shown[night].items():
                told = mark(name, body, night)
                if not known(name, told):  # type: ignore[operator]
                    path = tmp_path / "answer"
                    path.write_text(body)
                    yield Fetched(name, path, f"https://source.example/{name}", told)

        monkeypatch.setattr("ingestion.deliveries.ingest.fetch", asked)
        report = city.take()
        assert len(report.entries) + report.known == len(resources)
        found.append((level(city), len(report.entries)))

    assert found == expected


def test_a_file_sent_anew_on_which_we_fail_is_a_problem_and_costs_no_other_file(
    increment: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = replace(increment, contract=with_words(increment, delivery="snapshot", day=None))
    sender = Sender(city)
    for night in ({"1.csv": A}, {"2.csv": B}):
        sender.does(night)
        city.take()
    first, parse = city.ledger().receipts()[0].sha256, Sandbox.parse

    def losing(sandbox: Sandbox, job: Job) -> ParseOutcome:
        if job.delivery == first:
            raise RowsLost("2 rows became 1")
        return parse(sandbox, job)

    monkeypatch.setattr(Sandbox, "parse", losing)
    sender.does({"1.csv": A, "3.csv": C})
    report = city.ingestion.ingest(city.contract, DAY)

    assert "file 1.csv: 2 rows became 1" in report.problem
    assert [entry.name for entry in report.entries] == ["3.csv"]
    assert level(city) == 50


def test_a_file_that_was_renamed_is_no_delivery(city: Arrivals) -> None:
    sender = Sender(city)
    sender.does({"2.csv": A})
    city.take()
    sender.does({"3.csv": B})
    city.take()
    (sender.folder / "2.csv").rename(sender.folder / "1.csv")

    assert [city.take().entries for _ in range(2)] == [(), ()]
    assert level(city) == 99


def test_known_bytes_are_no_news_where_later_ones_are_about_other_days(
    increment: Arrivals,
) -> None:
    found = ends(increment, [{"1.csv": A}, {"1.csv": OTHER_DAY}, {"1.csv": A}, {"2.csv": A}, {}])

    assert [news for _, news in found] == [1, 1, 0, 0, 0]
    assert len(increment.rows("level")) == 4


def test_known_bytes_are_no_news_where_what_came_since_was_refused(city: Arrivals) -> None:
    found = ends(city, [{"1.csv": A}, {"1.csv": BAD}, {"1.csv": A}])

    assert found == [(10.0, 1), (10.0, 1), (10.0, 0)]


def test_what_came_again_names_the_days_that_a_build_must_make_anew(increment: Arrivals) -> None:
    ends(increment, [{"1.csv": A}, {"2.csv": B}, {"3.csv": A}])

    first, _, again = increment.ledger().receipts()
    assert again.days == first.days != ()
    assert (again.name, again.lake, again.sha256) == ("3.csv", first.lake, first.sha256)
    assert again.received_at > first.received_at


def test_what_came_again_can_be_replayed_and_still_counts(increment: Arrivals) -> None:
    bad = hours((1, 500), (2, 20))
    ends(increment, [{"1.csv": bad}, {"2.csv": hours((2, 30))}, {"3.csv": bad}])
    fields = [field.model_dump(exclude_unset=True) for field in increment.contract.fields]
    fields[2]["maximum"] = 1000

    increment.correct(fields=fields)
    increment.replay()

    assert sorted(increment.rows("level")) == [(20.0,), (500.0,)]


def test_names_that_a_ledger_of_before_did_not_keep_are_no_news(increment: Arrivals) -> None:
    ends(increment, [{"1.csv": A}, {"3.csv": A}, {"2.csv": B}])
    for number, record in enumerate(increment.ledger().records(), start=1):
        body = record.model_dump_json(exclude_defaults=True, exclude={"seen", "before"})
        increment.store.put(keys.ledger("levels", number), body.encode())
    assert not increment.ledger().remembers()

    assert [increment.take().entries for _ in range(2)] == [(), ()]
    assert level(increment) == 99
    assert LedgerRecord.model_validate(increment.ledger().records()[-1]).seen
    assert ends(increment, [{"4.csv": A}]) == [(10.0, 1)]
