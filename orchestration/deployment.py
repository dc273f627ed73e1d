"""One running platform: its settings, stores, contracts, products and clock, wired together."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import TypeVar

from dbt_project.products import Product, load_products
from ingestion.clock import Clock
from ingestion.clock_trust import ClockTrust
from ingestion.contracts import SourceContract
from ingestion.deliveries.ingest import Ingestion
from ingestion.deliveries.simulated import (
    Scaled,
    Simulation,
    mark_simulated,
    read_scale,
    record_scale,
    scaled,
    simulation,
)
from ingestion.engine import DBT_LOCK
from ingestion.errors import CdpError, PermanentError
from ingestion.judging.sandbox import Sandbox
from ingestion.locking import locked, wait_until_free
from ingestion.scratch import use
from ingestion.settings import PROJECT, Settings, load_settings
from ingestion.sources import load_contracts
from ingestion.storage import ObjectStore, open_store
from ingestion.storage.lease import lease
from ingestion.words.closest import closest

DBT_PROJECT = PROJECT / "dbt_project"
Named = TypeVar("Named", SourceContract, Product)


@dataclass(frozen=True)
class Deployment:
    """What every command and every Dagster asset is given."""

    settings: Settings

    @property
    def clock(self) -> Clock:
        """The one clock."""
        return self.settings.clock

    @cached_property
    def lake(self) -> ObjectStore:
        """The private store."""
        return open_store(self.settings.lake, self.settings)

    @cached_property
    def open(self) -> ObjectStore:
        """The world-readable store."""
        return open_store(self.settings.open, self.settings, public=True)

    @cached_property
    def contracts(self) -> tuple[SourceContract, ...]:
        """All source contracts."""
        return load_contracts(self.settings.contracts_overlay)

    @cached_property
    def products(self) -> tuple[Product, ...]:
        """All product contracts."""
        return load_products(DBT_PROJECT)

    @property
    def city_scale(self) -> Scaled:
        """At which scale the numbers of this home are: all of a real one is there."""
        return scaled(self.simulation)

    def contract(self, source: str) -> SourceContract:
        """The contract of a source. Raises `PermanentError` with the closest known id."""
        return _named(source, {c.id: c for c in self.contracts}, "source")

    def product(self, product: str) -> Product:
        """The contract of a product. Raises `PermanentError` with the closest known id."""
        return _named(product, {p.id: p for p in self.products}, "product")

    def published(self, product: Product) -> Product:
        """A product as this home publishes it: a simulated one says so in every row."""
        from publication.simulated import as_simulated

        return as_simulated(product, self.simulation) if self.simulation else product

    @cached_property
    def simulation(self) -> Simulation | None:
        """How the city of this home is simulated, its scale included; None of a real one."""
        return simulation(self.lake)

    def ingestion(self, sandbox: Sandbox, progress: Callable[[str], None]) -> Ingestion:
        """Whoever takes files in or replays them, in a sandbox, and tells of each."""
        verdict = ClockTrust(self.lake).verdict(self.clock.now())
        return Ingestion(
            self.settings,
            self.lake,
            sandbox,
            self.clock,
            on_file=lambda entry: progress(f"{entry.source}: {entry.name}"),
            doubt=None if verdict.plausible else verdict,
        )

    @contextmanager
    def alone(self, work: str) -> Iterator[None]:
        """Hold the home's lock and the lake's lease: one process at a time builds or publishes.

        A second one says for whom it waits, and then usually finds that there is nothing left to
        do. It also waits for a dbt that outlived whoever started it. Ingestion needs none of it.
        """
        home, seconds = self.settings.home, self.settings.lease_seconds
        with self.locked(work):
            wait_until_free(home / DBT_LOCK)
            with lease(self.lake, home, seconds):
                self.finish_publication()
                yield

    @contextmanager
    def locked(self, work: str, *, looks_only: bool = False) -> Iterator[None]:
        """Hold a lock of this home: one process at a time does this work here.

        Parameters
        ----------
        looks_only: nothing is recorded meanwhile.
        """
        self.settings.home.mkdir(parents=True, exist_ok=True)
        use(self.settings)
        with locked(self.settings.home / f"{work}.lock", self.clock.now()):
            # Before anything is recorded: a record must not vouch for the clock that dated it.
            if not looks_only:
                ClockTrust(self.lake).observe(self.clock.now())
            yield

    def finish_publication(self) -> None:
        """Bring the catalogue to the newest commit, if a publisher died between the two.

        Whoever does not publish must not be stopped by the open store; who does will be.
        """
        from publication.catalogue import heal

        try:
            heal(self.open)
        except CdpError as error:
            logging.getLogger("cdp").warning("the catalogue lags behind: %s", error.message)


def open_deployment(settings: Settings | None = None) -> Deployment:
    """The deployment that the environment describes, unless settings are given."""
    settings = settings or load_settings()
    use(settings)
    deployment = Deployment(settings)
    if settings.simulated:
        mark_simulated(deployment.lake)
        if settings.simulated_scale:
            record_scale(deployment.lake, read_scale(settings.simulated_scale))
    return deployment


def code_version() -> str:
    """The version of this platform, for manifests."""
    try:
        return version("phuket-city-data-platform")
    except PackageNotFoundError:
        return "0"


def _named(name: str, known: Mapping[str, Named], kind: str) -> Named:
    if name in known:
        return known[name]
    near = closest(name, known)
    raise PermanentError(
        f"no {kind} is called {name!r}",
        expected="one of " + ", ".join(known),
        fix=f"did you mean {near!r}?" if near else "",
    )
