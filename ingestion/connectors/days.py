"""The days that a run asks a source for, and the words of a contract that stand for them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from urllib.parse import unquote, urlsplit

from ingestion.clock import BANGKOK
from ingestion.connectors.fetched import FetchRequest
from ingestion.contracts.fetching import DAY_WORD, NgsiLd, SensorThings
from ingestion.contracts.source import SourceContract

_BUDDHIST_ERA = 543
_FIRST_MONTH_OF_FISCAL_YEAR = 10
_UNSAFE = re.compile(r"[^\w\u0e00-\u0e7f.+=-]+")  # \w knows no Thai vowel signs


def days(request: FetchRequest) -> list[date]:
    """The day of the run and the days of its lookback, oldest first."""
    back = range(request.contract.lookback_days + 1)
    return [request.day - timedelta(days=n) for n in reversed(back)]


def asks_by_day(contract: SourceContract) -> bool:
    """Does another day make another question? Otherwise the source tells of the present only."""
    words = contract.fetch
    if isinstance(words, SensorThings):
        return bool(words.time)
    if isinstance(words, NgsiLd):
        return words.form == "temporal"
    return DAY_WORD.search(words.model_dump_json()) is not None


def days_to_ask(request: FetchRequest, *texts: str) -> list[date]:
    """The days that make these texts differ: each once, and only one where none is mentioned."""
    distinct = {tuple(filled(text, day) for text in texts): day for day in days(request)}
    return sorted(distinct.values())


def filled(text: str, day: date) -> str:
    """A text of a contract with its words for the day replaced.

    `{day}` and `{next_day}` are written as YYYYMMDD or as a strftime form behind a colon says;
    `{buddhist_year}` and `{fiscal_year}` (Thai, from October) are years of the Buddhist era.
    """

    def fill(match: re.Match[str]) -> str:
        word, form = match[1], match[2] or "%Y%m%d"
        if word == "buddhist_year":
            return str(day.year + _BUDDHIST_ERA)
        if word == "fiscal_year":
            return str(day.year + _BUDDHIST_ERA + (day.month >= _FIRST_MONTH_OF_FISCAL_YEAR))
        return format(day if word == "day" else day + timedelta(days=1), form)

    return DAY_WORD.sub(fill, text)


def bounds(day: date) -> tuple[datetime, datetime]:
    """The instants at which a day in Asia/Bangkok begins and ends."""
    first = datetime.combine(day, time(), BANGKOK)
    return first, first + timedelta(days=1)


def file_name(word: str, url: str, day: date, *texts: str) -> str:
    """What a file is kept as: the contract's word for it, or the last part of its address.

    Where `texts` ask for a day that the name does not tell, the day is added.
    """
    name = word or unquote(urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1])
    asks = {found[0] for text in texts for found in DAY_WORD.findall(text)}
    told = DAY_WORD.search(name) is not None
    name = _UNSAFE.sub("_", filled(name, day)).lstrip(".")[-120:] or "answer"
    if asks & {"day", "next_day"} and not told:
        stem, dot, ending = name.partition(".")
        name = f"{stem}-{day:%Y%m%d}{dot}{ending}"
    return name
