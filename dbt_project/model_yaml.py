"""Writes the YAML that dbt reads of a model: every column whole, and who is served by a product.

Committed as `generated/<model>.yml` beside the file that it follows from, so that dbt, its docs and
editors see plain YAML; a test proves it current. `.dbtignore` keeps dbt from the other one. Does
not belong here: what may be said (`products.py`, `dimensions.py`, `columns.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import yaml

from dbt_project.columns import LIBRARY, Held, Named
from dbt_project.dimensions import WrittenDimension, read_dimensions
from dbt_project.model_files import ModelFile
from dbt_project.products import PROJECT, Column, Product, Written, read_products


def write_models(project: Path = PROJECT) -> tuple[Path, ...]:
    """Write what dbt reads of all these models, and say where."""
    texts = rendered(project)
    for path in project.glob("models/**/generated/*.yml"):
        if str(path.relative_to(project)) not in texts:  # its model is gone
            path.unlink()
    for name, text in texts.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    return tuple(project / name for name in texts)


def rendered(project: Path = PROJECT) -> dict[str, str]:
    """The texts of all these files, by their paths in the dbt project.

    Raises
    ------
    ProductError: a model, or what it takes from the library, is wrong.
    """
    return {
        str((path.parent / "generated" / path.name).relative_to(project)): _text(path, said)
        for path, said in _all(project)
    }


def _all(project: Path) -> Iterator[tuple[Path, Named]]:
    for dimension in read_dimensions(project):
        yield dimension.file.path, {"models": [_of_dimension(dimension)]}
    for product in read_products(project):
        model, exposure = _of_product(product), _exposure(product.product)
        yield product.file.path, {"models": [model], "exposures": [exposure]}


def _text(path: Path, said: Named) -> str:
    notice = f"Written by cdp generate from ../{path.name} and {LIBRARY}: change those."
    document = {"version": 2, **said}
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)
    return f"# {notice}\n{text}"


def _of_dimension(written: WrittenDimension) -> Named:
    told = written.dimension.description
    config: Named = {"contract": {"enforced": True}, "meta": {"description_th": told.th}}
    return _model(written.file, told.en, config, written.dimension.columns)


def _of_product(written: Written) -> Named:
    """The contract of all marts is enforced, by `dbt_project.yml`."""
    product = written.product
    words = {word: said for word, said in written.file.said.items() if word != "description"}
    told = {"description_th": product.description.th, "domain": product.domain}
    config: Named = {"meta": {"open_data": {"title": words.pop("title")} | told | words}}
    return _model(written.file, product.description.en, config, product.columns)


def _model(file: ModelFile, described: str, config: Named, columns: tuple[Column, ...]) -> Named:
    meta = cast("Named", config["meta"]) | dict(sorted(file.in_time.items()))
    return {
        "name": file.path.stem,
        "description": described,
        "config": config | {"meta": meta},
        **({"data_tests": list(file.data_tests)} if file.data_tests else {}),
        "columns": [_column(*each) for each in zip(columns, file.held, strict=True)],
    }


def _column(column: Column, held: Held) -> Named:
    meta: Named = {"unit": column.unit} if column.unit else {}
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


def _exposure(product: Product) -> Named:
    """Who depends on the model: everybody who reads open data, once the gate lets it out."""
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
