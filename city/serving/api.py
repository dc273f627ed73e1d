"""Interfaces that have no standard: one function a path, behind a key and a limit of requests."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from city.channels import Answer, Api, Request
from city.city import City
from city.serving.answers import json_answer
from city.serving.outages import Outages, days_in

_SCHEMES = ("Bearer ", "Token ", "Apikey ")


@dataclass
class ApiService:
    """The paths of one agency's service.

    Parameters
    ----------
    keys: the right key, by the variable that a platform has it in.
    """

    name: str
    city: City
    apis: Sequence[Api]
    outages: Outages
    keys: Mapping[str, str] = field(default_factory=dict)
    _asked: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def prefix(self) -> str:
        """The name of the service is the first part of its paths."""
        return f"/{self.name}"

    def answer(self, url: str, request: Request) -> Answer:
        """The answer of the path, unless it is down, the key is wrong, or there is too much."""
        api = self._api(request)
        if api is None:
            return json_answer(404, {"error": "Not Found"})
        down = self.outages.answer((api.source,), days_in(request, self.city.calendar) or None)
        if down:
            return down
        if api.key and _key_in(api, request) != self.keys.get(api.key, ""):
            return json_answer(401, {"error": "the key is missing or wrong"})
        if api.per_minute and self._too_many(api):
            return json_answer(429, {"error": "too many requests"}, {"Retry-After": "1"})
        return api.answer(self.city, request)

    def asked_about(self, request: Request) -> str:
        """The id of the source."""
        api = self._api(request)
        return api.source if api else ""

    def _api(self, request: Request) -> Api | None:
        asked = request.path.rstrip("/")
        return next((api for api in self.apis if _pattern(api).fullmatch(asked)), None)

    def _too_many(self, api: Api) -> bool:
        """Is this the request too many? Counted, not timed: the same questions fare alike."""
        with self._lock:
            asked = self._asked[api.path] = self._asked.get(api.path, 0) + 1
        return asked % (api.per_minute + 1) == 0


def _pattern(api: Api) -> re.Pattern[str]:
    """The path; what stands in braces, such as a day, stands for any text without a slash."""
    fixed = re.split(r"\{[^{}]*\}", api.path.rstrip("/"))
    return re.compile("[^/]+".join(map(re.escape, fixed)))


def _key_in(api: Api, request: Request) -> str:
    if api.key_in.startswith("?"):
        return str(request.parameters.get(api.key_in[1:], ""))
    said = request.headers.get(api.key_in.lower(), "")
    return next((said.removeprefix(name) for name in _SCHEMES if said.startswith(name)), said)
