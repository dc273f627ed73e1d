"""The parts of an Excel workbook: sheets, shared texts, how styles show numbers, merged cells.

An XLSX file is a zip archive of XML documents; both are read by our own hardened readers. Does not
belong here: rows and records (`workbook.py`).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from posixpath import join, normpath

from ingestion.faults import Refused
from ingestion.formats.raw.documents import SNIFFED, mismatch, what_is
from ingestion.formats.raw.zipped import ZIP_MAGIC, inflate, members
from ingestion.formats.xlsx.formats import NumberFormat, built_in
from ingestion.formats.xml.events import END, START, Event, events
from ingestion.limits import Limits

_GENERAL = NumberFormat.of("General")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_LONGEST_ADDRESS = 20
_AGAIN = "ask the sender for the file again"


@dataclass(frozen=True)
class Cell:
    """One cell as it is stored: column from 0, address, kind (`t`), text, style, is it computed?"""

    column: int
    address: str
    kind: str
    text: str
    style: int
    formula: bool


class Workbook:
    """An open workbook.

    Attributes
    ----------
    sheets: name and part of every sheet. from_1904: do its days count from 1904?
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        """Open a workbook.

        Raises
        ------
        Refused: no workbook, a broken or oversized archive, XML with a DTD.
        """
        _refuse_other_formats(path)
        self._path, self._limits = path, limits
        self._parts = {member.filename: member for member in members(path)}
        if "[Content_Types].xml" not in self._parts:
            raise mismatch("a zip archive without a workbook", "an XLSX workbook")
        main = next(iter(self._targets("_rels/.rels", "/officeDocument").values()), "")
        if main not in self._parts:
            raise mismatch("an Office document without a workbook", "an XLSX workbook")
        self.sheets: dict[str, str] = {}
        self.from_1904 = False
        self._read_workbook(main)
        folder, name = main.rpartition("/")[0], main.rpartition("/")[2]
        links = f"{folder}/_rels/{name}.rels"
        self._texts = self._shared(self._targets(links, "/sharedStrings", folder))
        self._formats = self._styles(self._targets(links, "/styles", folder))

    def rows(self, sheet: str) -> Iterator[tuple[int, list[Cell]]]:
        """Number and cells of every row that the sheet stores."""
        number, row, kind, style, address = 0, 0, "n", "0", ""
        cells: list[Cell] = []
        value, formula, phonetic = None, False, False
        inline: list[str] = []
        for event in self._events(self.sheets[sheet]):
            if event.kind == START:
                if event.name == "row":
                    row = _whole(event.attributes.get("r", str(row + 1)))
                    number, cells = -1, []
                elif event.name == "c":
                    address = event.attributes.get("r", "")
                    number = _column(address) if address else number + 1
                    kind = event.attributes.get("t", "n")
                    style = event.attributes.get("s", "0")
                    value, formula, inline = None, False, []
                elif event.name == "rPh":
                    phonetic = True
            elif event.name == "rPh":
                phonetic = False
            elif event.name == "v":
                value = event.text
            elif event.name == "f":
                formula = True
            elif event.name == "t":
                inline += [] if phonetic else [_unescaped(event.text)]
            elif event.name == "c":
                if value is None and not (formula or inline):  # most cells of some sheets
                    continue
                address = address or f"{letters(number)}{row}"
                text = self._text(kind, value, "".join(inline), address)
                if text or formula:
                    cells.append(Cell(number, address, kind, text, _whole(style), formula))
            elif event.name == "row":
                yield row, cells

    def merged(self, sheet: str) -> list[tuple[int, int, int, int]]:
        """Merged ranges: first and last row (from 1), first and last column (from 0)."""
        found: list[tuple[int, int, int, int]] = []
        if not self._mentions(self.sheets[sheet], b"mergeCell"):
            return found
        for event in self._events(self.sheets[sheet]):
            if event.kind == START and event.name == "mergeCell":
                first, _, last = event.attributes.get("ref", "").partition(":")
                rows = [_whole(re.sub(r"[^0-9]", "", cell)) for cell in (first, last or first)]
                columns = [_column(cell) for cell in (first, last or first)]
                found.append((rows[0], rows[1], columns[0], columns[1]))
        return found

    def format(self, style: int) -> NumberFormat:
        """How a style shows numbers."""
        return self._formats[style] if style < len(self._formats) else _GENERAL

    def _text(self, kind: str, value: str | None, inline: str, address: str) -> str:
        if kind == "inlineStr":
            return inline
        if kind == "str":
            return _unescaped(value or "")
        if kind != "s" or value is None:
            return value or ""
        if not re.fullmatch(r"[0-9]{1,9}", value) or int(value) >= len(self._texts):
            raise _broken(f"text {value} in cell {address}, of {len(self._texts)} shared texts")
        return self._texts[int(value)]

    def _events(self, part: str) -> Iterator[Event]:
        if part not in self._parts:
            raise _broken(f"no part {part}")
        yield from events(inflate(self._path, self._parts[part], self._limits), self._limits)

    def _mentions(self, part: str, word: bytes) -> bool:
        """Does a part hold these bytes? To unpack it takes far less than to read it."""
        if part not in self._parts:
            raise _broken(f"no part {part}")
        before = b""
        for chunk in inflate(self._path, self._parts[part], self._limits):
            if word in before + chunk:
                return True
            before = chunk[-len(word) :]
        return False

    def _targets(self, links: str, kind: str, folder: str = "") -> dict[str, str]:
        """Parts that a document links, of one kind, by the name of the link."""
        found: dict[str, str] = {}
        if links not in self._parts:
            return found
        for event in self._events(links):
            said = event.attributes
            inside = said.get("TargetMode", "Internal") == "Internal"
            if event.kind == START and said.get("Type", "").endswith(kind) and inside:
                target = said.get("Target", "")
                part = target[1:] if target.startswith("/") else normpath(join(folder, target))
                found[said.get("Id", "")] = part
        return found

    def _read_workbook(self, main: str) -> None:
        folder, name = main.rpartition("/")[0], main.rpartition("/")[2]
        parts = self._targets(f"{folder}/_rels/{name}.rels", "/worksheet", folder)
        for event in self._events(main):
            if event.kind == START and event.name == "sheet":
                part = parts.get(event.attributes.get("id", ""))
                if part:
                    self.sheets[event.attributes.get("name", "")] = part
            elif event.kind == START and event.name == "workbookPr":
                self.from_1904 = event.attributes.get("date1904") in ("1", "true")

    def _shared(self, parts: dict[str, str]) -> list[str]:
        texts, phonetic = [], False
        current: list[str] = []
        for part in parts.values():
            for event in self._events(part):
                if event.name == "rPh":
                    phonetic = event.kind == START
                elif event.kind == START and event.name == "si":
                    current = []
                elif event.kind == END and event.name == "t" and not phonetic:
                    current.append(_unescaped(event.text))
                elif event.kind == END and event.name == "si":
                    texts.append("".join(current))
        return texts

    def _styles(self, parts: dict[str, str]) -> list[NumberFormat]:
        custom: dict[int, NumberFormat] = {}
        styles, inside = [], False
        for part in parts.values():
            for event in self._events(part):
                said = event.attributes
                if event.name == "cellXfs":
                    inside = event.kind == START
                elif event.kind == START and event.name == "numFmt":
                    number = _whole(said.get("numFmtId", "0"))
                    custom[number] = NumberFormat.of(_unescaped(said.get("formatCode", "")))
                elif event.kind == START and event.name == "xf" and inside:
                    styles.append(_whole(said.get("numFmtId", "0")))
        return [custom.get(number) or built_in(number) or _GENERAL for number in styles]


def letters(column: int) -> str:
    """The letters of a column that counts from 0."""
    name, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        name = chr(65 + digit) + name
    return name


def _unescaped(text: str) -> str:
    """A text whose characters may be written as their numbers: `_x000D_` ends a line (22.9.2.19).

    `_x005F_` is an underscore, so that a text that looks like a number of a character can be one.
    """
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    # Beyond 16 bits a character is written as two halves.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _whole(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise _broken(f"{text[:20]!r} where a number belongs")
    return int(text)


def _column(address: str) -> int:
    number = _column_of(address[:_LONGEST_ADDRESS].rstrip("0123456789"))
    if not 0 < number <= 16_384 or len(address) > _LONGEST_ADDRESS:
        raise _broken(f"a cell {address[:20]!r}")
    return number - 1


@lru_cache(maxsize=1 << 15)
def _column_of(spelled: str) -> int:
    number = 0
    for letter in re.sub(r"[^A-Z]", "", spelled.upper()):
        number = number * 26 + ord(letter) - 64
    return number


def _refuse_other_formats(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(SNIFFED)
    if not start:
        raise Refused("empty_file", "0 bytes, so 0 records", "an XLSX workbook", _AGAIN)
    if not start.startswith(ZIP_MAGIC):
        if start.startswith(b"\xd0\xcf\x11\xe0"):
            found = "an old Excel workbook (.xls), or one with a password"
            raise mismatch(found, "an XLSX workbook")
        raise mismatch(what_is(start), "an XLSX workbook")
    if not zipfile.is_zipfile(path):
        members(path)


def _broken(what: str) -> Refused:
    return Refused("xlsx_corrupt", what, "a whole workbook", _AGAIN)
