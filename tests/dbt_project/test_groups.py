"""A folder of models is a domain, and a domain is a group: dbt refuses others what is private."""

from __future__ import annotations

from typing import get_args

import yaml

from dbt_project.sources import PROJECT
from ingestion.contracts.words import Domain

LAYERS = ("staging", "intermediate", "marts")
CONFIG = yaml.safe_load((PROJECT / "dbt_project.yml").read_text("utf-8"))["models"]["city"]


def test_every_domain_is_a_group_with_an_owner() -> None:
    groups = yaml.safe_load((PROJECT / "models" / "groups.yml").read_text("utf-8"))["groups"]

    assert [group["name"] for group in groups] == sorted(get_args(Domain))
    assert all(group["name"] in group["owner"]["name"] for group in groups)


def test_the_models_of_a_folder_are_in_the_group_of_their_domain() -> None:
    folders = {
        (layer, path.parent.name)
        for layer in LAYERS
        for path in PROJECT.glob(f"models/{layer}/**/*.sql")
    }

    grouped = {
        (layer, folder)
        for layer in LAYERS
        for folder, said in CONFIG[layer].items()
        if isinstance(said, dict) and said.get("+group") == folder
    }

    assert grouped == folders, "name the folder in dbt_project.yml, with its +group"


def test_steps_are_private_to_their_domain_and_products_public() -> None:
    assert CONFIG["intermediate"]["+access"] == "private"
    assert CONFIG["marts"]["+access"] == "public"
