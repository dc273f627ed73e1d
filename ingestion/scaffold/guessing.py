"""What the cells of one column seem to be: the words of a field, each with what speaks for it.

Belongs here: one guess per column from its texts. Does not belong here: times (`guessing_times.py`)
and whether the guesses fit together (`draft.py` asks the parser).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ingestion.privacy.personal import kind_of_personal
from ingestion.scaffold.guessing_times import Found, guess_time
from ingestion.scaffold.persons import heading_of_persons, may_be_persons, names_of_persons
from ingestion.scaffold.shape import Column
from ingestion.words.digits import TO_PLAIN

MISSING = {
    "": "missing",
    "-": "missing",
    "--": "missing",
    "n/a": "missing",
    "na": "missing",
    "nan": "missing",
    "null": "missing",
    "none": "missing",
    "ไม่มีข้อมูล": "missing",
    "ไม่ระบุ": "missing",
    "รอประมวลผล": "pending",
    "รอข้อมูล": "pending",
    "อยู่ระหว่างดำเนินการ": "pending",
    "ไม่เกี่ยวข้อง": "not_applicable",
    "ปกปิด": "confidential",
}
_ALSO_NAMES = frozenset({"na", "nan", "null", "none"})
"""Words for nothing that may be words for something: Nan is a province, and None a kind."""
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_WHOLE = re.compile(r"[+-]?\d+")
_GROUPED = re.compile(r"[+-]?\d{1,3}([, '])\d{3}(\1\d{3})*(\.\d*)?")
_YEAR_WORDS = re.compile(r"ปี|พ\.?ศ|ค\.?ศ|\byear\b|\byr\b|year$|^year", re.IGNORECASE)
_CODE_WORDS = re.compile(
    r"รหัส|เลขที่|โทร|ไปรษณีย์|(^|[_\W])(id|code|no|zip|postcode|pcode)($|[_\W])|_id$|Id$|ID$"
)
_YES = {"yes", "y", "true", "t", "ใช่", "มี"}
_NO = {"no", "n", "false", "f", "ไม่ใช่", "ไม่มี"}
_ERROR_CODES = ("-999", "-9999", "-99", "9999", "99999", "999999")
_PLAIN_SIGNS = "-_/ :,@#%&=~"
_FRACTION = re.compile(r"-?\d+\.\d+")
_MOST_ALLOWED, _LONGEST_ALLOWED, _TIMES_EACH = 20, 60, 4
_LARGEST, _LARGEST_OF_NUMBERS = 2**63 - 1, 2**53
_SURE_DIGITS, _MOST_DIGITS = 15, 19


@dataclass
class Guess:
    """The words of one field, and why: both by the word of the contract."""

    words: dict[str, object]
    why: dict[str, str] = field(default_factory=dict)
    personal: str = ""
    """The kind of personal data that its values look like."""


def guess(column: Column, heading: str, texts: list[str | None]) -> Guess:
    """What a column seems to be, from all its texts in the sample (None: nothing there)."""
    counts = Counter(text for text in texts if text is not None)
    absent = sum(text is None for text in texts)
    missing = {text for text in counts if text.lower() in MISSING}
    told = Counter({text: n for text, n in counts.items() if text not in missing})
    if not told:  # nothing but a dash: then the dash is all there is to go by
        told, missing = counts, set()
    found = Guess(*_typed(column, heading, told))
    names = {text for text in missing if text.lower() in _ALSO_NAMES}
    if names and found.words["type"] == "string":  # among numbers they can only be nothing
        missing -= names
        told = Counter({text: n for text, n in counts.items() if text not in missing})
        found = Guess(*_typed(column, heading, told))
        shown = ", ".join(sorted(names))
        found.why["type"] = f"is {shown} a value, as Nan is a province, or nothing? then missing"
    absent += sum(counts[text] for text in missing)
    if not counts:
        found.why["type"] = "every cell is empty"
    elif not absent:
        found.words["required"] = True
        found.why["required"] = f"all {len(texts):,} rows have a value"
    elif missing or found.words["type"] != "string":
        known = {text: MISSING[text.lower()] for text in sorted(missing)}
        empty = {"": "missing"} if None in texts else {}
        found.words["missing"] = empty | known
        found.why["missing"] = f"{absent:,} of {len(texts):,} rows; why is there no value?"
    kind = str(found.words["type"])
    found.personal = _personal(heading, counts, kind)
    if kind == "string" and told and may_be_persons(heading):
        found.words["sensitivity"] = "internal"
        found.why["sensitivity"] = "names of persons? then drop or identifier; if not, public"
    return found


def _typed(column: Column, heading: str, told: Counter[str]) -> Found:
    if column.kind == "boolean":
        return {"type": "boolean"}, {"type": "the file says so"}
    if column.kind in ("date", "timestamp"):
        words: dict[str, object] = {"type": column.kind}
        why = {"type": "the file says so"}
        if column.kind == "timestamp" and not column.zoned:
            words["zone"], why["zone"] = "Asia/Bangkok", "the file says none; is it Thai time?"
        return words, why
    if column.kind in ("integer", "number"):
        return _text(heading, told) if _lose_digits(told) else _numbers(column.kind, heading, told)
    plain = Counter({text.translate(TO_PLAIN): n for text, n in told.items()})
    found = told and (
        guess_time(heading, plain) or _year(heading, plain) or _number(heading, plain)
    )
    if found:
        words, why = found
        if set(plain) != set(told):
            words["thai_digits"], why["thai_digits"] = True, f"such as {_digits(told)}"
        return words, why
    return _boolean(told) or _text(heading, told)


def _digits(told: Counter[str]) -> str:
    return next(text for text in told if text.translate(TO_PLAIN) != text)


def _all(counts: Counter[str]) -> str:
    return f"all {sum(counts.values()):,} values"


def _year(heading: str, told: Counter[str]) -> Found | None:
    if not _YEAR_WORDS.search(heading) or not all(re.fullmatch(r"\d{4}", text) for text in told):
        return None
    years = [int(text) for text in told]
    span = f"{_all(told)}, {min(years)} to {max(years)}"
    if min(years) >= 2400:
        why = {"era": f"{span}: can only be Buddhist years"}
        return {"type": "year", "era": "buddhist", "minimum": 1900, "maximum": 2200}, why
    if max(years) < 2400:
        return {"type": "year", "minimum": 1900, "maximum": 2200}, {"type": span}
    return None


def _number(heading: str, told: Counter[str]) -> Found | None:
    coded = any(re.fullmatch(r"0\d+", text) for text in told)
    if coded or _CODE_WORDS.search(heading):
        return None
    separators = {m[1] for text in told if (m := _GROUPED.fullmatch(text))}
    if len(separators) > 1:
        return None
    separator = next(iter(separators), "")
    plain = Counter[str]()
    for text, count in told.items():
        grouped = separator and _GROUPED.fullmatch(text)
        plain[text.replace(separator, "") if grouped else text] += count
    if not all(_NUMBER.fullmatch(text) for text in plain) or _lose_digits(plain):
        return None
    whole = all(_WHOLE.fullmatch(text) for text in plain)
    words, why = _numbers("integer" if whole else "number", heading, plain)
    if separator:
        example = next(text for text in told if separator in text)
        words["thousands"], why["thousands"] = separator, f"such as {example}"
    return words, why


def _lose_digits(told: Iterable[str]) -> bool:
    """Are there whole numbers that no number of ours holds to the last digit, as long codes are?"""
    whole = all(_WHOLE.fullmatch(text) for text in told)
    most = _LARGEST if whole else _LARGEST_OF_NUMBERS
    long = (text for text in told if _WHOLE.fullmatch(text) and len(text) > _SURE_DIGITS)
    return any(len(text.lstrip("+-0")) > _MOST_DIGITS or abs(int(text)) > most for text in long)


def _numbers(kind: str, heading: str, told: Counter[str]) -> Found:
    values = [float(text) for text in told if _NUMBER.fullmatch(text)]
    words: dict[str, object] = {"type": kind}
    why = {"type": f"{_all(told)}"}
    if not values:
        return words, why
    low, high = min(values), max(values)
    span = f"{low:.15g} to {high:.15g} in the sample"
    coordinate = _coordinate(heading)
    if coordinate and -coordinate <= low and high <= coordinate:
        words |= {"unit": "degree", "minimum": -coordinate, "maximum": coordinate}
        why |= {"minimum": span, "maximum": "narrow it to where the places can be"}
    elif low >= 0:
        words["minimum"] = 0
        why["minimum"] = f"{span}; is there a highest possible value, too?"
    else:
        why["type"] += f", {span}; what is possible at all? then minimum and maximum"
    codes = [code for code in _ERROR_CODES if float(code) in (low, high) and len(values) > 2]
    if codes:
        why["type"] += f"; is {codes[0]} an error code of the device? then sentinels"
    return words, why


def _coordinate(heading: str) -> int:
    if re.search(r"latitude|ละติจูด|^lat$", heading, re.IGNORECASE):
        return 90
    return 180 if re.search(r"longitude|ลองจิจูด|^(lon|lng|long)$", heading, re.IGNORECASE) else 0


def _boolean(told: Counter[str]) -> Found | None:
    yes = [text for text in told if text.lower() in _YES]
    no = [text for text in told if text.lower() in _NO]
    if not yes or not no or len(yes) + len(no) != len(told):
        return None
    words: dict[str, object] = {"type": "boolean"}
    if {text.lower() for text in told} != {"true", "false"}:
        words["allowed"] = {
            "true": sorted({text.lower() for text in yes}),
            "false": sorted({text.lower() for text in no}),
        }
    return words, {"type": _all(told)}


def _text(heading: str, counts: Counter[str]) -> Found:
    words: dict[str, object] = {"type": "string"}
    why: dict[str, str] = {}
    total, longest = sum(counts.values()), max(map(len, counts), default=0)
    if longest > 1000:
        words["max_length"] = 10 ** len(str(longest))
        why["max_length"] = f"the longest has {longest:,} characters"
    if not counts:
        return words, why
    few = len(counts) <= _MOST_ALLOWED and total >= _TIMES_EACH * len(counts)
    if few and longest <= _LONGEST_ALLOWED and not _CODE_WORDS.search(heading):
        words["allowed"] = {text: [text] for text in sorted(counts)}
        each = "all one" if len(counts) == 1 else f"{len(counts)} different"
        why["allowed"] = f"{_all(counts)}, {each}; name each as it is to be called, and add others"
        return words, why
    pattern = _pattern(list(counts))
    if pattern:
        words["pattern"] = pattern
        why["pattern"] = f"{_all(counts)}; is it the rule, or the sample's chance?"
    return words, why


def _pattern(texts: list[str]) -> str:
    """A pattern of letters, digits and signs that all the texts share; empty where none does."""
    if not all(text.isascii() and len(text) <= 30 for text in texts) or len(texts) < 2:
        return ""
    parts = [re.findall(r"[A-Z]+|[a-z]+|\d+|[^A-Za-z\d]", text) for text in texts]
    shapes = {tuple(_kind(part) for part in each) for each in parts}
    if len(shapes) != 1 or not any("[0-9]" in shape for shape in next(iter(shapes))):
        return ""
    pattern = ""
    for place, shape in enumerate(next(iter(shapes))):
        lengths = {len(each[place]) for each in parts}
        few, many = min(lengths), max(lengths)
        spelled = f"{{{few}}}" if few == many else f"{{{few},{many}}}"
        pattern += shape + (spelled if shape.startswith("[") and (few, many) != (1, 1) else "")
    return f"^{pattern}$"


def _kind(part: str) -> str:
    for kind, known in (("[A-Z]", str.isupper), ("[a-z]", str.islower), ("[0-9]", str.isdigit)):
        if known(part) and part.isalnum():
            return kind
    return part if part in _PLAIN_SIGNS else re.escape(part)


def _personal(heading: str, counts: Counter[str], kind: str) -> str:
    if heading_of_persons(heading) and (kind != "boolean"):
        return "what the heading says"
    if kind == "string" and names_of_persons(heading, counts):
        return "names of persons"
    # The digits of a coordinate would pass for a telephone or identity number.
    plain = [_FRACTION.sub(" ", text) for text in list(counts)[:1000]]
    kinds = Counter(found for text in plain if (found := kind_of_personal(text)))
    if not kinds:
        return ""
    likeliest, times = kinds.most_common(1)[0]
    # Two Thai consonants and a number are a plate only where most cells are so.
    return likeliest if likeliest != "vehicle plate" or 2 * times > len(counts) else ""
