"""What personal data look like, and how a message hides them.

Belongs here: the patterns of identifiers that must never be in a message or an open file (Thai
national numbers, telephone numbers, e-mail addresses). Does not belong here: how hardware addresses
and vehicle plates are spelled (`ingestion/fields/`), pseudonyms, and disclosure control of counts.
"""

from __future__ import annotations

import re
import unicodedata

from ingestion.fields import mac, plate
from ingestion.words.digits import TO_PLAIN

HIDDEN = "hidden (personal)"
# Column names of which one word says that every value identifies a person or a device.
PERSONAL_WORDS = frozenset(
    {"mac", "imei", "imsi", "msisdn", "plate", "citizen", "passport", "phone", "telephone"}
    | {"mobile", "email"}
)

_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
_MAC = re.compile(mac.IN_TEXT)
# As in every search here, the first character of what is looked for comes before the look at what
# stands before it: so it skips whatever cannot begin a match.
_NATIONAL = re.compile(r"[1-8](?<!\d.)(?:[ -]?\d){12}(?!\d)")
# A date such as 2026-08-12 holds "08-12": a number never starts behind a digit and its hyphen.
_PHONE = re.compile(
    r"[+0](?<!\d.)(?<!\d[-.].)(?:"
    r"(?:(?<=\+)|(?<=0)0)66[ -]?(?:\(0\)[ -]?)?(?:[689](?:[ -]?\d){8}|[2-7](?:[ -]?\d){7})"
    r"|(?<=0)[689](?:[ -]?\d){8}|(?<=0)[2-7](?:[ -]?\d){7})(?![ -]?\d)"
)
# Only from the beginning of a run: a long run without @ would be searched from every character.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PLATE = re.compile(plate.ALONE)


def kind_of_personal(text: str) -> str | None:
    """The kind of personal data that a text holds, or None."""
    plain = _plain(text)
    if "@" in plain and _EMAIL.search(plain):
        return "e-mail address"
    if _MAC.search(plain):
        return "hardware (MAC) address"
    if any(is_national_number(found) for found in _NATIONAL.findall(plain)):
        return "national identification number"
    if _PHONE.search(plain):
        return "telephone number"
    if _PLATE.fullmatch(plain.strip()):
        return "vehicle plate"
    return None


def is_national_number(text: str) -> bool:
    """Whether 13 digits carry the check digit of a Thai national identification number."""
    digits = [int(c) for c in text if c.isdigit()]
    if len(digits) != 13 or not 1 <= digits[0] <= 8:
        return False
    total = sum(digit * (13 - place) for place, digit in enumerate(digits[:12]))
    return (11 - total % 11) % 10 == digits[12]


def hide(text: str) -> str:
    """The text as a report may show it."""
    return HIDDEN if kind_of_personal(text) else text


def redact(text: str) -> str:
    """A longer text, such as a whole record, with what is personal in it taken out.

    Where a pattern is found only in another spelling of the text, the whole text is hidden.
    """
    left = text
    for pattern in (_EMAIL, _MAC, _PHONE) if "@" in text else (_MAC, _PHONE):
        left = pattern.sub(HIDDEN, left)
    left = _NATIONAL.sub(lambda m: HIDDEN if is_national_number(m[0]) else m[0], left)
    # What was hidden may have been all that kept a neighbour from being found; quotes do that, too.
    same_neighbours = left.count(f'"{HIDDEN}"') == left.count(HIDDEN)
    # ASCII has one spelling only, and no plates; in most texts there is nothing to look for again.
    return left if same_neighbours and text.isascii() else hide(left)


def _plain(text: str) -> str:
    """The text without what is not seen, in one spelling of its characters."""
    if text.isascii():
        return text
    visible = _INVISIBLE.sub("", text)
    return unicodedata.normalize("NFKC", visible).translate(TO_PLAIN)
