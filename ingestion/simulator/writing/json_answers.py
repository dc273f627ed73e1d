"""JSON as agencies answer it: the same bytes on every machine, Thai text as it is."""

from __future__ import annotations

import json

from ingestion.simulator.channels import Answer


def json_answer(document: object, *, status: int = 200) -> Answer:
    """A document as an answer; members stand in the order in which they were given."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, body, {"Content-Type": "application/json; charset=utf-8"})


def asked_number(parameters: object, default: int) -> int:
    """A number that a client asked for, or the default where it asked for none."""
    text = str(parameters if parameters is not None else "")
    return int(text) if text.isdecimal() else default
