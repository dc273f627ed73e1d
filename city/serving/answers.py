"""Answers that several services give alike: a document, and the page of a proxy before them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from city.channels import Answer

JSON = "application/json"
Headers = Mapping[str, str]


def json_answer(
    status: int, document: object, headers: Headers | None = None, media_type: str = JSON
) -> Answer:
    """A document in UTF-8."""
    body = json.dumps(document, ensure_ascii=False).encode()
    return Answer(status, body, {"Content-Type": media_type, **(headers or {})})


def page(status: int, title: str, headers: Headers | None = None) -> Answer:
    """A proxy's own page: what stands before a service knows no JSON."""
    body = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    return Answer(status, body.encode(), {"Content-Type": "text/html", **(headers or {})})
