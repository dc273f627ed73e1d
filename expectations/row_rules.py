"""The standard rules that Great Expectations works out, in a suite's own words.

Belongs here: rules about rows that every product obeys unasked. Does not belong here: standard
rules of our own code (`standard.py`), rules about one product's figures (its suite).
"""

from __future__ import annotations

from collections.abc import Iterator

from dbt_project.products import Product
from expectations.suite import ROW_QUERY, Rule
from ingestion.contracts.words import Bilingual


def row_rules(product: Product) -> tuple[Rule, ...]:
    """These rules, for one product."""
    return tuple(_row_rules(product))


def _row_rules(product: Product) -> Iterator[Rule]:
    key = ", ".join(f'"{name}"' for name in product.key)
    said = ", ".join(product.key)
    said_th = _titles(product)
    yield Rule(
        rule="has_rows",
        type="expect_table_row_count_to_be_between",
        kwargs={"min_value": 1},
        severity="critical",
        why=Bilingual(th="ต้องมีอย่างน้อยหนึ่งแถว", en="There is at least one row"),
    )
    gap = " or ".join(f'"{name}" is null' for name in product.key)
    yield _query(
        "key_is_complete",
        f"select * from {{batch}} where {gap}",
        Bilingual(
            th=f"ทุกแถวต้องมีค่าครบ ({said_th})", en=f"The key ({said}) is complete in every row"
        ),
    )
    yield _query(
        "key_is_unique",
        f"select {key}, * exclude ({key}) from {{batch}}"
        f" qualify count(*) over (partition by {key}) > 1 order by {key}",
        Bilingual(
            th=f"ต้องไม่มีแถวซ้ำ ({said_th} ตรงกัน)",
            en=f"No two rows have the same key ({said})",
        ),
    )
    yield _query(
        "rows_are_not_lost",
        "select * from (select (select count(*) from {batch}) as rows_now,"
        " (select count(*) from {previous}) as rows_before) where rows_now < rows_before / 2",
        Bilingual(
            th="จำนวนแถวต้องไม่หายไปเกินครึ่งจากรุ่นก่อนหน้า",
            en="At least half as many rows as the last release had",
        ),
    )
    floats = [c.name for c in product.columns if c.data_type.lower() in ("double", "float")]
    if floats:
        broken = " or ".join(f'not isfinite("{name}")' for name in floats)
        yield _query(
            "numbers_are_finite",
            f"select * from {{batch}} where {broken} order by {key}",
            Bilingual(th="ต้องไม่มีตัวเลขเป็นค่าอนันต์หรือ NaN", en="No number is infinite or NaN"),
        )


def _query(name: str, query: str, why: Bilingual) -> Rule:
    kwargs = {"unexpected_rows_query": query}
    return Rule(rule=name, type=ROW_QUERY, kwargs=kwargs, severity="critical", why=why)


def _titles(product: Product) -> str:
    """The columns of the key as Thai readers know them."""
    titles = {column.name: column.title.th for column in product.columns}
    return ", ".join(titles[name] for name in product.key)
