"""A local folder served over HTTP as a public bucket serves it, for looking at the open store here.

Belongs here: which file an address is, and the answers of a bucket: ranges, conditions, CORS. Does
not belong here: who may ask (`doorkeeper.py`). A deployment serves its store from its bucket.
"""

from __future__ import annotations

import os
import re
import socket
import stat
from collections.abc import Callable
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path

import uvicorn
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from ingestion.errors import PermanentError
from ingestion.storage import InvalidKey, keys
from orchestration.doorkeeper import Doorkeeper
from publication.folder import media_type

_METHODS = "GET, HEAD, OPTIONS"
_VERSION = re.compile(r"[^/]+/[^/]+/\d{4}-\d{2}-\d{2}\.\d+/")
_RANGES = re.compile(r"bytes=\s*(\d+-\d*|-\d+)(\s*,\s*(\d+-\d*|-\d+))*\s*", re.ASCII)
_BACKWARDS = re.compile(r"(\d+)-(\d+)")
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Accept-Ranges, Content-Length, Content-Range, ETag, Last-Modified"
    ),
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def serve_folder(folder: Path, port: int, ready: Callable[[str], None]) -> None:
    """Serve a folder on 127.0.0.1 until interrupted; `ready` is told the address.

    Raises
    ------
    PermanentError: nothing is published there yet, or the port is taken.
    """
    if not (folder / keys.INDEX).exists():
        raise PermanentError(f"nothing is published in {folder} yet", fix="run make demo first")
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or "it is not a port"
            raise PermanentError(
                f"port {port} cannot be used ({why})", fix="choose another with --port"
            ) from None
        ready(f"http://127.0.0.1:{listening.getsockname()[1]}/")
        config = uvicorn.Config(
            Doorkeeper(Bucket(folder), public=True),
            lifespan="off",
            log_level="error",
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        uvicorn.Server(config).run(sockets=[listening])


class Bucket:
    """The files of a folder by their keys, as an ASGI application."""

    def __init__(self, folder: Path) -> None:
        self._root = folder.resolve()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._answer(scope)(_without_bad_range(scope), receive, _with_headers(send))

    def _answer(self, scope: Scope) -> Response:
        if scope["method"] == "OPTIONS":
            return _preflight()
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("this server is for reading\n", 405, {"Allow": _METHODS})
        key = scope["path"].removeprefix("/") or keys.INDEX
        found = self._find(key)
        if found is None:
            return PlainTextResponse("there is no such file\n", 404)
        path, status = found
        headers = {
            "ETag": f'"{status.st_ino:x}-{status.st_mtime_ns:x}-{status.st_size:x}"',
            "Last-Modified": formatdate(status.st_mtime, usegmt=True),
            "Cache-Control": "max-age=31536000, immutable" if _VERSION.match(key) else "no-cache",
        }
        if condition := _condition(Headers(scope=scope), headers["ETag"], status):
            return Response(status_code=condition, headers=headers)
        return FileResponse(path, headers=headers, media_type=media_type(key), stat_result=status)

    def _find(self, key: str) -> tuple[Path, os.stat_result] | None:
        """The file of a key: a plain file, not a link, and none that a store keeps for itself."""
        try:
            keys.validate(key)
        except InvalidKey:
            return None
        path = self._root / key
        if any(part.startswith(".") for part in key.split("/")):
            return None
        try:
            status = path.lstat()
            # A bucket has no links; of a folder they would lead to anywhere on this machine.
            if not stat.S_ISREG(status.st_mode) or path.resolve(strict=True) != path:
                return None
        except (OSError, ValueError):
            return None
        return path, status


def _preflight() -> Response:
    allowed = {
        "Allow": _METHODS,
        "Access-Control-Allow-Methods": _METHODS,
        "Access-Control-Allow-Headers": "*",
        "Access-Control-Max-Age": "3600",
    }
    return Response(status_code=204, headers=allowed)


def _condition(headers: Headers, etag: str, status: os.stat_result) -> int | None:
    """304 or 412, when a condition of the request says so (RFC 9110, 13.2.2)."""
    if (wanted := headers.get("if-match")) is not None:
        if not _names(wanted, etag, weak=False):
            return 412
    elif _changed_since(headers.get("if-unmodified-since"), status):
        return 412
    if (known := headers.get("if-none-match")) is not None:
        return 304 if _names(known, etag, weak=True) else None
    since = headers.get("if-modified-since")
    return 304 if _changed_since(since, status) is False else None


def _names(listed: str, etag: str, *, weak: bool) -> bool:
    tags = [tag.strip() for tag in listed.split(",")]
    return "*" in tags or etag in [tag.removeprefix("W/") if weak else tag for tag in tags]


def _changed_since(day: str | None, status: os.stat_result) -> bool | None:
    """None where the header is absent or is no date."""
    try:
        return int(status.st_mtime) > parsedate_to_datetime(day).timestamp() if day else None
    except (ValueError, OverflowError):
        return None


def _without_bad_range(scope: Scope) -> Scope:
    """A range that is none is passed over, as buckets do and the standard says."""
    told = Headers(scope=scope).get("range")
    good = told is not None and _RANGES.fullmatch(told.lower())
    if good and all(int(a) <= int(b) for a, b in _BACKWARDS.findall(str(told))):
        return scope
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"range"]}


def _with_headers(send: Send) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return told
