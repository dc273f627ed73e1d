"""What a release, a hold or a rollback means for one product, given what readers have now.

Belongs here: the step from one product state to the next, which may be the same. Does not
belong here: making steps visible (`commits.py`), proving and writing files (`proof.py`,
`folder.py`).
"""

from __future__ import annotations

from datetime import datetime

from dbt_project.products import Product
from expectations.report import GateReport, RuleResult
from ingestion.clock import Clock, bangkok_day
from ingestion.contracts.words import Bilingual
from ingestion.storage import ObjectStore
from publication.checksums import digest
from publication.commits import Change
from publication.folder import Draft, publish_folder
from publication.model import ProductState, Release, encode, stamp, version_order
from publication.proof import Proved

ROLLED_BACK = Bilingual(
    th="ผู้ดูแลระบบย้อนกลับไปใช้รุ่นก่อนหน้า เพราะพบปัญหาในรุ่นที่ใหม่กว่า",
    en="The operators went back to an earlier version because of a problem in a newer one.",
)


def to_release(
    store: ObjectStore, proved: Proved, was: ProductState | None, code_version: str, clock: Clock
) -> Change:
    """The step to these bytes, with their version folder written if readers lack them."""
    product, content = proved.product, proved.content_sha256
    if was and content in {release.content_sha256 for release in was.withdrawn}:
        # A nightly run must not undo what an operator decided about the same data.
        return Change(product.id, "held", was, _stale(was, ROLLED_BACK, stamp(clock)))
    if was and was.release and was.release.content_sha256 == content:
        return Change(product.id, "resumed", was, _fresh(product, was.release, was.withdrawn))
    draft = Draft(proved, supersedes=was.version if was else None, code_version=code_version)
    manifest = publish_folder(store, draft, _day(was, clock), stamp(clock))
    release = Release(
        version=manifest.version,
        manifest_sha256=digest(encode(manifest)),
        content_sha256=content,
    )
    return Change(product.id, "released", was, _fresh(product, release, ()))


def to_hold(product: Product, report: GateReport, was: ProductState | None, clock: Clock) -> Change:
    """The step to holding a product for the reasons of its report."""
    reason = public_reason(report)
    nothing_yet = ProductState(
        domain=product.domain,
        title=product.title,
        release=None,
        state="held",
        stale_since=stamp(clock),
        reason=reason,
    )
    becomes = _stale(was, reason, stamp(clock)) if was else nothing_yet
    return Change(product.id, "held", was, becomes)


def to_roll_back(
    product: str, was: ProductState, target: Release, newer: tuple[Release, ...], clock: Clock
) -> Change:
    """The step to an older release, withdrawing the newer ones; the newest of all is fresh."""
    aimed = was.model_copy(update={"release": target, "withdrawn": newer})
    if newer:
        becomes = _stale(aimed, ROLLED_BACK, stamp(clock))
    else:
        becomes = aimed.model_copy(update={"state": "fresh", "stale_since": None, "reason": None})
    return Change(product, "rolled_back", was, becomes)


def public_reason(report: GateReport) -> Bilingual:
    """Which requirements were not met, for the world to read.

    Only their wording and how often: the report's own messages quote rows that are held back,
    perhaps because nobody may see them.
    """
    broken = [_broken(result) for result in report.holding]
    return Bilingual(
        th="; ".join(text.th for text in broken), en="; ".join(text.en for text in broken)
    )


def _broken(result: RuleResult) -> Bilingual:
    if result.outcome == "error":
        return Bilingual(
            th=f"ตรวจสอบไม่ได้: {result.why.th}", en=f"Could not be checked: {result.why.en}"
        )
    count = result.unexpected_count
    cases = "case" if count == 1 else "cases"
    return Bilingual(
        th=f"ไม่เป็นไปตามข้อกำหนด: {result.why.th} ({count:,} กรณี)",
        en=f"Not met: {result.why.en} ({count:,} {cases})",
    )


def _fresh(product: Product, release: Release, withdrawn: tuple[Release, ...]) -> ProductState:
    return ProductState(
        domain=product.domain,
        title=product.title,
        release=release,
        state="fresh",
        withdrawn=withdrawn,
    )


def _stale(was: ProductState, reason: Bilingual, now: datetime) -> ProductState:
    """Held for a reason; what was stale before stays stale since then."""
    since = was.stale_since or now
    return was.model_copy(update={"state": "held", "stale_since": since, "reason": reason})


def _day(was: ProductState | None, clock: Clock) -> str:
    """Today in Bangkok, but never before a version that exists: versions only grow."""
    known = [*was.withdrawn, *([was.release] if was.release else [])] if was else []
    days = [version_order(release.version)[0] for release in known]
    return max([bangkok_day(clock.now()), *days]).isoformat()
