"""The words of a contract's `fetch`: where the bytes are, and how to ask for them.

Belongs here: one model per connector, its settings described where they are defined. Does not
belong here: what the bytes mean (`field.py`), and the asking itself (`ingestion/connectors/`).

`{day}` and its kin stand for the day that a run is about (`ingestion/connectors/days.py`);
`${CDP_…}` stands for a setting of the deployment, the only place where a secret may be.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import StringConstraints, model_validator

from ingestion.contracts.words import Words

DAY_WORDS = ("day", "next_day", "buddhist_year", "fiscal_year")
DAY_WORD = re.compile(r"(?<!\$)\{([a-z_]+)(?::([^{}]*))?\}")
_SECRET_HEADER = re.compile(r"auth|key|token|secret|cookie", re.IGNORECASE)

Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]+(:[0-9]{1,5})?$")]
Secret = Annotated[str, StringConstraints(pattern=r"^(\$\{CDP_[A-Z0-9_]+\})?$")]
Path = tuple[str, ...]


class S3Access(Words):
    """How to reach a bucket that is not the platform's own. What is empty is the platform's own."""

    endpoint_url: str = Key(default="", description="address of the S3 server")
    region: str = Key(default="", description="region of the bucket")
    access_key_id: Secret = Key(default="", description="${CDP_…} that holds the access key")
    secret_access_key: Secret = Key(default="", description="${CDP_…} that holds its secret")


class SftpAccess(Words):
    """How to know the server, and how it knows us. One of password and private key is needed."""

    host_key: str = Key(
        default="${CDP_SFTP_HOST_KEY}",
        description="the only key the server may show, as `ssh-ed25519 AAAA…` or `SHA256:…`",
    )
    password: Secret = Key(
        default="${CDP_SFTP_PASSWORD}", description="${CDP_…} that holds the password"
    )
    private_key: Secret = Key(
        default="${CDP_SFTP_PRIVATE_KEY}",
        description="${CDP_…} that holds the path of the file with our private key",
    )


class Marked(Words):
    """What connectors know whose files have a version mark: an ETag, or size and time of change."""

    reread_days: int = Key(
        default=7,
        ge=1,
        le=366,
        description="a file whose version mark has not changed is not fetched again, but read in "
        "full when that was not done for so many days: some sources never change the mark",
    )


class DropFolder(Marked):
    """Files that somebody else puts into a folder, an S3 prefix or an SFTP folder.

    Senders write under a name that begins with a dot or ends in .part or .tmp, then rename.
    """

    connector: Literal["drop_folder"]
    url: str = Key(description="folder, s3://bucket/prefix or sftp://user@host:port/path")
    pattern: str = Key(
        description="file name, with {day} for YYYYMMDD and * as in a shell; without {day} every "
        "fitting file is taken, whatever the day"
    )
    s3: S3Access = Key(default=S3Access(), description="only for a bucket of somebody else")
    sftp: SftpAccess = Key(default=SftpAccess(), description="only where sftp needs other settings")


class Web(Words):
    """What all connectors over HTTP know."""

    url: str = Key(description="address, http or https, without user and password")
    hosts: tuple[Host, ...] = Key(
        default=(),
        description="hosts beyond that of the url to which redirects, next links and linked files "
        "may lead, with `:port` where it is not 80 or 443; headers and keys never go there",
    )
    headers: dict[str, str] = Key(
        default={},
        description="request headers; what authorizes must come from a setting, as in "
        "`Authorization: Bearer ${CDP_…}`",
    )
    requests_per_second: float = Key(
        default=0, ge=0, le=100, description="at most so many to one host; 0: one after another"
    )
    read_seconds: float = Key(
        default=60, gt=0, le=600, description="how long the source may be silent before we hang up"
    )

    @model_validator(mode="after")
    def _secrets_come_from_settings(self) -> Web:
        for name, value in self.headers.items():
            if _SECRET_HEADER.search(name) and "${" not in value:
                raise ValueError(f"header {name} must take its value from a setting: ${{CDP_…}}")
        return self

    @model_validator(mode="after")
    def _day_words_are_known(self) -> Web:
        for text in _texts(self.model_dump()):
            for word, _ in DAY_WORD.findall(text):
                if word not in DAY_WORDS:
                    known = ", ".join(f"{{{name}}}" for name in DAY_WORDS)
                    raise ValueError(f"{{{word}}} stands for nothing; allowed: {known}")
        return self


class HttpFile(Web, Marked):
    """One file at one address. With {day} in the address: one a day, lookback days included."""

    connector: Literal["http_file"]
    name: str = Key(
        default="", description="name to keep it under; default: the last part of the address"
    )
    params: dict[str, str] = Key(default={}, description="query parameters; keys as ${CDP_…}")


class Offset(Words):
    """Pages by the number of records to skip."""

    type: Literal["offset"]
    offset: str = Key(default="offset", description="parameter that takes the number to skip")
    limit: str = Key(default="limit", description="parameter that takes the size of a page")
    size: int = Key(default=1000, ge=1, description="records to ask for at once")
    total: Path = Key(default=(), description="path in the answer to the number of all records")


class Numbered(Words):
    """Pages by their number."""

    type: Literal["page"]
    page: str = Key(default="page", description="parameter that takes the number of the page")
    first: int = Key(default=1, ge=0, description="number of the first page")
    limit: str = Key(default="", description="parameter that takes the size of a page, if any")
    size: int = Key(default=1000, ge=1, description="records to ask for at once")
    total: Path = Key(default=(), description="path in the answer to the number of all records")


class Cursor(Words):
    """Pages by a mark that each answer gives for the next; no mark ends them."""

    type: Literal["cursor"]
    cursor: str = Key(default="cursor", description="parameter that takes the mark")
    path: Path = Key(description="path in the answer to the mark for the next page")
    total: Path = Key(default=(), description="path in the answer to the number of all records")


class NextLink(Words):
    """Pages by an address that each answer gives for the next; it is followed, never built."""

    type: Literal["next_link"]
    path: Path = Key(
        default=(), description="path in the answer to the address; empty: the Link header"
    )
    total: Path = Key(default=(), description="path in the answer to the number of all records")


Paging = Annotated[Offset | Numbered | Cursor | NextLink, Key(discriminator="type")]


class HttpJson(Web):
    """Answers in JSON, in one piece or in pages. `format.record_path` leads to the records.

    The pages become one file, an answer a line. With {day} in the address, the parameters or the
    body: one file a day, lookback days included.
    """

    connector: Literal["http_json"]
    name: str = Key(
        default="", description="name to keep it under; default: the last part of the address"
    )
    method: Literal["get", "post"] = "get"
    params: dict[str, str] = Key(default={}, description="query parameters; keys as ${CDP_…}")
    body: dict[str, str | int] = Key(
        default={}, description="members of the JSON body of a post; paging adds its own"
    )
    paging: Paging | None = None
    identifier: str = Key(
        default="",
        description="member that no two records share: a record that comes on two pages means that "
        "another was missed. Pages need it or paging.total, better both",
    )

    @model_validator(mode="after")
    def _only_a_post_has_a_body(self) -> HttpJson:
        if self.body and self.method != "post":
            raise ValueError("a body needs method: post")
        if self.method == "post" and isinstance(self.paging, NextLink):
            raise ValueError("next links are followed with get, not with post")
        return self

    @model_validator(mode="after")
    def _paging_can_be_proved(self) -> HttpJson:
        if self.paging and not self.paging.total and not self.identifier:
            raise ValueError(
                "paging needs paging.total or identifier: without both, a record that is lost "
                "between two pages could not be told"
            )
        return self


class Ckan(Web, Marked):
    """A resource of a CKAN catalogue (API 3), through its datastore or as the file it links."""

    connector: Literal["ckan"]
    url: str = Key(description="root of the catalogue, without /api")
    dataset: str = Key(description="name or id of the package")
    resource: str = Key(description="name or id of the resource in that package")
    via: Literal["datastore", "file"]
    page_size: int = Key(default=1000, ge=1, le=32000, description="records to ask for at once")
    api_key: Secret = Key(default="", description="${CDP_…} of the variable that holds the key")


class SensorThings(Web):
    """Entities of an OGC SensorThings API 1.1. Of observations: those of a day and its lookback.

    The pages become one file, an answer a line, in the order of time.
    """

    connector: Literal["sensorthings"]
    url: str = Key(description="root of the service with its version, such as …/FROST-Server/v1.1")
    entities: str = Key(
        default="Observations", description="path of the collection: Datastreams(7)/Observations"
    )
    form: Literal["value", "data_array"] = Key(
        default="value", description="objects, or the shorter arrays with a list of components"
    )
    time: str = Key(
        default="phenomenonTime", description="property that says the day; empty: take all, always"
    )
    order: str = Key(
        default="phenomenonTime,@iot.id",
        description="$orderby: without a full order, pages lose and repeat rows",
    )
    count: Literal["exact", "estimated"] = Key(
        default="exact",
        description="whether @iot.count is the number of all: FROST can be set up to estimate it, "
        "and then only identifiers prove that no row was lost",
    )
    filter: str = Key(default="", description="$filter beyond that of the day")
    expand: str = Key(default="", description="$expand")
    page_size: int = Key(default=1000, ge=1, le=10000, description="$top")


class NgsiLd(Web):
    """Entities of one type from an NGSI-LD context broker, as they are now or as they were.

    `temporal` asks for the values of a day and its lookback, the others for the present state.
    """

    connector: Literal["ngsi_ld"]
    url: str = Key(description="root of the API, such as https://broker/ngsi-ld/v1")
    entity: str = Key(description="type of the entities: WaterQualityObserved")
    form: Literal["key_values", "normalized", "temporal"] = "key_values"
    query: str = Key(default="", description="q: which entities, in the broker's query language")
    attributes: tuple[str, ...] = Key(default=(), description="attrs: only these; empty: all")
    context: str = Key(default="", description="address of the @context that names the type")
    tenant: str = Key(default="", description="NGSILD-Tenant, where the broker has several")
    page_size: int = Key(default=100, ge=1, le=1000, description="entities to ask for at once")


Fetch = Annotated[
    DropFolder | HttpFile | HttpJson | Ckan | SensorThings | NgsiLd,
    Key(discriminator="connector"),
]


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, list | tuple):
        return [text for part in value for text in _texts(part)]
    return [value] if isinstance(value, str) else []
