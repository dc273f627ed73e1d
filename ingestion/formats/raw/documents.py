"""What a file is, told from its first bytes: no data at all, or another format than declared.

Belongs here: magic numbers; web pages and error messages that came in place of data. Does not
belong here: undoing compression (`bytestream.py`) and reading records.
"""

from __future__ import annotations

import json
import re

from ingestion.faults import Refused

SNIFFED = 4096
_MAGIC = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "a zip archive or an XLSX workbook",
    b"PK\x05\x06": "an empty zip archive",
    b"PAR1": "Parquet",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word document",
    b"%PDF": "PDF",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\xfd7zXZ\x00": "xz",
    b"BZh": "bzip2",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
}
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_XML_ERROR = re.compile(
    rb"<(?:\w+:)?(?:code|error\w*|message|faultstring|ServiceException)\b[^>]*>\s*([^<]{1,200})",
    re.IGNORECASE,
)
_JSON_ERROR = re.compile(
    rb'"(?:error|errors|message|detail)"\s*:\s*("[^"]{1,200}"|\{[^}]{1,200}\}?)'
)
_DATA_KEYS = frozenset({"result", "results", "records", "value", "data", "features", "items"})


def refuse_no_data(start: bytes, *, json_expected: bool, xml_expected: bool = False) -> None:
    """Refuse what a server sends in place of text data.

    Raises
    ------
    Refused: `html_document`, `error_document`, or `format_mismatch` for XML without an error.
    """
    plain = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _HTML.match(plain):
        title = _TITLE.search(plain)
        shown = title[1].decode("utf-8", "replace").strip()[:80] if title else "no title"
        raise Refused(
            "html_document",
            f"a web page titled {shown!r}",
            "data",
            "the server answered with a page, often an error or a log-in; fetch it again later",
        )
    if not xml_expected and plain.startswith((b"<?xml", b"<Error", b"<error", b"<!DOCTYPE")):
        said = _XML_ERROR.search(plain)
        if said is None:
            raise mismatch("an XML document", "the declared format")
        raise error_document(said[1].decode("utf-8", "replace").strip())
    if plain.startswith(b"{") and not json_expected and (error := json_error(plain)):
        raise error_document(error)


def refuse_magic(start: bytes, expected: str) -> None:
    """Refuse bytes that are known to be something else.

    Raises
    ------
    Refused: `format_mismatch`.
    """
    for magic, name in _MAGIC.items():
        if start.startswith(magic):
            raise mismatch(name, expected)


def what_is(start: bytes) -> str:
    """The name of the format that the bytes begin like, or the bytes."""
    for magic, name in _MAGIC.items():
        if start.startswith(magic):
            return name
    return f"bytes that begin with {start[:8].hex(' ')} ({start[:8]!r})"


def mismatch(found: str, expected: str) -> Refused:
    """The refusal of a file of another format than declared."""
    return Refused("format_mismatch", found, expected, "correct the file or the contract's format")


def error_document(said: str) -> Refused:
    """The refusal of an error message that came in place of data."""
    return Refused(
        "error_document",
        f"an error message: {said[:120]!r}",
        "data",
        "the source answered with an error; fetch it again later",
    )


def json_error(body: bytes) -> str:
    """The error that a JSON body carries instead of data, or "" when it carries none."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        said = _JSON_ERROR.search(body[:SNIFFED])  # a body that goes on after what was read of it
        return said[1].decode("utf-8", "replace") if said and len(body) >= SNIFFED else ""
    if isinstance(document, dict) and not _DATA_KEYS & set(document):
        for key in ("error", "errors", "message", "detail"):
            if key in document:
                return str(document[key])[:120]
    return ""
