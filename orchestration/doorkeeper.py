"""Who may ask a server on this machine: its own pages and programs, not the page of a stranger.

A browser lets any page that somebody looks at send requests to 127.0.0.1, and lets a stranger's
name lead there (DNS rebinding). Both show in headers that no page can choose: `Host`, `Origin` and
`Sec-Fetch-Site`. Does not belong here: who somebody is; a proxy with a log-in decides that.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HERE = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+?)\.?(:\d{1,5})?", re.I)
_LOOKING = ("GET", "HEAD", "OPTIONS")
_SECURE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


class Doorkeeper:
    """ASGI middleware that answers 403 to whoever comes by another name or from another page.

    Parameters
    ----------
    names: under which a proxy in front may show the server, besides those of this machine.
    public: may pages of everywhere look? For files that anybody may read.
    """

    def __init__(self, app: ASGIApp, names: Collection[str] = (), *, public: bool = False) -> None:
        self._app = app
        self._names = HERE | {name.lower() for name in names}
        self._public = public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say why not."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif reason := self._refusal(scope):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008, "reason": reason})
            else:
                await PlainTextResponse(f"{reason}\n", 403, _SECURE)(scope, receive, send)
        else:
            await self._app(scope, receive, _secured(send))

    def _refusal(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or (name := _name(hosts[0])) not in self._names:
            known = ", ".join(sorted(self._names))
            return f"this server answers under its own names alone: {known}"
        looking = scope["type"] == "http" and scope["method"] in _LOOKING
        if self._public and looking:
            return None
        origins = headers.getlist("origin")
        if any(not self._is_own(origin, hosts[0], name) for origin in origins):
            return "pages of another origin may not ask here"
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin") and not (
            looking and headers.get("sec-fetch-mode") == "navigate"
        ):
            return "pages of another site may not ask here"
        # Dagster runs what an address asks for, and an image of a stranger's page has no Origin.
        if looking and scope["path"].endswith("/graphql") and scope["query_string"]:
            return "questions to GraphQL are sent with POST"
        return None

    def _is_own(self, origin: str, host: str, name: str) -> bool:
        parts = urlsplit(origin.lower())
        if parts.scheme not in ("http", "https"):
            return False
        behind_proxy = _name(parts.netloc) in self._names - HERE
        return parts.netloc == host.lower() or behind_proxy


def _name(host: str) -> str:
    found = _HOST.fullmatch(host.strip())
    return found[1].lower() if found else ""


def _secured(send: Send) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _SECURE.items():
                headers.setdefault(name, value)
        await send(message)

    return told
