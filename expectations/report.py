"""The gate's report: what was judged, by which rules, and what each rule found.

Belongs here: the report's words, its verdict in one line, its JSON form. Does not belong here:
judging (`gate.py`), or deciding what happens to a product that was held.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from ingestion.clock import BANGKOK
from ingestion.contracts.words import Bilingual

SAMPLE = 20  # rows that a report shows for a broken rule; the count is always the whole count

Verdict = Literal["passed", "held"]
Outcome = Literal["ok", "failed", "error"]
Severity = Literal["critical", "warning"]
Cell = str | int | float | bool | None
Row = dict[str, Cell]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Part(BaseModel):
    """Base of every part of a report: unknown keys are refused, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class JudgedFile(Part):
    """One candidate file, by the very bytes that the rules saw."""

    name: str
    bytes: int
    sha256: Sha256


class RuleResult(Part):
    """What one rule found. `error` means that the rule itself could not be worked out."""

    rule: str
    type: str
    severity: Severity
    why: Bilingual
    outcome: Outcome
    unexpected_count: int = 0
    unexpected_rows: tuple[Row, ...] = ()
    message: Bilingual

    @property
    def holds_back(self) -> bool:
        """Whether this result alone keeps the product from going out.

        A rule that could not be worked out holds back whatever its severity: nobody knows what
        it would have found.
        """
        return self.outcome == "error" or (self.outcome == "failed" and self.severity == "critical")


class GateReport(Part):
    """The verdict on one candidate. Only the files it names, byte for byte, were judged."""

    product: str
    build: str
    verdict: Verdict
    judged_at: datetime
    files: tuple[JudgedFile, ...]
    rows: int | None
    suite_sha256: Sha256 | None
    gate_sha256: Sha256
    contract_sha256: Sha256 | None = None
    results: tuple[RuleResult, ...]
    not_judged: tuple[str, ...] = ()

    @property
    def holding(self) -> tuple[RuleResult, ...]:
        """The results that hold the product back, worst first."""
        found = [result for result in self.results if result.holds_back]
        return tuple(sorted(found, key=lambda r: (r.severity != "critical", r.outcome != "failed")))

    @property
    def warnings(self) -> tuple[RuleResult, ...]:
        """Broken rules with which the product may still go out."""
        return tuple(r for r in self.results if r.outcome != "ok" and not r.holds_back)

    @property
    def headline(self) -> str:
        """The verdict in one line for operators."""
        if self.verdict == "held":
            first, *others = self.holding
            more = f"; also {', '.join(r.rule for r in others)}" if others else ""
            return f"{self.product} held back by {first.rule}: {first.message.en}{more}"
        marks = [f"{r.rule}: {r.message.en}" for r in self.warnings]
        if not marks:
            return f"{self.product} passed {len(self.results)} rules"
        noun = "warning" if len(marks) == 1 else "warnings"
        return f"{self.product} passed with {len(marks)} {noun}: {'; '.join(marks)}"

    @property
    def headline_th(self) -> str:
        """The same line in Thai."""
        if self.verdict == "held":
            first, *others = self.holding
            more = f" และยังมี {', '.join(r.rule for r in others)}" if others else ""
            return (
                f"{self.product} ระงับการเผยแพร่รุ่นใหม่เนื่องจาก {first.rule}: {first.message.th}{more}"
            )
        marks = [f"{r.rule}: {r.message.th}" for r in self.warnings]
        if not marks:
            return f"{self.product} ผ่านทั้ง {len(self.results)} ข้อ"
        return f"{self.product} ผ่าน โดยมีคำเตือน {len(marks)} ข้อ: {'; '.join(marks)}"

    def vouches_for(self, sha256: str) -> bool:
        """Whether bytes with this hash were judged and may go out."""
        return self.verdict == "passed" and any(file.sha256 == sha256 for file in self.files)

    def to_json(self) -> bytes:
        """The report as `gate.json` holds it; the same report is always the same bytes."""
        return self.model_dump_json(indent=2).encode() + b"\n"

    @classmethod
    def from_json(cls, body: bytes) -> GateReport:
        """Read `gate.json` back. Raises pydantic's ValidationError on anything unknown."""
        return cls.model_validate_json(body)


def cell(value: object) -> Cell:
    """One value of a broken row, in a form that JSON keeps."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if abs(value) < float("inf") else str(value)
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(BANGKOK).isoformat()
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return str(value)
