"""Texts that were added are found at their places, and no others, however many there are."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.privacy import known_texts
from ingestion.privacy.known_texts import WIDEST, KnownTexts

TEXTS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=WIDEST // 4)
FEW = st.sampled_from(["", "1", "ก", "12345678", "123456789", "0" * WIDEST, "ab"])


def texts_of(values: list[str]) -> pa.StringArray:
    return pa.array(values, pa.string())


@given(batches=st.lists(st.lists(FEW | TEXTS, max_size=12), max_size=6))
@pytest.mark.parametrize("fewest", [4, 1 << 12])
def test_texts_are_found_at_their_places(batches, fewest):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(known_texts, "_FEWEST", fewest)
        known, added = KnownTexts(), []
    for batch in batches:
        expected = [added.index(text) if text in added else -1 for text in batch]
        assert known.places(texts_of(batch)).tolist() == expected

        new = list(dict.fromkeys(text for text in batch if text not in added))
        known.add(texts_of(new))
        added += new
    assert len(known) == len(added)
    assert known.places(texts_of(added)).tolist() == list(range(len(added)))


def test_many_texts_are_found_and_others_are_not():
    known = KnownTexts()
    for first in range(0, 60_000, 20_000):
        known.add(texts_of([f"{n:012x}" for n in range(first, first + 20_000)]))

    asked = texts_of([f"{n:012x}" for n in (0, 19_999, 20_000, 59_999, 60_000, 1 << 40)])

    assert known.places(asked).tolist() == [0, 19_999, 20_000, 59_999, -1, -1]
