"""Writes the YAML that dbt reads of a product: every column whole, and who is served by it.

Committed as `models/marts/<domain>/generated/<product>.yml`, so that dbt, its docs and editors see
plain YAML; a test proves it current. `.dbtignore` keeps dbt from the files that it follows from.
Does not belong here: what a product or a column may say (`products.py`, `columns.py`).
"""

from __future__ import annotations

from pathlib import Path

import yaml

from dbt_project.columns import LIBRARY, Held
from dbt_project.products import PROJECT, Column, Written, read_products

Yaml = dict[str, object]


def write_models(project: Path = PROJECT) -> tuple[Path, ...]:
    """Write what dbt reads of all products, and say where."""
    texts = rendered(project)
    for path in project.glob("models/marts/*/generated/*.yml"):
        if str(path.relative_to(project)) not in texts:  # its product is gone
            path.unlink()
    for name, text in texts.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    return tuple(project / name for name in texts)


def rendered(project: Path = PROJECT) -> dict[str, str]:
    """The texts of all these files, by their paths in the dbt project.

    Raises
    ------
    ProductError: a product, or what it takes from the library, is wrong.
    """
    return {
        f"models/marts/{written.product.domain}/generated/{written.product.id}.yml": _text(written)
        for written in read_products(project)
    }


def _text(written: Written) -> str:
    notice = (
        f"Written by cdp generate from ../{written.product.id}.yml and {LIBRARY}: change those."
    )
    document = {"version": 2, "models": [_model(written)], "exposures": [_exposure(written)]}
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)
    return f"# {notice}\n{text}"


def _model(written: Written) -> Yaml:
    product = written.product
    words = {word: said for word, said in written.said.items() if word != "description"}
    told = {"description_th": product.description.th, "domain": product.domain}
    return {
        "name": product.id,
        "description": product.description.en,
        "config": {"meta": {"open_data": {"title": words.pop("title")} | told | words}},
        **({"data_tests": list(written.data_tests)} if written.data_tests else {}),
        "columns": [_column(column, written.held[column.name]) for column in product.columns],
    }


def _column(column: Column, held: Held) -> Yaml:
    meta: Yaml = {"unit": column.unit} if column.unit else {}
    meta |= {"title": column.title.model_dump(), "description_th": column.description.th}
    tests = list(held.data_tests)
    if held.codes:
        tests.append({"accepted_values": {"arguments": {"values": list(held.codes)}}})
    return {
        "name": column.name,
        "data_type": column.data_type,
        "description": column.description.en,
        "config": {"meta": meta},
        **({"constraints": [{"type": "not_null"}]} if held.required else {}),
        **({"data_tests": tests} if tests else {}),
    }


def _exposure(written: Written) -> Yaml:
    """Who depends on the model: everybody who reads open data, once the gate lets it out."""
    product = written.product
    place = f"{product.domain}/{product.id}"
    return {
        "name": product.id,
        "label": product.title.en,
        "type": "application",
        "maturity": "high",
        "description": f"Open data: {place}/ in the open store. Goes out when the gate finds that "
        f"expectations/suites/{place}.yaml holds.",
        "owner": {"name": "Phuket City Data Platform"},
        "depends_on": [f"ref('{product.id}')"],
    }
