"""CKAN catalogues (action API version 3): data.go.th and the provincial GD Catalog nodes.

A resource is found by name in its package, then taken as the file it links or as the pages of
its datastore. The pages become one file, a page's body a line, so that the snapshot is whole
and every byte that the catalogue sent can be judged again later.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from ingestion.connectors.fetched import Fetched, FetchRequest
from ingestion.connectors.http import HttpClient, public
from ingestion.contracts.loader import resolve
from ingestion.contracts.model import Ckan
from ingestion.errors import PermanentError, TransientError


def fetch_ckan(ckan: Ckan, request: FetchRequest) -> Iterator[Fetched]:
    """Yield the one file that a resource is."""
    root = resolve(ckan.url).rstrip("/")
    key = resolve(ckan.api_key) if ckan.api_key else ""
    headers = {"api-key": key, "Authorization": key} if key else {}
    host = urlsplit(root).hostname or ""
    source, settings = request.contract.id, request.settings
    with HttpClient(
        source, frozenset({host}), settings.clock, allow_loopback=settings.allow_loopback
    ) as client:
        catalogue = _Catalogue(client, root, headers, source)
        resource = catalogue.resource(ckan)
        path = request.folder / ckan.resource
        if ckan.via == "file":
            url = str(resource.get("url", ""))
            answer = client.download(url, path, headers)
            details = {"status": str(answer.status), "media_type": answer.media_type}
            origin, mark = public(url), answer.etag
        else:
            details = catalogue.pages(str(resource.get("id", "")), ckan.page_size, path)
            origin, mark = f"{root}/api/3/action/datastore_search", ""
    details["resource_modified"] = str(resource.get("last_modified", ""))
    yield Fetched(name=ckan.resource, path=path, origin=origin, mark=mark, details=details)


class _Catalogue:
    """The few actions of the API that are needed."""

    def __init__(
        self, client: HttpClient, root: str, headers: Mapping[str, str], source: str
    ) -> None:
        self._client, self._root, self._headers, self._source = client, root, headers, source

    def resource(self, ckan: Ckan) -> Mapping[str, object]:
        """The resource's entry in its package, found by name or id."""
        package = self._action("package_show", {"id": ckan.dataset})[0]
        entries = package.get("resources")
        resources = [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []
        for entry in resources:
            if ckan.resource in (entry.get("name"), entry.get("id")):
                return entry
        names = [str(entry.get("name")) for entry in resources]
        closest = difflib.get_close_matches(ckan.resource, names, n=1)
        raise PermanentError(
            f"source {self._source}: package {ckan.dataset} has no resource {ckan.resource!r}",
            expected="one of " + ", ".join(names[:10]),
            fix=f"was it renamed to {closest[0]!r}?" if closest else "correct the contract",
        )

    def pages(self, resource: str, size: int, path: Path) -> dict[str, str]:
        """Write every page of a datastore resource, a body a line; tell how many records came."""
        received, pages, total = 0, 0, 0
        with path.open("wb") as file:
            while True:
                params = {
                    "resource_id": resource,
                    "limit": str(size),
                    "offset": str(received),
                    "sort": "_id",
                }
                result, body = self._action("datastore_search", params)
                records = result.get("records")
                count = len(records) if isinstance(records, list) else 0
                # Line breaks between JSON tokens mean nothing, and inside strings are escaped.
                file.write(body.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n")
                pages, received = pages + 1, received + count
                total = _integer(result.get("total"))
                if count == 0 or received >= total:
                    break
        if received != total:
            raise TransientError(
                f"source {self._source}: the datastore promised {total} records, sent {received}",
                fix="it changed while it was read, or the total is an estimate; try again",
            )
        return {"pages": str(pages), "records": str(received)}

    def _action(self, name: str, params: Mapping[str, str]) -> tuple[dict[str, object], bytes]:
        url = f"{self._root}/api/3/action/{name}"
        body = self._client.get(url, params, self._headers)
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            raise PermanentError(
                f"source {self._source}: {public(url)} answered "
                f"{body[:60].decode('utf-8', 'replace')!r}",
                expected="JSON",
                fix="the catalogue refuses the request with a page; check the key and the address",
            ) from None
        result = answer.get("result") if isinstance(answer, dict) else None
        if not isinstance(result, dict) or not answer.get("success"):
            error = answer.get("error") if isinstance(answer, dict) else answer
            raise PermanentError(
                f"source {self._source}: {public(url)} answered error {str(error)[:120]}",
                fix="check dataset and resource in the contract",
            )
        return result, body


def _integer(value: object) -> int:
    return int(value) if isinstance(value, (int, str)) and str(value).isdecimal() else 0
