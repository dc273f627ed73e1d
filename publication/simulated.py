"""What is published of a simulated home says so: each row, each file, each page.

A file goes its own way once it was downloaded, and a CSV file has no place for a remark that its
readers would not take for data. So every table of a simulated home ends in one more column; what
explains the table carries the notice.
"""

from __future__ import annotations

from dbt_project.products import Column, Product
from ingestion.contracts.words import Bilingual
from ingestion.deliveries.simulated import NOTICE
from ingestion.errors import PermanentError

VALUE = "simulated / จำลอง"
COLUMN = Column(
    name="simulated",
    data_type="varchar",
    title=Bilingual(th="ข้อมูลจำลอง", en="Simulated data"),
    description=NOTICE,
)


def as_simulated(product: Product) -> Product:
    """The product with the column that says it.

    Raises
    ------
    PermanentError: the product has a column of that name with another meaning.
    """
    if says_simulated(product):
        return product
    if COLUMN.name in {column.name for column in product.columns}:
        raise PermanentError(
            f"product {product.id} has a column {COLUMN.name} of its own",
            expected="a name that is not taken: published tables of a simulated home end in it",
            fix="give the column of the product another name",
        )
    return product.model_copy(update={"columns": (*product.columns, COLUMN)})


def says_simulated(product: Product) -> bool:
    """Does the product say that its rows are simulated?"""
    return COLUMN in product.columns
