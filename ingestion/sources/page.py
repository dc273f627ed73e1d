"""The sources as tables for people: who has each, how it comes, which settings a province fills in.

Belongs here: the tables of `docs/sources.md`, between two marks, written from the contracts. Does
not belong here: the contracts, and how the simulated city serves them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from ingestion.contracts.fetching import Ckan, DropFolder, HttpJson, NgsiLd, SensorThings
from ingestion.contracts.references import REFERENCE
from ingestion.contracts.source import SourceContract
from ingestion.settings import PROJECT
from ingestion.sources.loading import load_contracts
from ingestion.written_part import write_part

PAGE = PROJECT / "docs" / "sources.md"
BEGIN = "<!-- sources: written by cdp generate -->"
END = "<!-- end of sources -->"

_BUCKET = "only where the files lie in a bucket of somebody else"
_MEANINGS = {
    "CDP_SFTP_HOST_KEY": "the only key that the SFTP server may show: `ssh-ed25519 AAAA…`",
    "CDP_SFTP_PASSWORD": "password of the SFTP user; not needed with a private key",
    "CDP_SFTP_PRIVATE_KEY": "file with our private key; not needed with a password",
    "fetch.s3.endpoint_url": f"address of the S3 server, {_BUCKET}",
    "fetch.s3.region": f"region of the bucket, {_BUCKET}",
    "fetch.s3.access_key_id": f"access key, {_BUCKET}",
    "fetch.s3.secret_access_key": f"its secret, {_BUCKET}",
    "fetch.tenant": "name of the tenant, as the broker's owner gave it",
}


def write_sources_page() -> Path:
    """Write the tables anew into the page, and say where.

    Raises
    ------
    PermanentError: the page has no place for them.
    """
    return write_part(PAGE, BEGIN, END, render_sources(load_contracts()))


def render_sources(contracts: Sequence[SourceContract]) -> str:
    """A table of the sources by domain, and one of the settings."""
    lines = [
        "| source | domain | wire format | protocol | settings | owner of the real one |",
        "|---|---|---|---|---|---|",
        *(source_row(contract) for contract in contracts),
        "",
        "| setting | what to fill in | used by |",
        "|---|---|---|",
        *setting_rows(contracts),
    ]
    return "\n".join(lines) + "\n"


def source_row(contract: SourceContract) -> str:
    """What a province must know about one source."""
    settings = " ".join(f"`{name}`" for name in settings_of(contract))
    title, owner = contract.title, contract.owner.name
    return (
        f"| `{contract.id}`<br>{title.th} · {title.en} | {contract.domain} "
        f"| {_wire_format(contract)} | {_protocol(contract)} | {settings} "
        f"| {owner.th} · {owner.en} |"
    )


def setting_rows(contracts: Sequence[SourceContract]) -> list[str]:
    """What each setting stands for, by name."""
    used: dict[str, list[str]] = defaultdict(list)
    meanings: dict[str, str] = {}
    for contract in contracts:
        for name, meaning in settings_of(contract).items():
            used[name].append(f"`{contract.id}`")
            meanings.setdefault(name, meaning)
    return [f"| `{name}` | {meanings[name]} | {' '.join(used[name])} |" for name in sorted(used)]


def settings_of(contract: SourceContract) -> dict[str, str]:
    """The settings that a contract names, and what each of them stands for."""
    found: dict[str, str] = {}
    for path, text in _texts(contract.fetch.model_dump(), "fetch"):
        if (
            path.startswith("fetch.sftp.")
            and text == f"${{CDP_SFTP_{path.split('.')[-1].upper()}}}"
        ):
            continue  # what every drop may use is told once, above the table
        for match in REFERENCE.finditer(text):
            found.setdefault(match[1], _meaning(contract, path, match[1]))
    return found


def _texts(value: object, path: str) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [each for name, part in value.items() for each in _texts(part, f"{path}.{name}")]
    if isinstance(value, list | tuple):
        return [each for part in value for each in _texts(part, path)]
    return [(path, value)] if isinstance(value, str) else []


def _meaning(contract: SourceContract, path: str, name: str) -> str:
    if told := _MEANINGS.get(name) or _MEANINGS.get(path):
        return told
    if path == "fetch.url":
        words = type(contract.fetch).model_fields["url"].description
        return f"{words}" if words and "address" not in words else "address of the service"
    if path.startswith("fetch.headers."):
        return f"key for the header `{path.rsplit('.', 1)[-1]}`, from the service's owner"
    return f"key or value of `{path.rsplit('.', 1)[-1]}`, from the service's owner"


def _wire_format(contract: SourceContract) -> str:
    form = contract.format
    packed = getattr(form, "compression", "none")
    encoding = getattr(form, "encoding", "utf-8")
    told = [_FORMATS.get(form.type, form.type)]
    told += [packed] if packed != "none" else []
    told += [encoding] if encoding.lower() != "utf-8" else []
    return ", ".join(told)


_FORMATS = {
    "csv": "CSV",
    "json_lines": "JSON Lines",
    "json": "JSON",
    "sensorthings": "SensorThings JSON",
    "ngsi_ld": "NGSI-LD JSON",
    "xml": "XML",
    "xlsx": "XLSX",
    "parquet": "Parquet",
}


def _protocol(contract: SourceContract) -> str:
    words = contract.fetch
    if isinstance(words, DropFolder):
        return f"drop of `{words.pattern}`: folder, S3 or SFTP"
    if isinstance(words, Ckan):
        return f"CKAN API 3, `{words.dataset}`, {words.via}"
    if isinstance(words, SensorThings):
        return f"OGC SensorThings 1.1, `{words.entities}`"
    if isinstance(words, NgsiLd):
        return f"NGSI-LD, `{words.entity}`, {words.form}"
    if isinstance(words, HttpJson):
        return f"HTTP {words.method.upper()}, JSON"
    return "HTTP GET of a file"
