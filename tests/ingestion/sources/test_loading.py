"""Finding contracts: files, overlays, and the settings of a deployment that they refer to.

Does not belong here: mistakes inside a file (`test_mistakes.py`).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.contracts.references import ContractError, resolve
from ingestion.sources import load_contract, load_contracts
from ingestion.sources.loading import CONTRACTS

SHIPPED = CONTRACTS / "environment/environment_stations.yaml"
WRITTEN = SHIPPED.read_text("utf-8").replace("id: environment_stations", "id: tide_gauges")


def test_a_file_that_is_no_utf8_or_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("id: ก".encode("cp874"))

    with pytest.raises(ContractError, match="is not UTF-8 at byte 4; save the file as UTF-8"):
        load_contract(tmp_path / "a.yaml")
    with pytest.raises(ContractError, match="cannot be read: No such file"):
        load_contract(tmp_path / "b.yaml")


def test_an_overlay_replaces_the_contract_of_the_same_id(tmp_path: Path) -> None:
    (tmp_path / "tide_gauges.yaml").write_text(WRITTEN, encoding="utf-8")
    plain = {contract.id for contract in load_contracts()}

    with_overlay = {contract.id for contract in load_contracts(tmp_path)}

    assert with_overlay == plain | {"tide_gauges"}


def test_what_an_overlay_says_of_a_source_counts_and_of_others_nothing(tmp_path: Path) -> None:
    words = SHIPPED.read_text("utf-8").replace("version: 1.", "version: 91.")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / SHIPPED.name).write_text(words, encoding="utf-8")
    plain = {contract.id: contract for contract in load_contracts()}

    with_overlay = {contract.id: contract for contract in load_contracts(tmp_path)}

    assert with_overlay.keys() == plain.keys()
    assert {id_ for id_ in plain if with_overlay[id_] != plain[id_]} == {"environment_stations"}
    assert with_overlay["environment_stations"].version.startswith("91.")
    assert load_contracts() == tuple(plain.values())


def test_two_contracts_of_one_folder_cannot_have_one_id(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "tide_gauges.yaml").write_text(WRITTEN, encoding="utf-8")

    with pytest.raises(ContractError, match=r"two contracts in .* have the id 'tide_gauges'"):
        load_contracts(tmp_path)


def test_a_contract_is_named_as_its_file(tmp_path: Path) -> None:
    (tmp_path / "tides.yaml").write_text(WRITTEN, encoding="utf-8")

    with pytest.raises(ContractError, match=r"has id 'tide_gauges'; expected .*'tides'"):
        load_contracts(tmp_path)


def test_an_overlay_that_is_not_there_is_told_by_its_setting(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"CDP_CONTRACTS_OVERLAY names .* not a folder"):
        load_contracts(tmp_path / "none")


def test_a_setting_of_the_deployment_is_filled_in_or_named() -> None:
    assert resolve("${CDP_A}/${CDP_B}", {"CDP_A": "x", "CDP_B": "y"}) == "x/y"
    with pytest.raises(ContractError, match="setting CDP_B is not set; set CDP_B"):
        resolve("${CDP_A}/${CDP_B}", {"CDP_A": "x", "CDP_B": ""})
