"""Interfaces that have no standard: one function a path, behind a key and a limit of requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingestion.simulator.channels import Answer, Api, Request
from ingestion.simulator.city import City


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
    keys: dict[str, str] = field(default_factory=dict)
    _asked: dict[str, int] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        """The name of the service is the first part of its paths."""
        return f"/{self.name}"

    def answer(self, url: str, request: Request) -> Answer:
        """The answer of the path, unless the key is wrong or there were too many requests."""
        api = self._api(request)
        if api is None:
            return _refusal(404, "Not Found")
        if api.key and _key_in(api, request) != self.keys.get(api.key, ""):
            return _refusal(401, "the key is missing or wrong")
        asked = self._asked[api.path] = self._asked.get(api.path, 0) + 1
        if api.per_minute and asked % (api.per_minute + 1) == 0:
            return _refusal(429, "too many requests", {"Retry-After": "1"})
        return api.answer(self.city, request)

    def asked_about(self, request: Request) -> str:
        """The id of the source."""
        api = self._api(request)
        return api.source if api else ""

    def _api(self, request: Request) -> Api | None:
        for api in self.apis:
            if request.path.rstrip("/") == api.path.rstrip("/"):
                return api
        return None


def _key_in(api: Api, request: Request) -> str:
    if api.key_in.startswith("?"):
        return str(request.parameters.get(api.key_in[1:], ""))
    return request.headers.get(api.key_in.lower(), "")


def _refusal(status: int, text: str, headers: dict[str, str] | None = None) -> Answer:
    body = f'{{"error": "{text}"}}\n'.encode()
    return Answer(status, body, {"Content-Type": "application/json", **(headers or {})})
