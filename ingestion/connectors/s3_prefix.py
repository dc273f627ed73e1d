"""Files that somebody else puts under a prefix of an S3 bucket, theirs or ours.

An upload to S3 is whole or not there, so nothing half-written can be seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from ingestion.connectors.fetched import Fetched, FetchRequest, Known, too_large
from ingestion.connectors.http.addresses import Reach, may_enter, port_of
from ingestion.connectors.patience import Again
from ingestion.connectors.secrets import optional
from ingestion.connectors.wanted import Wanted
from ingestion.contracts.fetching import S3Access
from ingestion.contracts.references import resolve
from ingestion.errors import CdpError, PermanentError, TransientError
from ingestion.settings import Settings
from ingestion.storage import InvalidKey, KeyMissing, ObjectInfo, open_store


def fetch_from_s3(
    url: str, access: S3Access, wanted: Wanted, request: FetchRequest, known: Known
) -> Iterator[Fetched]:
    """Yield the wanted objects that lie directly under the prefix; their ETags are the marks."""
    settings = _settings(request.settings, access)
    if settings.s3_endpoint_url != request.settings.s3_endpoint_url:
        _check_reach(settings.s3_endpoint_url, request)
    with _told(wanted.source, url):
        store = open_store(url.rstrip("/"), settings)
        found: dict[str, ObjectInfo] = {}
        for beginning in wanted.beginnings:
            found |= {info.key: info for info in store.list(beginning) if "/" not in info.key}
    for name in wanted.among(found):
        mark, size = found[name].etag, found[name].size
        if known(name, mark):
            continue
        if size > request.limits.file_bytes:
            wanted.skipped.append(too_large(f"{store.url}/{name}", size, request))
            continue
        path = request.folder / name
        with _told(wanted.source, url):
            try:
                store.download(name, path)
            except KeyMissing:  # taken away since it was listed
                continue
            except InvalidKey as error:
                wanted.skipped.append(_unnameable(wanted.source, error))
                continue
        yield Fetched(name, path, f"{store.url}/{name}", mark, {"size": str(size)})
        path.unlink(missing_ok=True)


def _settings(settings: Settings, access: S3Access) -> Settings:
    """The deployment's own, but for what the contract says about this bucket."""
    said = {
        "s3_endpoint_url": optional(access.endpoint_url),
        "s3_region": resolve(access.region),
        "s3_access_key_id": resolve(access.access_key_id),
        "s3_secret_access_key": SecretStr(resolve(access.secret_access_key)),
    }
    # A source that does not answer holds up no other: it is waited for as any source is.
    own = {name: value for name, value in said.items() if value} | {"reach_seconds": 0}
    return settings.model_copy(update=own)


def _unnameable(source: str, error: InvalidKey) -> PermanentError:
    return PermanentError(
        f"source {source}: {error.what}; it was not taken",
        expected=error.expected,
        fix="ask the sender to rename it",
    )


def _check_reach(endpoint: str, request: FetchRequest) -> None:
    """A server that only a contract names may be where a source may be, and nowhere else."""
    import httpx

    address = httpx.URL(endpoint)
    inside = may_enter(request.settings, request.source, address.host)
    reach = Reach(request.source, address, inside=inside)
    reach.check(address)
    try:
        reach.resolve(address.host, port_of(address))
    except Again as error:
        raise TransientError(f"{endpoint} {error}") from None


@contextmanager
def _told(source: str, url: str) -> Iterator[None]:
    """Failures of the store as failures of the source: the remedy is in other settings."""
    try:
        yield
    except CdpError as error:
        transient = isinstance(error, TransientError)
        raise (TransientError if transient else PermanentError)(
            f"source {source}: drop folder {url}: {error.what}",
            expected=error.expected,
            fix="the next run tries again"
            if transient
            else "correct the setting that fetch.url names, the bucket, or the keys of fetch.s3 "
            "(without them, CDP_S3_*)",
        ) from None
