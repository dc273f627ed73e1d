"""How what a source sends reaches the platform: one class a way, used by `sources`, known to
`serving`.

A source is one object of these classes, with the id of its contract. Files are pushed (`Drop`);
everything else is asked for over the protocol of its kind. What is in the bytes belongs to
`sources`; ports, pages, keys and failures belong to `serving`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal
from uuid import NAMESPACE_URL, uuid5

from city.defects import Defect
from city.writing.delimited import csv_bytes
from city.writing.json_text import json_bytes

if TYPE_CHECKING:
    from city.city import City

Row = tuple[str, ...]
Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


@dataclass(frozen=True)
class DropFile:
    """One file that a sender drops, with what is wrong in it."""

    name: str
    sent_at: datetime
    body: bytes
    defects: tuple[Defect, ...] = ()


@dataclass(frozen=True)
class Drop:
    """A source that drops files: into a folder, an S3 bucket or over SFTP.

    `files` gives the files about one day, those sent late or again included; what has no day of its
    own, such as a register, comes with the city's first day. `folder` is where they go; its address
    is in the setting. `many_a_day` drops begin with the city's `streams_from`.
    """

    source: str
    setting: str
    store: Literal["folder", "s3", "sftp"]
    folder: str
    files: Callable[[City, date], Iterable[DropFile]]
    many_a_day: bool = False

    def sent(self, city: City, day: date) -> Iterable[DropFile]:
        """The files about one day, if the sender was connected by then."""
        if self.many_a_day and day < city.streams_from:
            return ()
        return self.files(city, day)


@dataclass(frozen=True)
class Table:
    """One table of one agency: a data set of a CKAN catalogue with a single CSV resource.

    `published_at` is when the simulated catalogue received this revision.
    """

    source: str
    dataset: str
    resource: str
    title: str
    agency: str
    headings: Row
    rows: tuple[Row, ...]
    published_at: datetime
    defects: tuple[Defect, ...] = ()

    @property
    def dataset_id(self) -> str:
        """The catalogue's identifier of the data set."""
        return str(uuid5(NAMESPACE_URL, f"urn:phuket:dataset:{self.dataset}"))

    @property
    def resource_id(self) -> str:
        """The catalogue's identifier of the file."""
        return str(uuid5(NAMESPACE_URL, f"urn:phuket:dataset:{self.dataset}:{self.resource}"))

    @property
    def body(self) -> bytes:
        """The table as the CSV file that the agency uploaded."""
        return csv_bytes((self.headings, *self.rows))


@dataclass(frozen=True)
class Catalogued:
    """A source that is a table of the province's CKAN catalogue (setting `CDP_CKAN_URL`)."""

    source: str
    table: Callable[[City], Table]


@dataclass(frozen=True)
class Observation:
    """One result of a SensorThings datastream. `result` is written as it is: a number or a text."""

    datastream: int
    phenomenon_time: datetime
    result: float | str


@dataclass(frozen=True)
class Things:
    """A source behind an OGC SensorThings API: the observations of its datastreams, by day."""

    source: str
    setting: str
    datastreams: Callable[[City], Sequence[Mapping[str, Json]]]
    """Entities with `@iot.id`, name, unitOfMeasurement and whatever else the service tells."""
    observations: Callable[[City, date], Iterable[Observation]]
    defects: Callable[[City], Iterable[Defect]] = lambda city: ()


@dataclass(frozen=True)
class Entities:
    """A source behind an NGSI-LD broker: all entities of one type.

    `present` gives them as they are when the city closes, key-values form; `history` gives, for a
    day, the same entities in temporal form (`{attribute: {"values": [[v, ts], ...]}}`), or nothing.
    """

    source: str
    setting: str
    entity: str
    present: Callable[[City], Iterable[Mapping[str, Json]]]
    history: Callable[[City, date], Iterable[Mapping[str, Json]]] | None = None
    defects: Callable[[City], Iterable[Defect]] = lambda city: ()


@dataclass(frozen=True)
class Request:
    """What a client asks: path, parameters (query or JSON body), headers in lower case."""

    path: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def number(self, name: str, default: int) -> int:
        """A whole number that was asked for, or the default where none was."""
        text = str(self.parameters.get(name, ""))
        return int(text) if text.isdecimal() else default


@dataclass(frozen=True)
class Answer:
    """Status, headers and body; the length is the server's to say."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(document: Json, *, status: int = 200) -> Answer:
    """A document as an answer; members stand in the order in which they were given."""
    return Answer(status, json_bytes(document), {"Content-Type": "application/json; charset=utf-8"})


@dataclass(frozen=True)
class Api:
    """A source behind an interface that has no standard: one path, one function.

    Parameters
    ----------
    setting: the variable that holds the address of the service, up to the path.
    service: the first part of the path on the simulated server, such as `thaiwater`.
    path: what the contract adds to the setting, such as `/public/waterlevel_load`.
    key: the variable that holds the caller's key, where the service wants one; `key_in` says where
        it must be: a header of that name, or a query parameter as `?name`.
    per_minute: how many requests it answers in a minute; 0 for any number.
    """

    source: str
    setting: str
    service: str
    path: str
    answer: Callable[[City, Request], Answer]
    key: str = ""
    key_in: str = ""
    per_minute: int = 0
    defects: Callable[[City], Iterable[Defect]] = lambda city: ()


Source = Drop | Catalogued | Things | Entities | Api
