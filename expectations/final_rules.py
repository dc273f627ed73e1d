"""How the gate tells what became of final values: two findings, in Thai and English.

Belongs here: the wording. Does not belong here: the comparison (`finality.py`).
"""

from __future__ import annotations

from dbt_project.products import Product
from expectations.finality import Kept, Moved
from expectations.finding import Finding, failed
from ingestion.contracts.words import Bilingual
from ingestion.privacy.personal import hide


def vanished(kept: Kept, product: Product) -> Finding:
    """Final values that are empty, gone or no longer final, and that no new method excuses."""
    gone = kept.gone
    if not gone.count:
        return Finding()
    values, first, number = _values(gone.count), _first(gone), product.method + 1
    note = Bilingual(
        th=f"{gone.count:,} ค่า เช่น {first}; แก้ไขข้อมูลต้นทาง หรือหากเป็นการเปลี่ยนวิธีคำนวณของเราเอง"
        f" ให้เพิ่ม method_changes ครั้งที่ {number} ใน YAML ของชุดข้อมูล",
        en=f"{gone.count:,} {values}, such as {first}; mend the source, or if a rule of ours "
        f"changed, add number {number} to method_changes in the product's YAML",
    )
    return failed(gone.count, gone.rows, note)


def revised(kept: Kept) -> Finding:
    """Final values that changed, and those that a new method moved."""
    texts = []
    if kept.changed.count:
        count, first = kept.changed.count, _first(kept.changed)
        texts.append(
            Bilingual(
                th=f"เปลี่ยนแปลง {count:,} ค่า เช่น {first}",
                en=f"{count:,} {_values(count)} changed, such as {first}",
            )
        )
    if kept.excused.count:
        texts.append(_by_method(kept))
    if not texts:
        return Finding()
    note = Bilingual(th="; ".join(t.th for t in texts), en="; ".join(t.en for t in texts))
    rows = (*kept.changed.rows, *kept.excused.rows)
    return failed(kept.changed.count + kept.excused.count, rows, note)


def _by_method(kept: Kept) -> Bilingual:
    moved, last = kept.excused, kept.changes[-1]
    return Bilingual(
        th=f"การเปลี่ยนวิธีคำนวณครั้งที่ {last.number} ({last.date}) ทำให้ {moved.count:,} ค่าเปลี่ยนไป"
        f" ในจำนวนนี้ว่างหรือหายไป {moved.gone:,} ค่า",
        en=f"method change {last.number} of {last.date} moved {moved.count:,} "
        f"{_values(moved.count)}, of which {moved.gone:,} empty or gone now",
    )


def _values(count: int) -> str:
    return "value" if count == 1 else "values"


def _first(moved: Moved) -> str:
    said = ((name, value) for name, value in moved.rows[0].items() if value is not None)
    return ", ".join(f"{name}={hide(str(value))}" for name, value in said)
