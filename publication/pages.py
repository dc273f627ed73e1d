"""The page that people open first: every product by domain, its state, its files, what is held.

The page is drawn when something is published and read on any later day, so it says until when a
version is current, and never that it is.

Belongs here: choosing and ordering what the page shows. Does not belong here: wording and looks
(`templates/index.html.j2`), and anything that a program should read (`catalogue.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from ingestion.contracts.words import Bilingual
from publication.checksums import SUMS
from publication.model import MANIFEST, Commit, Manifest, ProductState, PublishedFile
from publication.templates import render

DOMAINS = {
    "tourism": Bilingual(th="การท่องเที่ยว", en="Tourism"),
    "safety": Bilingual(th="ความปลอดภัย", en="Safety"),
    "environment": Bilingual(th="สิ่งแวดล้อม", en="Environment"),
    "governance": Bilingual(th="การบริหารภาครัฐ", en="Governance"),
    "economy": Bilingual(th="เศรษฐกิจ", en="Economy"),
    "healthcare": Bilingual(th="สาธารณสุข", en="Healthcare"),
    "education": Bilingual(th="การศึกษา", en="Education"),
}
_CADENCES = {
    "15min": Bilingual(th="ทุก 15 นาที", en="every 15 minutes"),
    "hourly": Bilingual(th="รายชั่วโมง", en="hourly"),
    "daily": Bilingual(th="รายวัน", en="daily"),
    "weekly": Bilingual(th="รายสัปดาห์", en="weekly"),
    "monthly": Bilingual(th="รายเดือน", en="monthly"),
    "yearly": Bilingual(th="รายปี", en="yearly"),
}


@dataclass(frozen=True)
class Card:
    """One product on the page; no manifest before its first release."""

    product: str
    state: ProductState
    manifest: Manifest | None

    @property
    def folder(self) -> str:
        """Where its files lie, relative to the page."""
        return f"{self.state.domain}/{self.product}/{self.state.version}"

    @property
    def damaged(self) -> bool:
        """Is there a release of which nothing can be said, because its manifest is damaged?"""
        return self.manifest is None and self.state.release is not None

    @property
    def cadence(self) -> Bilingual | None:
        """How often it is meant to be renewed."""
        if self.manifest is None:
            return None
        plain = Bilingual(th=self.manifest.cadence, en=self.manifest.cadence)
        return _CADENCES.get(self.manifest.cadence, plain)

    @property
    def downloads(self) -> tuple[tuple[str, PublishedFile], ...]:
        """The data files with the names that people know them by, most used first."""
        files = {file.name: file for file in self.manifest.files} if self.manifest else {}
        wanted = (
            ("Excel (CSV)", f"{self.product}_excel.csv"),
            ("CSV", f"{self.product}.csv"),
            ("Parquet", f"{self.product}.parquet"),
            ("GeoJSON (แผนที่ · map)", f"{self.product}.geojson"),
            ("GeoParquet (แผนที่ · map)", f"{self.product}_geo.parquet"),
        )
        return tuple((label, files[name]) for label, name in wanted if name in files)


def index_page(commit: Commit, cards: tuple[Card, ...]) -> str:
    """The whole page as of a commit. Plain HTML: no script, nothing from elsewhere."""
    order = list(DOMAINS)
    by_domain = sorted(cards, key=lambda card: (order.index(card.state.domain), card.product))
    sections = [
        (domain, DOMAINS[domain], tuple(members))
        for domain, members in groupby(by_domain, key=lambda card: card.state.domain)
    ]
    return render(
        "index.html.j2",
        commit=commit,
        sections=sections,
        notice=commit.notice,
        out=[card for card in by_domain if card.state.release],
        held=[card for card in by_domain if card.state.state == "held"],
        manifest_name=MANIFEST,
        sums_name=SUMS,
    )
