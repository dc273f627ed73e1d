"""Does a column hold persons? Their names, numbers and addresses have no pattern of their own.

Belongs here: what a heading says, and what names look like in Thai and English. Does not belong
here: identifiers that have a pattern (`ingestion/privacy/personal.py`). To take a place for a
person costs a look at the draft; to take a person for a place publishes him.
"""

from __future__ import annotations

import re
from collections import Counter

from ingestion.privacy.personal import PERSONAL_WORDS

_MORE_WORDS = frozenset(
    {"tel", "cell", "phones", "fax", "surname", "firstname", "lastname", "fullname", "nickname"}
    | {"forename", "nationalid", "idcard", "lineid", "birthdate", "birthday", "dob"}
)
_TWO_WORDS = (
    {"first", "name"},
    {"last", "name"},
    {"full", "name"},
    {"given", "name"},
    {"family", "name"},
    {"middle", "name"},
    {"nick", "name"},
    {"national", "id"},
    {"id", "card"},
    {"line", "id"},
    {"birth", "date"},
)
_ROLES = frozenset(
    {"owner", "driver", "rider", "patient", "victim", "suspect", "complainant", "informant"}
    | {"reporter", "witness", "guest", "passenger", "customer", "applicant", "tenant", "contact"}
    | {"person", "employee", "officer", "teacher", "student", "member", "user", "author"}
)
_THAI_HEADING = re.compile(
    r"สกุล|ชื่อ\s*-?\s*(ตัว|เล่น|จริง|เจ้าของ|คน|บิดา|มารดา|พนักงาน|เจ้าหน้าที่)|ชื่อ\s*ผู้"
    r"|โทรศัพท์|เบอร์|มือถือ|^โทร\.?$|อีเมล|บัตรประชาชน|ประจำตัวประชาชน|หนังสือเดินทาง|ทะเบียนรถ|วันเกิด"
)
_FIRMS = re.compile(r"ผู้(ประกอบการ|ให้บริการ|ผลิต|รับจ้าง|ขาย|เสนอ|จัดจำหน่าย)")
_BARE = re.compile(r"(full[ _]?)?names?|ชื่อ|รายชื่อ|ผู้.*", re.IGNORECASE)
_TITLE = re.compile(
    r"(นาย|นางสาว|นาง|เด็กชาย|เด็กหญิง|คุณ|ว่าที่)\s*[ก-๙]{2,}\s+[ก-๙]{2,}"
    r"|(น\.\s?ส|ด\.\s?ช|ด\.\s?ญ|นพ|พญ|ทพ|ดร|ผศ|รศ|ศ|[รพสจด]\.\s?[ตทสอ](\.\s?[ตทอ])?)\.\s*[ก-๙]{2,}"
    r"|(Mr|Mrs|Ms|Miss|Mister|Dr)\b\.?\s+[A-Z]\w+",
)
_THAI_NAME = re.compile(r"[ก-๙]{2,}( [ก-๙]{2,}){1,2}")
_LATIN_NAME = re.compile(r"[A-Z][a-z'-]+( [A-Z][a-z'-]*\.?){1,3}")
_PLACE = re.compile(
    r"ตำบล|อำเภอ|จังหวัด|ถนน|ซอย|หมู่|โรง|วัด|สถานี|หาด|เกาะ|บ้าน|ห้าง|บริษัท|ร้าน|สำนัก|กรม|กอง|องค์|เทศบาล"
    r"|ศูนย์|วิทยาลัย|ธนาคาร|คลอง|สะพาน|อ่าง|แยก|ท่า|ตลาด|น้ำ|การ|งาน|ความ"
    r"|\b(Beach|Hotel|Resort|Road|Town|District|Station|School|Hospital|Temple|Wat|Ban|Ko|Koh|Canal"
    r"|Pier|Market|Park|Bridge|Dam|Island|Village|City|Province|Airport|Bay|Cape|River|Street|Villas?"
    r"|Inn|House|Co|Ltd|Company|Office|Center|Centre|Police|Bank|Mall|Point|Khlong|Muang|Mueang"
    r"|Thai|Foreign|Of|And|North|South|East|West|Upper|Lower|Old|New|Site|Zone|Plaza|Port)\b"
)
_TITLED, _NAMED = 0.05, 0.5
"""Shares of different texts: with a title one looks like a person, without one it may be chance."""


def heading_of_persons(heading: str) -> bool:
    """Does a heading say that every value of its column is of a person or a device?"""
    words = _words(heading)
    named = "name" in words and bool(words & _ROLES)
    told = words & (PERSONAL_WORDS | _MORE_WORDS) or any(pair <= words for pair in _TWO_WORDS)
    thai = _THAI_HEADING.search(heading) and not _FIRMS.search(heading)
    return bool(told or named or thai)


def names_of_persons(heading: str, counts: Counter[str]) -> bool:
    """Do the texts of a column look like the names of persons?"""
    texts = [" ".join(text.split()) for text in list(counts)[:1000]]
    titled = sum(bool(_TITLE.match(text)) for text in texts)
    if titled and titled >= _TITLED * len(texts):
        return True
    if not (may_be_persons(heading) or _words(heading) & _ROLES):
        return False
    names = sum(_is_name(text) for text in texts)
    return bool(names) and names >= _NAMED * len(texts)


def may_be_persons(heading: str) -> bool:
    """Is it a heading under which persons stand as often as places?"""
    return bool(_BARE.fullmatch(heading.strip()))


def is_surname(heading: str) -> bool:
    """Does a heading speak of family names? Then a name beside it is that of a person."""
    words = _words(heading)
    english = words & {"surname", "lastname"} or {"last", "name"} <= words
    return bool(english or {"family", "name"} <= words or "สกุล" in heading)


def _is_name(text: str) -> bool:
    spelled = _THAI_NAME.fullmatch(text) or _LATIN_NAME.fullmatch(text)
    return spelled is not None and not _PLACE.search(text)


def _words(heading: str) -> set[str]:
    """The English words of a heading, also of one like phoneNumber."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", heading)
    return set(re.split(r"[^a-z]+", apart.lower())) - {""}
