"""A register that changes between two releases: what ended stays, and nothing of it may go."""

from __future__ import annotations

from datetime import date

import pytest

from expectations.gate import judge
from expectations.vocabulary import load_suite
from tests.expectations.altering import stepped
from tests.expectations.conftest import KEPT, LINEAGE, NOW, STAY
from tests.expectations.suites.environment.stations import SOUND

RAIN_NOW = {"station_id": "RG-001", "valid_from": date(2026, 1, 5)}
RAIN_BEFORE = {"station_id": "RG-001", "valid_from": date(2015, 1, 1)}
OPEN = {"valid_until": None, "is_in_force": True, "status": "provisional"}


@pytest.fixture
def judged(product_named, released, write_candidate):
    """The verdict on a register after another was released, and what two rules found."""

    def verdict_on(before, now):
        product = product_named("stations")
        last = released(product, before)
        files = write_candidate(product, now)
        report = judge(
            product, files, build="b1", now=NOW, suite=load_suite(product), lineage=LINEAGE,
            previous=last,
        )  # fmt: skip
        found = {result.rule: result.outcome for result in report.results}
        return report.verdict, found[KEPT], found[STAY]

    return verdict_on


def test_a_version_that_ends_and_one_that_begins_go_out(judged):
    before = stepped(SOUND, [(RAIN_NOW, None), (RAIN_BEFORE, OPEN)])

    assert judged(before, SOUND) == ("passed", "ok", "ok")


def test_a_version_that_ended_and_is_gone_holds_the_register_back(judged):
    verdict, kept, _ = judged(SOUND, stepped(SOUND, [(RAIN_BEFORE, None)]))

    assert (verdict, kept) == ("held", "failed")


def test_a_version_that_ended_and_reads_otherwise_now_is_told(judged):
    now = stepped(SOUND, [(RAIN_BEFORE, {"interval_minutes": 15})])

    assert judged(SOUND, now) == ("passed", "ok", "failed")
