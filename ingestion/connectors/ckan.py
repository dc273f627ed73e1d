"""CKAN catalogues (action API version 3): data.go.th and the provincial GD Catalog nodes.

A resource is found by name in its package, then taken as the file it links or as the pages of
its datastore.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ingestion.connectors.fetched import Fetched, FetchRequest, Known, written
from ingestion.connectors.http.addresses import public
from ingestion.connectors.http.answers import Answer, Ask, HttpRefused, quoted
from ingestion.connectors.http.client import HttpClient
from ingestion.connectors.http.paging import (
    Pages,
    identifiers_of,
    natural,
    read_steadily,
    records_at,
)
from ingestion.connectors.secrets import Secrets
from ingestion.contracts.fetching import Ckan
from ingestion.contracts.references import resolve
from ingestion.errors import PermanentError
from ingestion.words.closest import closest


def fetch_ckan(ckan: Ckan, request: FetchRequest, known: Known) -> Iterator[Fetched]:
    """Yield the one file that a resource is, unless its version mark is known."""
    key = resolve(ckan.api_key)
    headers = {"api-key": key, "Authorization": key} if key else {}
    path = request.folder / "resource"
    with HttpClient(ckan, request, headers) as client:
        catalogue = _Catalogue(client, ckan, request)
        resource = catalogue.resource()
        changed = {"resource_modified": str(resource.get("last_modified") or "")}
        if ckan.via == "datastore":
            details = catalogue.pages(str(resource.get("id", "")), path)
            origin = public(catalogue.address("datastore_search"))
            yield Fetched(ckan.resource, path, origin, details={**details, **changed})
            return
        url = str(resource.get("url") or "")
        answer = client.download(Ask(url), path, lambda mark: known(ckan.resource, mark))
        if answer:
            details = {**answer.details, **changed}
            yield Fetched(ckan.resource, path, public(url), answer.mark, details)


class _Catalogue:
    """The few actions of the API that are needed."""

    def __init__(self, client: HttpClient, ckan: Ckan, request: FetchRequest) -> None:
        self._client, self._ckan = client, ckan
        self._source, self._limits = request.source, request.limits
        self._root = resolve(ckan.url).rstrip("/")
        self._secrets = Secrets.of(ckan)

    def address(self, action: str) -> str:
        """Where an action is asked for."""
        return f"{self._root}/api/3/action/{action}"

    def resource(self) -> Mapping[str, object]:
        """The resource's entry in its package, found by id or by a name that is its alone."""
        ckan = self._ckan
        package = self._action("package_show", {"id": ckan.dataset})[1]
        entries = package.get("resources")
        resources = [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []
        fitting = [e for e in resources if e.get("id") == ckan.resource] or [
            e for e in resources if e.get("name") == ckan.resource
        ]
        if len(fitting) == 1:
            return fitting[0]
        where = f"source {self._source}: package {ckan.dataset} has"
        if fitting:
            raise PermanentError(
                f"{where} {len(fitting)} resources named {ckan.resource!r}",
                expected="one of the ids " + ", ".join(str(e.get("id")) for e in fitting[:10]),
                fix="write the id as fetch.resource",
            )
        names = [str(entry.get("name")) for entry in resources]
        near = closest(ckan.resource, names)
        raise PermanentError(
            f"{where} no resource {ckan.resource!r}",
            expected="one of " + (", ".join(names[:10]) or "none: it is empty"),
            fix=f"was it renamed to {near!r}?" if near else "correct the contract",
        )

    def pages(self, resource: str, path: Path) -> dict[str, str]:
        """Write every page of a datastore resource; one that moved meanwhile is read once more."""
        return read_steadily(lambda: self._read(resource, path)).details

    def _read(self, resource: str, path: Path) -> Pages:
        with written(path) as file:
            pages = Pages(self._source, file, self._limits.pages)
            more = True
            while more:
                answer, result = self._page(resource, pages.records, self._ckan.page_size)
                records = records_at(result, ("records",), answer, self._client)
                pages.add(answer, records, identifiers_of(records, "_id"))
                # An estimate says neither when to stop nor whether something is missing.
                estimated = bool(result.get("total_was_estimated"))
                pages.promised(None if estimated else natural(result.get("total")))
                more = bool(records) and not pages.done
            pages.check()
            pages.check_places(lambda place: self._identifier_at(resource, place))
        return pages

    def _page(self, resource: str, place: int, size: int) -> tuple[Answer, dict[str, object]]:
        asked = {"resource_id": resource, "limit": str(size), "offset": str(place), "sort": "_id"}
        return self._action("datastore_search", asked)

    def _identifier_at(self, resource: str, place: int) -> list[object]:
        answer, result = self._page(resource, place, 1)
        return identifiers_of(records_at(result, ("records",), answer, self._client), "_id")

    def _action(self, name: str, params: Mapping[str, str]) -> tuple[Answer, dict[str, object]]:
        try:
            answer, document = self._client.json(Ask(self.address(name), params))
        except HttpRefused as error:
            if error.status != 404:
                raise
            raise PermanentError(
                f"{error.what} to {name}",
                expected=f"the {'data set' if name == 'package_show' else 'datastore'} of the "
                f"resource {self._ckan.resource} in {self._ckan.dataset}",
                fix="correct dataset and resource in the contract, or fetch via file",
            ) from None
        told = document if isinstance(document, dict) else {}
        result = told.get("result")
        if isinstance(result, dict) and told.get("success"):
            return answer, result
        said = quoted(str(told.get("error") or document), self._secrets)
        raise PermanentError(
            f"source {self._source}: {public(self.address(name))} answered error {said}",
            fix="check dataset and resource in the contract",
        )
