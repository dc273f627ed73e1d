"""Files of personal sources, parsed in a test with the keys of one key store."""

from __future__ import annotations

from pathlib import Path

from ingestion.contracts import SourceContract
from ingestion.judging.parse import parse
from ingestion.privacy.key_store import KeyStore
from ingestion.privacy.periods import PeriodKey, living_keys
from tests.ingestion.privacy.personal_sources import WIFI_HEADER, lpr, wifi
from tests.support.judging import DELIVERY, NOW, Judged, json_of, read_back

AT = "2026-01-08T09:00:00+07:00"


class Door:
    """Files of personal sources, parsed with the keys of one key store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key_store = KeyStore(folder / "keys")

    def keys(self, contract: SourceContract) -> tuple[PeriodKey, ...]:
        return living_keys(contract, self.key_store.obtain, NOW)

    def judge(self, contract: SourceContract, body: str) -> Judged:
        work = self.folder / f"work-{len(list(self.folder.iterdir()))}"
        work.mkdir()
        path = work / "file"
        path.write_text(body, "utf-8")
        outcome = parse(
            contract,
            path,
            work,
            delivery=DELIVERY,
            received_at=NOW,
            period_keys=self.keys(contract),
        )
        return read_back(outcome, work)

    def devices(self, *macs: str, at: str = AT) -> Judged:
        rows = [f"{n:04x},,{mac},Free WiFi,{at},1," for n, mac in enumerate(macs)]
        loose = {"tolerance": {"quarantined_pct": 100}}
        return self.judge(wifi(**loose), "\n".join([WIFI_HEADER, *rows]) + "\n")

    def plates(self, *plates: str, at: str = AT, **words: object) -> Judged:
        rows = [{"camera": f"CAM-{n:03d}", "seen_at": at, "plate": p} for n, p in enumerate(plates)]
        return self.judge(lpr(tolerance={"quarantined_pct": 100}, **words), json_of(*rows))
