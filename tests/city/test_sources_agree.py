"""The city and the contracts agree: each source on both sides, and reached by the same settings."""

from __future__ import annotations

import pytest

from city.channels import Api, Catalogued, Drop, Entities, Source, Things
from city.serving.services import CKAN_SETTING
from city.serving.stores import (
    S3_ENDPOINT,
    S3_KEY,
    S3_SECRET,
    SFTP_HOST_KEY,
    SFTP_PASSWORD,
)
from city.sources import SOURCES
from ingestion.contracts import SourceContract
from ingestion.contracts.fetching import DropFolder
from ingestion.contracts.references import REFERENCE
from ingestion.sources import load_contracts

CONTRACTS = {contract.id: contract for contract in load_contracts()}
CONNECTORS: dict[type, set[str]] = {
    Drop: {"drop_folder"},
    Catalogued: {"ckan"},
    Things: {"sensorthings"},
    Entities: {"ngsi_ld"},
    Api: {"http_json", "http_file"},
}
NEVER_NEEDED = {"CDP_SFTP_PRIVATE_KEY"}  # the city's SFTP server takes a password


def told(source: Source) -> set[str]:
    """The settings that a running city gives a value for the sake of a source."""
    if isinstance(source, Catalogued):
        return {CKAN_SETTING}
    if isinstance(source, Api):
        return {source.setting, source.key} - {""}
    if isinstance(source, Drop):
        return {
            "folder": {source.setting},
            "s3": {source.setting, S3_ENDPOINT, S3_KEY, S3_SECRET},
            "sftp": {source.setting, SFTP_HOST_KEY, SFTP_PASSWORD},
        }[source.store]
    return {source.setting}


def named(contract: SourceContract) -> set[str]:
    """The settings that a contract names; those of SFTP only where something comes over SFTP."""
    words = contract.fetch.model_dump(exclude={"sftp"})
    return set(REFERENCE.findall(str(words)))


def test_every_contract_has_a_source_in_the_city_and_every_source_a_contract():
    sources = [source.source for source in SOURCES]

    assert sorted(sources) == sorted(set(sources))
    assert sorted(sources) == sorted(CONTRACTS)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.source)
def test_a_contract_asks_in_the_way_its_source_is_served(source):
    contract = CONTRACTS[source.source]

    assert contract.fetch.connector in CONNECTORS[type(source)]
    if isinstance(source, Api):
        address = contract.fetch.url.partition("?")[0]
        assert address.rstrip("/") == f"${{{source.setting}}}{source.path}".rstrip("/")
    elif not isinstance(source, Catalogued):
        assert contract.fetch.url == f"${{{source.setting}}}"


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.source)
def test_the_city_gives_every_setting_that_a_contract_names(source):
    contract = CONTRACTS[source.source]

    assert named(contract) <= told(source) | NEVER_NEEDED
    if isinstance(source, Drop) and source.store == "s3":
        assert isinstance(contract.fetch, DropFolder)
        assert contract.fetch.s3.endpoint_url == f"${{{S3_ENDPOINT}}}"
        assert contract.fetch.s3.access_key_id == f"${{{S3_KEY}}}"
        assert contract.fetch.s3.secret_access_key == f"${{{S3_SECRET}}}"
