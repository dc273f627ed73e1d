"""The keys of the platform: what they look like, and that nothing else passes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.storage import InvalidKey, keys

DAY = date(2026, 1, 8)
SHA = "0123456789abcdef" * 4

SEGMENT = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=40)
GOOD_SEGMENT = SEGMENT.filter(
    lambda text: text not in {".", "..", keys.SCRATCH} and not set(text) & {"/", "\\"}
)
GOOD_KEY = st.lists(GOOD_SEGMENT, min_size=1, max_size=8).map("/".join)


@pytest.mark.parametrize(
    ("key", "written"),
    [
        (keys.raw("rain", DAY, SHA, "csv.gz"), f"raw/rain/2026-01-08/{SHA}.csv.gz"),
        (keys.receipt("rain", DAY, SHA), f"raw/rain/2026-01-08/{SHA}.receipt.json"),
        (keys.ledger("rain", 7), "ledger/rain/00000007.json"),
        (keys.lake("rain", DAY, "b-1"), "lake/rain/day=2026-01-08/b-1.parquet"),
        (keys.lake_empty("rain"), "lake/rain/day=1970-01-01/empty.parquet"),
        (keys.quarantine("rain", SHA), f"quarantine/rain/{SHA}.jsonl"),
        (keys.vault("plates", DAY, SHA), f"vault/plates/2026-01-08/{SHA}.enc"),
        (keys.candidate("b1", "rain_daily", "x.csv"), "candidate/b1/rain_daily/x.csv"),
        (keys.gate_report("b1", "rain_daily"), "candidate/b1/rain_daily/gate.json"),
        (keys.build_record("b1"), "builds/b1.json"),
        (keys.alerts("flood", 12), "alerts/flood/00000012.json"),
        (keys.newest_alerts("flood"), "alerts/flood/newest.json"),
        (
            keys.release_file("environment", "rain_daily", "2026-01-08.0", "manifest.json"),
            "environment/rain_daily/2026-01-08.0/manifest.json",
        ),
        (keys.commit(12), "commits/00000012.json"),
    ],
)
def test_each_kind_of_key_has_its_form(key: str, written: str) -> None:
    assert key == written
    assert keys.validate(key) == key


def test_the_lake_glob_covers_the_keys_of_the_lake() -> None:
    assert keys.lake_glob("rain") == "lake/rain/day=*/*.parquet"


def test_an_instant_counts_as_its_day() -> None:
    assert keys.lake_day(keys.lake("rain", datetime(2026, 1, 8, 23, tzinfo=UTC), "b")) == DAY


@pytest.mark.parametrize("key", ["lake/rain/x.parquet", "lake/rain/day=2026-13-01/b.parquet"])
def test_a_foreign_key_has_no_lake_day(key: str) -> None:
    with pytest.raises(InvalidKey, match="not a key of typed rows"):
        keys.lake_day(key)


@given(st.integers(1, 99_999_999))
def test_a_number_survives_its_key_and_keys_sort_by_number(number: int) -> None:
    assert keys.numbered(keys.commit(number)) == number
    assert keys.numbered(keys.ledger("rain", number)) == number
    if number > 1:
        assert keys.commit(number - 1) < keys.commit(number)


def test_a_foreign_key_has_no_number() -> None:
    with pytest.raises(InvalidKey, match="not a numbered key"):
        keys.numbered("commits/latest.json")


@pytest.mark.parametrize("key", ["a" * 255, "/".join(["a" * 93] * 10 + ["a" * 84])])
def test_a_segment_and_a_key_of_just_the_most_bytes_are_taken(key: str) -> None:
    assert len(key) in (255, 1024)
    assert keys.validate(key) == key


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        ("", "is empty"),
        ("/a", "is absolute"),
        ("a//b", "empty segment"),
        ("a/", "empty segment"),
        (".", "the segment ."),
        ("a/./b", "the segment ."),
        ("..", "the segment .."),
        ("a/../b", "the segment .."),
        ("a\\b", "backslash"),
        ("..\\a", "backslash"),
        ("a\x00b", r"control character U\+0000"),
        ("a\nb", r"control character U\+000A"),
        ("a\x7f", r"control character U\+007F"),
        ("a\x85b", r"character U\+0085"),
        ("ฝน", r"character U\+0E1D"),
        ("a\u202eb", r"character U\+202E"),
        ("a\ud800", r"character U\+D800"),
        ("／a", r"character U\+FF0F"),
        ("/".join(["a" * 100] * 11), "1110 bytes"),
        ("a" * 256, "segment of 256 bytes"),
        (".tmp/a", r"begins with \.tmp/"),
        (".tmp", r"begins with \.tmp/"),
    ],
)
def test_a_bad_key_is_refused_by_the_rule_it_breaks(key: str, rule: str) -> None:
    with pytest.raises(InvalidKey, match=rule) as refused:
        keys.validate(key)
    assert refused.value.message.isascii()
    assert refused.value.message.isprintable()
    assert len(refused.value.message) < 300


@given(GOOD_KEY)
def test_plain_text_between_slashes_is_a_key(key: str) -> None:
    assert keys.validate(key) == key
    assert keys.validate_prefix(key + "/") == key + "/"


@given(st.text(max_size=60))
def test_whatever_passes_stays_below_the_root(key: str) -> None:
    try:
        keys.validate(key)
    except InvalidKey:
        return
    segments = key.split("/")
    assert key.isascii()
    assert key.isprintable()
    assert not {"", ".", ".."} & set(segments)
    assert "\\" not in key


@given(st.lists(GOOD_SEGMENT, max_size=3), st.sampled_from(["", ".", ".."]), st.booleans())
def test_one_bad_segment_anywhere_spoils_the_key(good: list[str], bad: str, first: bool) -> None:
    segments = [bad, *good] if first else [*good, bad]
    with pytest.raises(InvalidKey):
        keys.validate("/".join(segments))


@pytest.mark.parametrize(
    "build",
    [
        lambda word: keys.raw(word, DAY, SHA, "csv"),
        lambda word: keys.raw("rain", DAY, word, "csv"),
        lambda word: keys.receipt(word, DAY, SHA),
        lambda word: keys.ledger(word, 1),
        lambda word: keys.lake(word, DAY, "b"),
        lambda word: keys.lake("rain", DAY, word),
        lambda word: keys.lake_glob(word),
        lambda word: keys.quarantine("rain", word),
        lambda word: keys.vault("plates", DAY, word),
        lambda word: keys.candidate(word, "p", "x"),
        lambda word: keys.candidate("b", word, "x"),
        lambda word: keys.candidate("b", "p", word),
        lambda word: keys.build_record(word),
        lambda word: keys.release_file(word, "p", "1", "x"),
        lambda word: keys.release_file("d", word, "1", "x"),
        lambda word: keys.release_file("d", "p", word, "x"),
        lambda word: keys.release_file("d", "p", "1", word),
    ],
)
@pytest.mark.parametrize(
    "word",
    ["", "..", ".", "../x", "/x", "x/", "x//y", "a b", "a*", "[a]", "a?", "ฝน", "a\n", "a\\b"],
)
def test_no_word_breaks_out_of_its_place(build: Callable[[str], str], word: str) -> None:
    with pytest.raises(InvalidKey):
        build(word)


@pytest.mark.parametrize("number", [0, -1, 100_000_000])
def test_a_number_outside_eight_digits_is_refused(number: int) -> None:
    with pytest.raises(InvalidKey, match="1 to 99999999"):
        keys.commit(number)


@pytest.mark.parametrize("ext", ["", ".csv", "CSV", "csv/x", "receipt.json", "a..b"])
def test_an_extension_that_could_mislead_is_refused(ext: str) -> None:
    with pytest.raises(InvalidKey, match="extension"):
        keys.raw("rain", DAY, SHA, ext)


def test_a_domain_cannot_take_the_place_of_the_commits() -> None:
    with pytest.raises(InvalidKey, match="commits"):
        keys.release_file("commits", "p", "1", "x")
