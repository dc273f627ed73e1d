"""What is published of a simulated home says so and at which scale: in each row, file and page.

A file goes its own way once it was downloaded, and a CSV file has no place for a remark that its
readers would not take for data. So every table of a simulated home ends in one more column; what
explains the table carries the notice.
"""

from __future__ import annotations

from dbt_project.products import Column, Product
from ingestion.contracts.words import Bilingual
from ingestion.deliveries.simulated import Simulation
from ingestion.errors import PermanentError

NAME = "simulated"
_IT_IS = Bilingual(th="จำลอง", en="simulated")


class SimulatedColumn(Column):
    """The column that says it."""

    simulation: Simulation

    @property
    def value(self) -> str:
        """What stands in every row, in both languages: some readers have nothing but a row."""
        scale = self.simulation.scale
        en = f"{_IT_IS.en}, {scale.words.en}" if scale else _IT_IS.en
        th = f"{_IT_IS.th} {scale.words.th}" if scale else _IT_IS.th
        return f"{en} / {th}"


def as_simulated(product: Product, simulation: Simulation) -> Product:
    """The product with the column that says it.

    Raises
    ------
    PermanentError: the product has a column of that name with another meaning.
    """
    if says_simulated(product):
        return product
    if NAME in {column.name for column in product.columns}:
        raise PermanentError(
            f"product {product.id} has a column {NAME} of its own",
            expected="a name that is not taken: published tables of a simulated home end in it",
            fix="give the column of the product another name",
        )
    column = SimulatedColumn(
        name=NAME,
        data_type="varchar",
        title=Bilingual(th="ข้อมูลจำลอง", en="Simulated data"),
        description=simulation.notice,
        simulation=simulation,
    )
    return product.model_copy(update={"columns": (*product.columns, column)})


def simulated_column(product: Product) -> SimulatedColumn | None:
    """The column in which the product says that its rows are simulated; None where it does not."""
    return next((c for c in product.columns if isinstance(c, SimulatedColumn)), None)


def says_simulated(product: Product) -> bool:
    """Does the product say that its rows are simulated?"""
    return simulated_column(product) is not None


def simulation_of(product: Product) -> Simulation | None:
    """What the product says of its simulation; None of a real one."""
    column = simulated_column(product)
    return column.simulation if column else None
