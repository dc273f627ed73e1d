"""The documents that the open store holds, as pydantic models, and their one encoding.

Does not belong here: when they are written (`release.py`, `commits.py`, `catalogue.py`).
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints, model_validator

from dbt_project.products import MethodChange
from ingestion.clock import BANGKOK, Clock
from ingestion.contracts.words import Bilingual, Domain, Identifier, Words
from ingestion.deliveries.simulated import Simulation

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Version = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}\.\d{1,4}$")]
Freshness = Literal["fresh", "held"]
Deed = Literal["released", "resumed", "held", "rolled_back"]

MANIFEST = "manifest.json"
FORMAT_VERSION = 1  # of the JSON documents themselves


def _is_none(value: object) -> bool:
    """Words that came later are left out where they say nothing: what is older keeps its bytes."""
    return value is None


class PublishedFile(Words):
    """One file of a version folder. `rows` is set for the tables."""

    name: str
    bytes: int
    sha256: Sha256
    rows: int | None = None


class Manifest(Words):
    """What a version folder holds and where it came from.

    `content_sha256` covers the data and the product's metadata, not the times: two candidates
    with the same value are the same release.
    """

    format_version: int = FORMAT_VERSION
    product: Identifier
    domain: Domain
    title: Bilingual
    description: Bilingual
    version: Version
    schema_version: str
    method_changes: tuple[MethodChange, ...] = Field(
        default=(), description="rules of ours that changed, up to the one that made these numbers"
    )
    published_at: datetime
    supersedes: Version | None
    cadence: str
    licence: str
    attribution: Bilingual
    rows: int
    content_sha256: Sha256
    code_version: str
    data_from: date | None = Field(default=None, description="first day that a row tells of")
    data_until: date | None = Field(default=None, description="last day that a row tells of")
    next_update_by: datetime | None = Field(
        default=None, description="when a newer version is due; current until then, late after"
    )
    simulated: bool = Field(default=False, description="is it the simulated city's?")
    simulation: Simulation | None = Field(
        default=None, exclude_if=_is_none, description="how it was simulated, as far as is known"
    )
    notice: Bilingual | None = Field(default=None, description="what readers must know first")
    inputs: tuple[str, ...] = Field(description="ledger ids of the deliveries behind the data")
    files: tuple[PublishedFile, ...]

    @property
    def method(self) -> int:
        """The number of the method change that made these numbers; 0 before the first."""
        return self.method_changes[-1].number if self.method_changes else 0


class Release(Words):
    """One immutable version of a product, as commits name it."""

    version: Version
    manifest_sha256: Sha256
    content_sha256: Sha256


class ProductState(Words):
    """What readers get of one product as of a commit. Held: its last good release, if any."""

    domain: Domain
    title: Bilingual
    release: Release | None
    state: Freshness
    stale_since: datetime | None = None
    reason: Bilingual | None = None
    withdrawn: tuple[Release, ...] = Field(
        default=(), description="newer releases that an operator rolled back from"
    )

    @property
    def version(self) -> str | None:
        """The version that readers get, if there is one."""
        return self.release.version if self.release else None

    @model_validator(mode="after")
    def _whole(self) -> ProductState:
        if self.state == "fresh" and (self.release is None or self.stale_since or self.reason):
            raise ValueError("a fresh product has a release and no reason to be stale")
        if self.state == "held" and not (self.stale_since and self.reason):
            raise ValueError("a held product says since when and why")
        return self


class Action(Words):
    """What a commit did to one product."""

    product: Identifier
    action: Deed
    version: Version | None


class Commit(Words):
    """One numbered step of what readers see. `publish_id` tells its writer that it won.

    Nothing else names the newest commit, so each proves itself: `sha256` is that of the commit
    without it.
    """

    format_version: int = FORMAT_VERSION
    number: int = Field(ge=1)
    parent: int | None
    parent_sha256: Sha256 | None
    publish_id: str
    committed_at: datetime
    actions: tuple[Action, ...]
    products: dict[Identifier, ProductState]
    simulated: bool = Field(
        default=False, exclude_if=lambda is_so: not is_so, description="is all of it simulated?"
    )
    simulation: Simulation | None = Field(
        default=None, exclude_if=_is_none, description="how it was simulated, as far as is known"
    )
    sha256: Sha256 | None = None

    @property
    def notice(self) -> Bilingual | None:
        """What readers must know first."""
        return (self.simulation or Simulation()).notice if self.simulated else None


def encode(document: BaseModel) -> bytes:
    """The bytes of a document, fields in the order of the model."""
    return as_json(document.model_dump(mode="json"))


def as_json(document: object) -> bytes:
    """How everything published in JSON is written: UTF-8, two spaces, one final newline."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def stamp(clock: Clock) -> datetime:
    """The present second, with the offset that people in Phuket read."""
    return clock.now().astimezone(BANGKOK).replace(microsecond=0)


def version_order(version: str) -> tuple[date, int]:
    """Sorts versions as they were made: by day, then by patch."""
    day, patch = re.fullmatch(r"(.+)\.(\d+)", version).groups()  # type: ignore[union-attr]
    return date.fromisoformat(day), int(patch)
