"""XML as a stream of events, hardened: no DTD, so no entities and nothing fetched; bounded depth,
bounded texts, and bounded tokens, since the parser looks at an unfinished tag anew with every piece
that comes.

Belongs here: the one XML parser of the platform. Does not belong here: what elements mean
(`document.py`, `xlsx/parts.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from ingestion.faults import Refused
from ingestion.limits import Limits

START, END = "start", "end"


_BYTES_OF_CHAR = 4


@dataclass(slots=True)
class Event:
    """The start of an element, or its end with the text that stood directly in it."""

    kind: str
    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""


def events(chunks: Iterable[bytes], limits: Limits) -> Iterator[Event]:
    """The events of a document in UTF-8, names without their prefixes.

    Of a text that is longer than a record may be comes one character more than that.

    Raises
    ------
    Refused: `xml_dtd`, `xml_too_deep`, `xml_token_too_large`, `xml_not_wellformed`.
    """
    reader = _Reader(limits)
    try:
        for chunk in chunks:
            reader.feed(chunk)
            yield from reader.take()
        reader.parser.Parse(b"", True)
        yield from reader.take()
    except expat.ExpatError as error:
        place = f"line {error.lineno}, column {error.offset + 1}"
        raise Refused(
            "xml_not_wellformed",
            f"{expat.ErrorString(error.code)} in {place}",
            "well-formed XML",
            "ask the sender for the file again",
        ) from None


class _Reader:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._texts: list[list[str]] = []
        self._sizes: list[int] = []
        self._found: list[Event] = []
        self._waiting = 0
        """Bytes since the parser last told of anything."""
        # The bytes come as UTF-8 whatever the declaration says they once were.
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.CommentHandler = self._nothing
        self.parser.ProcessingInstructionHandler = self._nothing

    def feed(self, chunk: bytes) -> None:
        self._waiting += len(chunk)
        self.parser.Parse(chunk, False)
        if self._waiting > _BYTES_OF_CHAR * self._limits.record_chars:
            raise Refused(
                "xml_token_too_large",
                f"a tag or a comment of more than {self._waiting} bytes that begins in line "
                f"{self.parser.CurrentLineNumber}",
                f"at most {self._limits.record_chars} characters",
                "ask the sender what this is",
            )

    def take(self) -> list[Event]:
        found, self._found = self._found, []
        return found

    def _nothing(self, *_: object) -> None:
        self._waiting = 0

    def _doctype(self, *_: object) -> None:
        raise Refused(
            "xml_dtd",
            f"a DOCTYPE in line {self.parser.CurrentLineNumber}",
            "XML without a DTD: nothing is read or fetched that a document names",
            "ask the sender for the document without its DOCTYPE",
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._waiting = 0
        self._texts.append([])
        self._sizes.append(0)
        if len(self._texts) > self._limits.xml_depth:
            raise Refused(
                "xml_too_deep",
                f"depth over {self._limits.xml_depth} in line {self.parser.CurrentLineNumber}",
                f"at most {self._limits.xml_depth} levels",
                "correct the file",
            )
        kept = attributes and {
            _local(key): value for key, value in attributes.items() if not _is_namespace(key)
        }
        self._found.append(Event(START, _local(name), self.parser.CurrentLineNumber, kept))

    def _end(self, name: str) -> None:
        self._waiting = 0
        self._sizes.pop()
        text = "".join(self._texts.pop())
        line = self.parser.CurrentLineNumber
        self._found.append(Event(END, _local(name), line, text=text))

    def _text(self, text: str) -> None:
        self._waiting = 0
        room = self._limits.record_chars + 1 - self._sizes[-1]
        if room > 0:
            self._texts[-1].append(text[:room])
            self._sizes[-1] += len(text)


def _local(name: str) -> str:
    return name.rsplit(":", 1)[-1] if ":" in name else name


def _is_namespace(name: str) -> bool:
    return name == "xmlns" or name.startswith("xmlns:")
