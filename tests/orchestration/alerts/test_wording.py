"""The words of warnings: complete in both languages, and refused when they would fail in need."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.deliveries.simulated import NOTICE
from orchestration.alerts.messages import Marks, compose, instant
from orchestration.alerts.model import Concerned, Event
from orchestration.alerts.wording import WORDS, WordsError, read_wording
from tests.orchestration.alerts.rows import NAMES, at

KINDS = sorted(path.name for path in WORDS.iterdir() if path.is_dir())
LANGUAGES = ("th", "en")
LINK = "https://flood.city.example/ratsada"


def event(what: str, *places: str, level: int = 2, **more: object) -> Event:
    concerned = [
        Concerned(code=code, name_th=NAMES[code][0], name_en=NAMES[code][1], level=level)
        for code in places or ("830104",)
    ]
    facts = {"at": at(3), "observed_at": at(0), "since": at(-90), "reasons": ("rain_1h",)}
    return Event.model_validate({"what": what, "places": concerned, **facts, **more})


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words_that_can_be_used(kind: str) -> None:
    wording = read_wording(kind)

    assert set(wording.events) == {"rises", "falls", "solved", "unknown", "known"}
    assert wording.reasons


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", ["rises", "falls", "solved", "unknown", "known"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_says_where_what_why_what_next_and_where_to_look(kind, what, language) -> None:  # type: ignore[no-untyped-def]
    wording = read_wording(kind)

    message = compose(event(what, before=1), wording, language, Marks(link=LINK))

    happened, why, do, look = message.text.splitlines()
    assert NAMES["830104"][LANGUAGES.index(language)] in happened
    assert NAMES["830104"][LANGUAGES.index(language)] in message.subject
    assert re.search("Why|สาเหตุ|เพราะ", why)
    assert re.search("What to do|สิ่งที่ต้องทำ", do)
    assert LINK in look
    assert "{" not in message.subject + message.text
    assert bool(re.search("[\u0e01-\u0e2e]", message.text)) is (language == "th")


def test_a_rise_reads_as_people_write() -> None:
    wording = read_wording("flood")
    rise = event("rises", before=0, reasons=("rain_3h", "drains_full"))

    thai = compose(rise, wording, "th", Marks())
    english = compose(rise, wording, "en", Marks())

    assert thai.subject == "เตือนน้ำท่วม ต.รัษฎา: เตือนภัย"
    assert thai.text.splitlines()[:2] == [
        "ความเสี่ยงน้ำท่วมในตำบลรัษฎา เพิ่มจากปกติเป็นเตือนภัย ตามค่าตรวจวัดเมื่อ 12 กันยายน 2569 เวลา 12.00 น.",
        "สาเหตุ: ฝนตกหนักใน 3 ชั่วโมงที่ผ่านมา, ฝนมากกว่าที่ระบบระบายน้ำรับได้",
    ]
    assert english.subject == "Flood risk up in Ratsada: warning"
    assert english.text.splitlines()[:2] == [
        "The flood risk in Ratsada subdistrict rose from normal to warning, by readings of "
        "12 September 2026, 12:00.",
        "Why: heavy rain in the last 3 hours; more rain than the drains can carry.",
    ]


def test_many_silent_places_are_counted_in_the_subject_and_named_in_the_text() -> None:
    silent = compose(event("unknown", *NAMES), read_wording("flood"), "en", Marks())

    assert silent.subject == "Flood risk not known: Ratsada and 2 more"
    assert "Ratsada (last known: warning), Wichit (last known: warning), Kathu" in silent.text
    assert "does not mean that it is safe" in silent.text


def test_a_test_and_a_simulated_home_say_so_first() -> None:
    message = compose(event("rises"), read_wording("flood"), "en", Marks(test=True, simulated=True))

    assert message.subject.startswith("[TEST] [SIMULATED] ")
    assert message.text.splitlines()[0].startswith("This is a test")
    assert message.text.splitlines()[1] == NOTICE.en


def test_no_name_breaks_a_subject_into_lines() -> None:
    odd = Concerned(code="830104", name_th="ก", name_en="Rat\r\nBcc: sada", level=2)
    rise = event("rises").model_copy(update={"places": (odd,)})

    subject = compose(rise, read_wording("flood"), "en", Marks()).subject

    assert subject == "Flood risk up in Rat Bcc: sada: warning"


def test_a_reason_without_words_is_named_and_none_is_said_to_be_none() -> None:
    wording = read_wording("flood")

    assert (
        "reason tsunami_2"
        in compose(event("rises", reasons=("tsunami_2",)), wording, "en", Marks()).text
    )
    assert "not stated" in compose(event("rises", reasons=()), wording, "en", Marks()).text
    assert wording.unworded(("rain_1h", "tsunami_2")) == ("tsunami_2",)


@pytest.mark.parametrize(
    ("instant_utc", "thai", "english"),
    [
        (
            datetime(2026, 12, 31, 17, 5, tzinfo=UTC),
            "1 มกราคม 2570 เวลา 00.05 น.",
            "1 January 2027, 00:05",
        ),
        (
            datetime(2024, 2, 29, 0, 0, tzinfo=UTC),
            "29 กุมภาพันธ์ 2567 เวลา 07.00 น.",
            "29 February 2024, 07:00",
        ),
    ],
)
def test_times_are_those_of_bangkok_in_the_era_of_the_language(instant_utc, thai, english) -> None:  # type: ignore[no-untyped-def]
    assert (instant(instant_utc, "th"), instant(instant_utc, "en")) == (thai, english)


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("rises.yaml", "{place}", "{plase}", "no {plase}; did you mean 'place'"),
        ("rises.yaml", 'th: "สาเหตุ: {reasons}"', 'th: "สาเหตุ: ฝน"', "reasons"),
        ("rises.yaml", 'en: "Why: {reasons}."', 'en: "Why: rain."', "one language says reasons"),
        ("rises.yaml", "{level}", "{level.real}", "no plain name"),
        ("rises.yaml", "{level}", "{level!r}", "no plain name"),
        ("rises.yaml", "{level}", "{level:>9}", "no plain name"),
        ("rises.yaml", "{level}", "{}", "no plain name"),
        ("rises.yaml", "{level}", "{level", "expected '}'"),
        ("rises.yaml", "event: rises", "event: raises", "event"),
        ("rises.yaml", "next_step:", "next_stop:", "next_st"),
        ("unknown.yaml", "{places}", "ทุกตำบล", "one language says places|does not say {places}"),
        ("solved.yaml", "สิ้นสุดความเสี่ยงน้ำท่วม ต.{place}", "Over {place}", "not Thai"),
        ("solved.yaml", 'en: "Flood risk over in {place}"', 'en: ""', "place|missing"),
        ("levels.yaml", "3:\n", "4:\n", "words.4|levels"),
        ("levels.yaml", "name: {th: วิกฤต, en: critical}", "name: {th: วิกฤต}", "name.en"),
        ("reasons.yaml", "rain_1h:\n", "rain_3h:\n", "stands twice"),
        ("public.yaml", "{since}", "{observed}", "no {observed}"),
        ("../frame.yaml", "{link}", "{url}", "no {url}"),
    ],
)
def test_words_that_would_fail_or_say_less_are_refused(file, old, new, problem, tmp_path) -> None:  # type: ignore[no-untyped-def]
    shutil.copytree(WORDS, tmp_path / "words")
    path: Path = (tmp_path / "words" / "flood" / file).resolve()
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")

    with pytest.raises(WordsError) as refused:
        read_wording("flood", tmp_path / "words")

    assert path.name in refused.value.message
    assert re.search(problem.replace("{", r"\{"), refused.value.message), refused.value.message


def test_a_missing_file_of_words_is_refused(tmp_path: Path) -> None:
    shutil.copytree(WORDS, tmp_path / "words")
    (tmp_path / "words/flood/known.yaml").unlink()

    with pytest.raises(WordsError, match=r"known\.yaml cannot be read"):
        read_wording("flood", tmp_path / "words")
