"""Warnings to the public in the Common Alerting Protocol, and the index that lists them.

Belongs here: how a message (`message.py`), its area (`area.py`) and the index (`index.py`) are
written; the same facts give the same bytes. Does not belong here: what is warned of and in which
words (`orchestration/alerts/`), and when files are put where readers find them.

Source: OASIS, Common Alerting Protocol 1.2, 1 July 2010; IETF, RFC 4287 (Atom).
"""

from publication.cap.area import Area, area_of
from publication.cap.index import Index, file_name, write_index
from publication.cap.message import Grade, Message, Reference, Text, write_message

__all__ = [
    "Area",
    "Grade",
    "Index",
    "Message",
    "Reference",
    "Text",
    "area_of",
    "file_name",
    "write_index",
    "write_message",
]
