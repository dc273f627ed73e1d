"""`cdp doctor` and `cdp generate`: is all in order, and the files that follow from contracts."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from ingestion.clock import BANGKOK
from ingestion.errors import CdpError, PermanentError
from orchestration.cli import show
from orchestration.deployment import Deployment, open_deployment

_LEAST_FREE_BYTES = 1 << 30
_WARNING = "WARNING: "
"""Before what is in order but could be better."""
_REFERENCE = re.compile(r"\$\{([A-Z0-9_]+)\}")

Check = tuple[str, Callable[[Deployment], str]]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(doctor)
    app.command()(generate)


def doctor(as_json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False) -> None:
    """Look at settings, contracts, stores, keys, engine, warnings. Exits 1 when one is wrong."""
    deployment = open_deployment()
    results = [(name, *_examined(check, deployment)) for name, check in _CHECKS]
    if as_json:
        show.as_json([{"check": n, "ok": ok, "found": found} for n, ok, found in results])
    else:
        for name, ok, found in results:
            mark = "warning" if ok and found.startswith(_WARNING) else "ok" if ok else "WRONG"
            show.line(f"{mark:7} {name}: {found.removeprefix(_WARNING)}")
    if not all(ok for _, ok, _ in results):
        raise typer.Exit(1)


def generate() -> None:
    """Write anew what follows from contracts, products and codes: dbt's YAML, pages."""
    from dbt_project.model_yaml import write_models
    from dbt_project.sources import write_sources
    from ingestion.codes_page import write_codes
    from ingestion.contracts.editor_schema import write_schema
    from ingestion.contracts.reference import write_reference
    from ingestion.sources.page import write_sources_page

    pages = (write_reference(), write_sources_page(), *write_codes())
    for path in dict.fromkeys((*write_sources(), *write_models(), write_schema(), *pages)):
        typer.echo(f"written {path}")


def _examined(check: Callable[[Deployment], str], deployment: Deployment) -> tuple[bool, str]:
    try:
        return True, check(deployment)
    except CdpError as error:
        return False, error.message


def _contracts(deployment: Deployment) -> str:
    domains = {contract.domain for contract in deployment.contracts}
    return f"{len(deployment.contracts)} source contracts in {len(domains)} domains"


def _sources_set(deployment: Deployment) -> str:
    """Every setting that a contract names has a value."""
    written = [
        contract.fetch.model_dump_json(exclude_defaults=True) for contract in deployment.contracts
    ]
    named = sorted({name for text in written for name in _REFERENCE.findall(text)})
    missing = [name for name in named if not os.environ.get(name)]
    if missing:
        raise PermanentError(
            f"{', '.join(missing)} not set", fix="set them; see README, Settings (demo: make demo)"
        )
    return f"{', '.join(named)} set"


def _products(deployment: Deployment) -> str:
    return f"{len(deployment.products)} product contracts"


def _simulation(deployment: Deployment) -> str:
    """What of this home is real, and what was received."""
    told = deployment.simulation
    if told is None:
        return "nothing here is simulated"
    scale = f"at {told.scale.told}" if told.scale else "at a scale that nobody recorded"
    written = f"; {told.written.sentence.en}" if told.written else ""
    return f"the simulated city {scale}{written}"


def _stores(deployment: Deployment) -> str:
    """Both stores take an object, give it back, and forget it."""
    for store in (deployment.lake, deployment.open):
        key = f"doctor/{os.getpid()}"
        store.put(key, b"ok")
        if store.get(key) != b"ok":
            raise PermanentError(f"{store.url} does not give back what was put there")
        store.delete(key)
    lake = Path(deployment.lake.url)
    if lake.is_dir() and lake.stat().st_mode & 0o007:
        raise PermanentError(
            f"everybody on this machine may look into the private store {lake}",
            expected="a folder for the user who runs the platform, and the group that may read it",
            fix=f"chmod o= {lake}",
        )
    return f"{deployment.lake.url} and {deployment.open.url} can be written and read"


def _keys(deployment: Deployment) -> str:
    """Nobody else can read the keys, and they do not lie beside what they hide."""
    from ingestion.privacy.belonging import require_keys
    from ingestion.privacy.key_store import KeyStore

    key_store = KeyStore.of(deployment.settings)
    if count := key_store.count():
        require_keys(deployment.lake, key_store)
    return f"{count} keys in {deployment.settings.keys}, which no backup of the lake may hold"


def _sandbox(_: Deployment) -> str:
    """What the system keeps a parser from that a file has taken over."""
    from ingestion.judging.sandbox import Sandbox

    with Sandbox() as sandbox:
        kept_from = sandbox.kept_from
    missing = [each for each in ("files", "network", "calls") if each not in kept_from]
    if missing:
        return (
            f"{_WARNING}the system does not keep a parser from {', '.join(missing)}: what becomes "
            "of files is the same, but a file that takes the parser over could reach them; use "
            "Linux 5.19 or later with Landlock and seccomp, on x86-64 or ARM64"
        )
    return "a parser reaches the file in its hands, and neither network nor another process"


def _clock(deployment: Deployment) -> str:
    """Nothing is destroyed by a clock that nobody can believe."""
    from ingestion.clock_trust import ClockTrust
    from orchestration.demo import is_demo

    verdict = ClockTrust(deployment.lake).verdict(deployment.clock.now())
    if verdict.state == "ahead" and is_demo(deployment.settings):
        return f"{verdict.sentence}: a simulated city stands still"
    if not verdict.plausible:
        raise verdict.doubt
    return verdict.sentence


def _receipts(deployment: Deployment) -> str:
    """No delivery was received in the future. The order of deliveries is right in any case."""
    from ingestion.deliveries.currency import in_the_future
    from ingestion.deliveries.ledger import Ledger

    now, told, count = deployment.clock.now(), [], 0
    for contract in deployment.contracts:
        receipts = Ledger(deployment.lake, contract.id).receipts()
        count += len(receipts)
        ahead = in_the_future(receipts, now)
        if ahead:
            told.append(f"{contract.id} {ahead.astimezone(BANGKOK):%Y-%m-%d %H:%M}")
    if told:
        return (
            f"received in the future, in Bangkok time: {', '.join(told)}; the clock was wrong "
            "then, or is now; the order of deliveries does not depend on it"
        )
    return f"{count} deliveries, none of them received in the future"


def _engine(deployment: Deployment) -> str:
    import duckdb

    from orchestration.tables import open_tables

    with deployment.locked("nightly", looks_only=True), open_tables(deployment) as opened:
        tables = opened.con.sql("select count(*) from duckdb_tables() where database_name = 'lake'")
        count = tables.fetchone()
    return f"DuckDB {duckdb.__version__}, {count[0] if count else 0} curated tables"


def _lease(deployment: Deployment) -> str:
    from ingestion.storage.lease import holder

    found = holder(deployment.lake)
    return f"held by {found.sentence}" if found else "nobody builds or publishes now"


def _disk(deployment: Deployment) -> str:
    free = shutil.disk_usage(_existing(deployment.settings.home)).free
    if free < _LEAST_FREE_BYTES:
        raise PermanentError(
            f"{free / 1e9:.1f} GB free under {deployment.settings.home}",
            expected=f"at least {_LEAST_FREE_BYTES / 1e9:.1f} GB",
            fix="make room, or set CDP_HOME to another disk",
        )
    return f"{free / 1e9:.0f} GB free under {deployment.settings.home}"


def _published(deployment: Deployment) -> str:
    from publication.commits import head

    commit = head(deployment.open)
    if commit is None:
        return "nothing is published yet"
    age = deployment.clock.now() - commit.committed_at
    held = [name for name, state in commit.products.items() if state.reason is not None]
    note = f"; held back: {', '.join(held)}" if held else ""
    return f"commit {commit.number}, {age.days} days old{note}"


def _alerts(deployment: Deployment) -> str:
    """Who is on duty can be told, and was."""
    from orchestration.alerts.trial import health

    return health(deployment)


def _existing(path: Path) -> Path:
    return next(p for p in (path, *path.parents) if p.exists())


_CHECKS: tuple[Check, ...] = (
    ("contracts", _contracts),
    ("settings of sources", _sources_set),
    ("products", _products),
    ("simulation", _simulation),
    ("stores", _stores),
    ("sandbox", _sandbox),
    ("clock", _clock),
    ("keys", _keys),
    ("receipts", _receipts),
    ("engine", _engine),
    ("lease", _lease),
    ("disk", _disk),
    ("published", _published),
    ("alerts", _alerts),
)
