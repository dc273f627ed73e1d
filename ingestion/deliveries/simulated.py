"""Whether a lake holds the simulated city: a fact of the lake, recorded once and never forgotten.

Belongs here: the mark and its words. Does not belong here: the city itself (`city/`), and what
publication makes of the mark (`publication/simulated.py`).
"""

from __future__ import annotations

from ingestion.contracts.words import Bilingual
from ingestion.errors import PermanentError
from ingestion.storage import ObjectStore, keys

NOTICE = Bilingual(
    th="ข้อมูลจำลองจากเมืองจำลองของระบบ ไม่ใช่ข้อมูลจริง ห้ามใช้ตัดสินใจเรื่องของเมืองจริง",
    en="Simulated data from the platform's simulated city, not real: not for decisions about the "
    "real one.",
)


def is_simulated(lake: ObjectStore) -> bool:
    """Did anything in this lake come from the simulated city?"""
    return lake.head(keys.SIMULATED) is not None


def mark_simulated(lake: ObjectStore, *, known: bool = False) -> None:
    """Record that this lake is the simulated city's, for good.

    Parameters
    ----------
    known: it is certain that what the lake holds already came from there.

    Raises
    ------
    PermanentError: the lake holds data of another origin, with which the city's must not be mixed.
    """
    if is_simulated(lake):
        return
    if not known and any(True for room in ("ledger/", "raw/") for _ in lake.list(room)):
        raise PermanentError(
            f"{lake.url} holds data that are not the simulated city's",
            expected="a lake of its own for the simulated city, or an empty one",
            fix="name another home: CDP_HOME=/tmp/city make demo",
        )
    lake.put(keys.SIMULATED, f"{NOTICE.model_dump_json()}\n".encode())
