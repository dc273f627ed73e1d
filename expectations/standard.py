"""The rules that every product obeys without writing them in its suite.

Belongs here: rules about the contract, the shape of the files, and their agreement, in the order
in which they are judged. Does not belong here: rules about one product's figures (its suite),
the workings of the rules about text (`text_cells.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dbt_project.products import Product
from expectations import text_cells
from expectations.agreement import files_disagree
from expectations.asking import asking
from expectations.candidate import CandidateFile, csv_table
from expectations.disclosure import Lineage, disclosure_problem, personal_sources
from expectations.final_rules import revised, vanished
from expectations.finality import Kept, LastRelease, compare
from expectations.finding import NOTHING_BEFORE, Finding, failed
from expectations.metadata import missing_metadata
from expectations.report import Row, Severity
from expectations.row_rules import row_rules
from ingestion.contracts.words import Bilingual
from ingestion.errors import PermanentError
from ingestion.privacy.personal import PERSONAL_WORDS

if TYPE_CHECKING:
    import pyarrow


@dataclass(frozen=True)
class Evidence:
    """What a standard rule may look at."""

    product: Product
    csv: CandidateFile
    table: pyarrow.Table
    previous: LastRelease | PermanentError | None = None
    lineage: Lineage | None = None

    @cached_property
    def kept(self) -> Kept | None:
        """What became of the final values of the last release; None before the first.

        Raises
        ------
        PermanentError: the last release cannot be read.
        """
        if isinstance(self.previous, PermanentError):
            raise self.previous
        return compare(self.product, self.table, self.previous) if self.previous else None


@dataclass(frozen=True)
class StandardRule:
    """A rule worked out by our own code."""

    rule: str
    why: Bilingual
    check: Callable[[Evidence], Finding]
    type: str = "standard"
    severity: Severity = "critical"


def columns_differ(evidence: Evidence) -> Finding:
    """Columns that are not those of the contract, in its order and types."""
    expected, found = _types(evidence.product, evidence.table)
    rows: list[Row] = []
    for place in range(max(len(expected), len(found))):
        want = expected[place] if place < len(expected) else "nothing"
        have = found[place] if place < len(found) else "nothing"
        if want != have:
            rows.append({"position": place + 1, "expected": want, "found": have})
    return failed(len(rows), rows)


def formulas_in_csv(evidence: Evidence) -> Finding:
    """Cells of the CSV that a spreadsheet would calculate; Parquet is not opened by one."""
    return text_cells.formulas(csv_table(evidence.csv, evidence.table.schema))


def disclosure_unsettled(evidence: Evidence) -> Finding:
    """A disclosure rule that nobody can check."""
    problem = disclosure_problem(evidence.product.disclosure)
    if problem is None:
        return Finding()
    thai = f"ยังตรวจเกณฑ์การเปิดเผยข้อมูลส่วนบุคคล {evidence.product.disclosure!r} ไม่ได้ จึงยังไม่เผยแพร่"
    return failed(1, note=Bilingual(th=thai, en=problem))


def persons_denied(evidence: Evidence) -> Finding:
    """Personal sources of a product that claims to count no persons."""
    if not evidence.lineage:
        return failed(1, note=_NO_LINEAGE)
    found = personal_sources(evidence.product.disclosure, evidence.lineage)
    return failed(len(found), [{"source": s, "classification": kind} for s, kind in found.items()])


def final_values_vanished(evidence: Evidence) -> Finding:
    """Final values of the last release that are empty or gone."""
    kept = evidence.kept
    return vanished(kept, evidence.product) if kept else Finding(note=NOTHING_BEFORE)


def final_values_revised(evidence: Evidence) -> Finding:
    """Final values of the last release that are others now."""
    kept = evidence.kept
    return revised(kept) if kept else Finding(note=NOTHING_BEFORE)


def personal_columns(evidence: Evidence) -> Finding:
    """Columns whose very name says that they identify someone."""
    names = [column.name for column in evidence.product.columns]
    found = [name for name in names if PERSONAL_WORDS & set(name.split("_"))]
    return failed(len(found), [{"column": name} for name in found])


def metadata_missing(evidence: Evidence) -> Finding:
    """Metadata that the national catalogue demands and the contract does not give."""
    gaps = missing_metadata(evidence.product)
    return failed(len(gaps), [{"catalogue_item": item, "contract": word} for item, word in gaps])


_NO_LINEAGE = Bilingual(
    th="ไม่พบว่าชุดข้อมูลนี้สร้างจากแหล่งข้อมูลใด จึงยังไม่เผยแพร่; สร้างตารางใหม่ โดยให้ SQL เรียกทุกตารางด้วย ref",
    en="nobody knows what it is made from; build again, with `ref` wherever its SQL names a table",
)

CONTRACT_RULES = (
    StandardRule(
        "metadata_is_complete",
        Bilingual(
            th="คำอธิบายชุดข้อมูลต้องครบตามที่บัญชีข้อมูลภาครัฐกำหนด",
            en="The metadata that the national catalogue demands are complete",
        ),
        metadata_missing,
    ),
    StandardRule(
        "disclosure_is_settled",
        Bilingual(
            th="เกณฑ์การเปิดเผยข้อมูลส่วนบุคคลต้องตรวจได้จริง",
            en="The disclosure rule of the product is one that the gate can check",
        ),
        disclosure_unsettled,
    ),
    StandardRule(
        "personal_sources_are_admitted",
        Bilingual(
            th="ชุดข้อมูลที่ระบุว่าไม่ใช่ข้อมูลส่วนบุคคลต้องไม่สร้างจากแหล่งข้อมูลส่วนบุคคล",
            en="A product that claims to be not personal is made from no personal source",
        ),
        persons_denied,
    ),
    StandardRule(
        "no_personal_columns",
        Bilingual(
            th="ไม่มีคอลัมน์ที่ระบุตัวบุคคล อุปกรณ์ หรือยานพาหนะ",
            en="No column identifies a person, a device or a vehicle",
        ),
        personal_columns,
    ),
)

SHAPE_RULE = StandardRule(
    "columns_match_contract",
    Bilingual(
        th="คอลัมน์ต้องตรงกับข้อกำหนดข้อมูลทั้งชื่อ ลำดับ และชนิด",
        en="The columns are those of the contract, in its order and types",
    ),
    columns_differ,
)

CONTENT_RULES = (
    StandardRule(
        "csv_and_parquet_agree",
        Bilingual(
            th="ไฟล์ CSV และ Parquet ต้องมีแถวเดียวกันทุกแถว",
            en="The CSV and the Parquet file hold the same rows",
        ),
        lambda evidence: files_disagree(evidence.csv, evidence.table),
    ),
    StandardRule(
        "no_personal_data",
        Bilingual(
            th="ไม่มีข้อมูลส่วนบุคคลในช่องข้อมูลใด",
            en="No cell holds personal data",
        ),
        lambda evidence: text_cells.personal_data(evidence.table),
    ),
    StandardRule(
        "formulas_are_neutralised",
        Bilingual(
            th="ข้อความใน CSV ต้องไม่ถูกโปรแกรมตารางคำนวณตีความเป็นสูตร",
            en="No text of the CSV is a formula to a spreadsheet",
        ),
        formulas_in_csv,
    ),
    StandardRule(
        "text_is_printable",
        Bilingual(
            th="ข้อความต้องไม่มีอักขระควบคุมหรืออักขระที่มองไม่เห็น",
            en="No text holds control, direction or invisible characters",
        ),
        lambda evidence: text_cells.unprintable(evidence.table),
    ),
    StandardRule(
        "final_values_are_kept",
        Bilingual(
            th="ข้อมูลขั้นสุดท้ายของรุ่นก่อนหน้าต้องไม่ว่าง ไม่หายไป และไม่กลับเป็นข้อมูลเบื้องต้น",
            en="No final value of the last release is empty, gone or provisional again",
        ),
        final_values_vanished,
    ),
    StandardRule(
        "final_values_stay",
        Bilingual(
            th="ข้อมูลขั้นสุดท้ายของรุ่นก่อนหน้าไม่ควรเปลี่ยนแปลง",
            en="The final values of the last release are as they were",
        ),
        final_values_revised,
        severity="warning",
    ),
)


def standard_names(product: Product) -> frozenset[str]:
    """The names that a suite may not give to its own rules."""
    ours = (*CONTRACT_RULES, SHAPE_RULE, *CONTENT_RULES)
    return frozenset(
        ["table_is_built", "files_are_readable", "suite_is_usable"]
        + [rule.rule for rule in ours]
        + [rule.rule for rule in row_rules(product)]
    )


def declared_columns(product: Product) -> str:
    """The columns of a product as SQL declares them."""
    return ", ".join(f'"{column.name}" {column.data_type}' for column in product.columns)


def _types(product: Product, table: pyarrow.Table) -> tuple[list[str], list[str]]:
    """The columns declared and found, each as "name TYPE" in the engine's own spelling."""
    with asking() as connection:
        connection.execute(f"create temp table declared ({declared_columns(product)})")
        connection.register("found", table)
        expected, found = (
            connection.execute(f"describe {name}").fetchall() for name in ("declared", "found")
        )
    return [f"{name} {type_}" for name, type_, *_ in expected], [
        f"{name} {type_}" for name, type_, *_ in found
    ]
