"""The schema of OASIS, and looks at the messages that it is held against."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import xmlschema

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
ATOM = "{http://www.w3.org/2005/Atom}"


@cache
def schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(Path(__file__).with_name("CAP-v1.2.xsd"))


def problems(body: bytes) -> list[str]:
    """What the schema finds wrong; empty for a message."""
    return [str(error.reason) for error in schema().iter_errors(body.decode())]


def texts(body: bytes, path: str, namespace: str = CAP) -> list[str]:
    """The texts of all elements on a path such as `info/area/polygon`."""
    steps = "/".join(f"{namespace}{step}" for step in path.split("/"))
    return [element.text or "" for element in ET.fromstring(body).findall(steps)]


def text(body: bytes, path: str, namespace: str = CAP) -> str:
    (found,) = texts(body, path, namespace)
    return found
