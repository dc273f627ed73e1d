"""The answers of a CKAN 2 catalogue that holds the government tables.

The actions `package_show` and `datastore_search`, and the files that they link to, as functions
from a request to an answer. Sockets and failures on purpose belong to `serving`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime
from urllib.parse import urlencode

from city.channels import Answer, Request, Row, Table
from city.serving.answers import page
from city.serving.byte_ranges import requested_bytes
from city.serving.outages import Outages

ACTIONS = "/api/3/action/"
DEFAULT_ROWS = 100
MOST_ROWS = 32_000
TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.000000"

# The catalogue's public name. It stands in the `help` of every answer, whatever port the answer
# comes from, so that the same question has the same answer, byte for byte.
SITE_URL = "https://catalogue.phuket.example"


class ActionError(Exception):
    """A question that CKAN answers with `"success": false`."""

    def __init__(self, status: int, kind: str, details: Mapping[str, object]) -> None:
        super().__init__(kind)
        self.status = status
        self.error = {"__type": kind, **details}


@dataclass(frozen=True)
class CkanCatalogue:
    """A catalogue that holds tables, at the root of the server."""

    tables: Sequence[Table]
    prefix: str = ""
    outages: Outages | None = None

    def answer(self, url: str, request: Request) -> Answer:
        """What the catalogue at `url` answers."""
        asked = self._asked(request)
        if self.outages and asked and (down := self.outages.answer((asked.source,), None)):
            return down
        if request.path.startswith(ACTIONS):
            return _action_answer(self.tables, url, request)
        for table in self.tables:
            if request.path == _download_path(table):
                return _file_answer(table, request)
        page = b"<html><title>404 Not Found</title></html>"
        return Answer(404, page, {"Content-Type": "text/html"})

    def asked_about(self, request: Request) -> str:
        """The data set that a request is about, or nothing."""
        asked = self._asked(request)
        return asked.dataset if asked else ""

    def _asked(self, request: Request) -> Table | None:
        asked = {str(request.parameters.get(name, "")) for name in ("id", "resource_id")}
        for table in self.tables:
            if asked & {table.dataset, table.dataset_id, table.resource_id}:
                return table
            if request.path == _download_path(table):
                return table
        return None


def json_answer(status: int, document: object) -> Answer:
    """A document the way CKAN writes it, with Thai text as escapes."""
    body = json.dumps(document).encode()
    return Answer(status, body, {"Content-Type": "application/json;charset=utf-8"})


def _action_answer(tables: Sequence[Table], url: str, request: Request) -> Answer:
    name = request.path.removeprefix(ACTIONS).rstrip("/")
    if name == "datastore_search_sql":  # the firewall before a real catalogue refuses it with 200
        return page(200, "Access Denied")
    action = _ACTIONS.get(name)
    if action is None:
        return json_answer(400, f"Bad request - Action name not known: {name}")
    told: dict[str, object] = {"help": f"{SITE_URL}{ACTIONS}help_show?name={name}"}
    try:
        result = action(tables, url, request)
    except ActionError as error:
        return json_answer(error.status, {**told, "success": False, "error": error.error})
    return json_answer(200, {**told, "success": True, "result": result})


def _package_show(tables: Sequence[Table], url: str, request: Request) -> dict[str, object]:
    asked = _required(request, "id")
    for table in tables:
        if asked in (table.dataset, table.dataset_id):
            return _package(table, url)
    raise ActionError(404, "Not Found Error", {"message": "Not found"})


def _package(table: Table, url: str) -> dict[str, object]:
    changed = table.published_at.astimezone(UTC).strftime(TIME_FORMAT)
    return {
        "id": table.dataset_id,
        "name": table.dataset,
        "title": table.title,
        "author": table.agency,
        "license_id": "Open Government",
        "license_title": "Open Government Data (Thailand)",
        "metadata_created": changed,
        "metadata_modified": changed,
        "num_resources": 1,
        "num_tags": 0,
        "private": False,
        "state": "active",
        "tags": [],
        "type": "dataset",
        "resources": [
            {
                "id": table.resource_id,
                "package_id": table.dataset_id,
                "name": table.resource,
                "format": "CSV",
                "mimetype": "text/csv",
                "url": url + _download_path(table),
                "url_type": "upload",
                "datastore_active": True,
                "size": len(table.body),
                "hash": hashlib.md5(table.body, usedforsecurity=False).hexdigest(),
                "created": changed,
                "last_modified": changed,
                "metadata_modified": changed,
                "position": 0,
                "state": "active",
            }
        ],
    }


def _datastore_search(tables: Sequence[Table], _: str, request: Request) -> dict[str, object]:
    asked = _required(request, "resource_id")
    limit = min(_natural(request, "limit", DEFAULT_ROWS), MOST_ROWS)
    offset = _natural(request, "offset", 0)
    if unknown := sorted(set(request.parameters) - {"resource_id", "limit", "offset", "sort"}):
        message = f"The input fields {', '.join(unknown)} were not expected."
        raise ActionError(409, "Validation Error", {"__junk": [message]})
    if request.parameters.get("sort", "_id") not in ("_id", "_id asc"):
        raise ActionError(409, "Validation Error", {"sort": ["this catalogue sorts by _id only"]})
    for table in tables:
        if asked == table.resource_id:
            page = table.rows[offset : offset + limit]
            return {
                "include_total": True,
                "limit": limit,
                **({"offset": offset} if offset else {}),
                "records_format": "objects",
                "resource_id": asked,
                "total_estimation_threshold": None,
                "records": [
                    _record(table, number, row) for number, row in enumerate(page, offset + 1)
                ],
                "fields": [
                    {"id": "_id", "type": "int"},
                    *({"id": heading, "type": "text"} for heading in table.headings),
                ],
                "_links": _links(request, limit, offset),
                "total": len(table.rows),
                "total_was_estimated": False,
            }
    message = f'Not found: Resource "{asked}" was not found.'
    raise ActionError(404, "Not Found Error", {"message": message})


def _record(table: Table, number: int, row: Row) -> dict[str, object]:
    return {"_id": number, **dict(zip(table.headings, row, strict=True))}


def _links(request: Request, limit: int, offset: int) -> dict[str, str]:
    """CKAN links a next page always, even behind the last record."""
    kept = {name: value for name, value in request.parameters.items() if name != "offset"}
    links = {"start": kept, "next": {**kept, "offset": offset + limit}}
    if offset:
        links["prev"] = {**kept, "offset": max(0, offset - limit)}
    return {name: f"{request.path}?{urlencode(query)}" for name, query in links.items()}


_Action = Callable[[Sequence[Table], str, Request], dict[str, object]]
_ACTIONS: dict[str, _Action] = {
    "package_show": _package_show,
    "datastore_search": _datastore_search,
}


def _required(request: Request, name: str) -> str:
    value = str(request.parameters.get(name, ""))
    if not value:
        raise ActionError(409, "Validation Error", {name: ["Missing value"]})
    return value


def _natural(request: Request, name: str, default: int) -> int:
    text = str(request.parameters.get(name, default))
    try:
        value = int(text)
    except ValueError:
        raise ActionError(409, "Validation Error", {name: ["Invalid integer"]}) from None
    if value < 0:
        raise ActionError(409, "Validation Error", {name: ["Must be a natural number"]})
    return value


def _download_path(table: Table) -> str:
    return f"/dataset/{table.dataset_id}/resource/{table.resource_id}/download/{table.resource}"


def _file_answer(table: Table, request: Request) -> Answer:
    body = table.body
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "ETag": etag,
        "Last-Modified": format_datetime(table.published_at.astimezone(UTC), usegmt=True),
        "Accept-Ranges": "bytes",
    }
    if request.headers.get("if-none-match") in (etag, "*"):
        return Answer(304, b"", headers)
    if request.headers.get("if-range", etag) != etag:
        return Answer(200, body, headers)
    part = requested_bytes(request.headers.get("range", ""), len(body))
    if part is None:
        return Answer(200, body, headers)
    if not part:
        return Answer(416, b"", {**headers, "Content-Range": f"bytes */{len(body)}"})
    span = f"bytes {part.start}-{part.stop - 1}/{len(body)}"
    return Answer(206, body[part.start : part.stop], {**headers, "Content-Range": span})
