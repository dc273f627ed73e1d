"""How well the platform finds what the simulated city spoiled: recall and precision, by kind.

Belongs here: comparing the truth about defects with what a finished run of the demo recorded. Found
means: became what `city.defects.OUTCOMES` says should become of it. Does not belong
here: any limit; how well is measured, not asserted.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from city.city import City
from city.defects import OUTCOMES, Defect, Kind, Outcome
from city.sources import defects
from ingestion.connectors.days import asks_by_day
from ingestion.deliveries.ledger import Ledger, LedgerEntry
from ingestion.engine import attach_lake, connect
from ingestion.judging.outcome import QuarantinedRow
from orchestration.deployment import Deployment
from orchestration.nightly import NightlyReport
from publication.release import Held, Unchanged

File = tuple[str, str]  # source and name of a delivery
Place = tuple[str, str, int]  # and the number of a record in it
_DAY = re.compile(r"\d{8}")
FLAGS = {"spike": "flag_spike", "stuck": "flag_flat_line"}


@dataclass(frozen=True)
class Score:
    """What was planted of one kind, how much of it was found, and what was taken for it wrongly.

    `false_alarms` is None where nothing tells one.
    """

    kind: Kind
    counted: str
    planted: int
    found: int
    false_alarms: int | None

    @property
    def recall(self) -> float:
        """Share of what was planted that was found."""
        return self.found / self.planted

    @property
    def precision(self) -> float | None:
        """Share of what was found that had been planted."""
        if self.false_alarms is None or not self.found + self.false_alarms:
            return None
        return self.found / (self.found + self.false_alarms)


def scores(city: City, deployment: Deployment, report: NightlyReport) -> list[Score]:
    """The score of every kind of defect that the city planted, in the order of their outcomes."""
    run = _Run(city, deployment, report)
    kinds = sorted({d.kind for d in run.planted}, key=list(OUTCOMES).index)
    return [_JUDGES[OUTCOMES[kind]](run, kind) for kind in kinds]


@dataclass
class _Run:
    city: City
    deployment: Deployment
    report: NightlyReport

    @cached_property
    def planted(self) -> list[Defect]:
        return [self._as_delivered(defect) for defect in defects(self.city)]

    def _as_delivered(self, defect: Defect) -> Defect:
        """With the name that the ledger has for the answer of a service."""
        names = [name for source, name in self.files if source == defect.source]
        alike = [name for name in names if name.split(".")[0] == defect.file.split(".")[0]]
        if defect.file in names or not defect.file or len(alike or names) != 1:
            return defect
        return replace(defect, file=(alike or names)[0])

    def of(self, kind: Kind) -> list[Defect]:
        return [defect for defect in self.planted if defect.kind == kind]

    @cached_property
    def files(self) -> dict[File, LedgerEntry]:
        return {
            (contract.id, entry.name): entry
            for contract in self.deployment.contracts
            for entry in Ledger(self.deployment.lake, contract.id).entries().values()
        }

    @cached_property
    def quarantined(self) -> dict[Place, str]:
        found = {}
        for (source, name), entry in self.files.items():
            if entry.quarantine and entry.outcome.status == "accepted":
                for line in self.deployment.lake.get(entry.quarantine).splitlines():
                    row = QuarantinedRow.model_validate_json(line)
                    found[source, name, row.record] = row.code
        return found

    def query(self, sql: str) -> list[tuple[object, ...]]:
        with connect(self.deployment.settings) as con:
            attach_lake(con, self.deployment.settings, read_only=True)
            return con.execute(sql).fetchall()


def _places(planted: Iterable[Defect]) -> set[Place]:
    return {(d.source, d.file, record) for d in planted for record in d.where.records}


def _quarantined(run: _Run, kind: Kind) -> Score:
    """False alarms are rows with the same reason in the same source that nobody spoiled."""
    wanted = _places(run.of(kind))
    found = wanted & run.quarantined.keys()
    reasons = {(place[0], run.quarantined[place]) for place in found}
    alike = {place for place, code in run.quarantined.items() if (place[0], code) in reasons}
    return Score(kind, "rows", len(wanted), len(found), len(alike - _places(run.planted)))


def _refused(run: _Run, kind: Kind) -> Score:
    refused = {f: e.outcome.code for f, e in run.files.items() if e.outcome.status == "refused"}
    wanted = {(d.source, d.file) for d in run.of(kind)}
    found = wanted & refused.keys()
    codes = {refused[file] for file in found}
    spoiled = {(d.source, d.file) for d in run.planted if d.outcome == "refused"}
    false = {file for file, code in refused.items() if code in codes} - spoiled
    return Score(kind, "files", len(wanted), len(found), len(false))


def _deduplicated(run: _Run, kind: Kind) -> Score:
    wanted = Counter((d.source, d.file) for d in run.of(kind) for _ in d.where.records)
    dropped = {file: run.files[file].outcome.deduplicated for file in wanted if file in run.files}
    found = sum(min(count, dropped.get(file, 0)) for file, count in wanted.items())
    false = sum(max(0, dropped.get(file, 0) - count) for file, count in wanted.items())
    return Score(kind, "rows", sum(wanted.values()), found, false)


def _missing(run: _Run, kind: Kind) -> Score:
    """Rows that were taken in, with no value and the reason why."""
    wanted, found = _places(run.of(kind)), 0
    by_file: dict[File, list[int]] = defaultdict(list)
    for source, name, record in wanted:
        by_file[source, name].append(record)
    for (source, name), records in by_file.items():
        entry = run.files.get((source, name))
        contract = run.deployment.contract(source)
        reasons = [f'"{f.name}_reason"' for f in contract.fields if f.no_value is not None]
        if entry is None or not entry.lake or not reasons:
            continue
        paths = [run.deployment.lake.uri(key) for key in entry.lake]
        rows = run.query(f"""
            select count(*) from read_parquet({paths}, union_by_name = true)
            where _record in ({", ".join(map(str, records))})
            and coalesce({", ".join(reasons)}) is not null""")
        found += int(str(rows[0][0]))
    return Score(kind, "rows", len(wanted), min(found, len(wanted)), None)


def _flagged(run: _Run, kind: Kind) -> Score:
    """Readings that a QARTOD test marks suspect or bad; the neighbours of a spike are its own.

    What no model flags yet is not found.
    """
    flag = FLAGS.get(kind)
    if flag is None:
        return Score(kind, "series", len(run.of(kind)), 0, None)
    marked = {
        (str(station), str(parameter), str(at))
        for station, parameter, at in run.query(f"""
            select station_id, parameter, strftime(observed_at + interval 7 hour, '%Y-%m-%dT%H:%M')
            from lake.intermediate.int_environment_observation_flagged where {flag} in (3, 4)""")
    }
    places = [defect.where for defect in run.of(kind)]
    spans = [(w.station_id, w.parameter, w.first[:16], w.last[:16]) for w in places]
    found = sum(any(_within(m, span) for m in marked) for span in spans)
    false = sum(not any(_near(m, span) for span in spans) for m in marked)
    return Score(kind, "readings", len(spans), found, false)


def _within(mark: tuple[str, str, str], span: tuple[str, str, str, str]) -> bool:
    return mark[:2] == span[:2] and span[2] <= mark[2] <= span[3]


def _near(mark: tuple[str, str, str], span: tuple[str, str, str, str]) -> bool:
    """On the day of the span: a spike marks its neighbours too."""
    return mark[:2] == span[:2] and span[2][:10] <= mark[2][:10] <= span[3][:10]


def _absent(run: _Run, kind: Kind) -> Score:
    """Series of a day that are not complete; no alarm where a row or a file was lost otherwise."""
    short = {
        (str(station), str(parameter), str(day))
        for station, parameter, day in run.query("""
            select station_id, parameter, event_day
            from lake.intermediate.int_sensor_quality_daily where received < expected""")
    }
    wanted, spoiled = _series_days(run.of(kind)), _series_days(run.planted)
    lost = {day for d in run.planted if d.outcome == "refused" for day in _DAY.findall(d.file)}
    false = {each for each in short - spoiled if each[2].replace("-", "") not in lost}
    return Score(kind, "series", len(wanted), len(wanted & short), len(false))


def _series_days(planted: Iterable[Defect]) -> set[tuple[str, str, str]]:
    places = (defect.where for defect in planted)
    return {(w.station_id, w.parameter, w.first[:10]) for w in places if w.station_id}


def _taken_in(run: _Run, kind: Kind) -> Score:
    wanted = {(d.source, d.file) for d in run.of(kind)}
    found = {f for f in wanted if f in run.files and run.files[f].outcome.status == "accepted"}
    return Score(kind, "files", len(wanted), len(found), None)


def _held_back(run: _Run, kind: Kind) -> Score:
    """Products that are made from a spoiled table; of other tables nothing is found."""
    spoiled = {defect.source for defect in run.of(kind)}
    wanted = {p.id for p in run.deployment.products if spoiled & set(p.sources)}
    held = {
        o.product
        for o in run.report.outcomes
        if isinstance(o, Held) or (isinstance(o, Unchanged) and o.held)
    }
    if not wanted:
        return Score(kind, "products", len(spoiled), 0, None)
    anything = {d.source for d in run.planted if d.outcome == "held_back"}
    innocent = {p.id for p in run.deployment.products if not anything & set(p.sources)}
    return Score(kind, "products", len(wanted), len(wanted & held), len(held & innocent))


def _unreachable(run: _Run, kind: Kind) -> Score:
    """Sources that are asked on every day; the others were up again when they were asked."""
    spoiled = {defect.source for defect in run.of(kind)}
    asked = {each.id for each in run.deployment.contracts if asks_by_day(each)}
    wanted = {each for each in spoiled if each in asked and not _is_snapshot(run, each)}
    missed = {source.source for source in run.report.sources if source.problem}
    return Score(kind, "sources", len(wanted), len(wanted & missed), len(missed - wanted))


def _is_snapshot(run: _Run, source: str) -> bool:
    return run.deployment.contract(source).delivery == "snapshot"


def _no_work(run: _Run, kind: Kind) -> Score:
    """A delivery whose bytes had come before has no record of its own."""
    wanted = {(d.source, d.file) for d in run.of(kind)}
    return Score(kind, "files", len(wanted), len(wanted - run.files.keys()), None)


_JUDGES: dict[Outcome, Callable[[_Run, Kind], Score]] = {
    "quarantined": _quarantined,
    "refused": _refused,
    "deduplicated": _deduplicated,
    "missing": _missing,
    "flagged": _flagged,
    "absent": _absent,
    "late": _taken_in,
    "superseding": _taken_in,
    "accepted": _taken_in,
    "held_back": _held_back,
    "unreachable": _unreachable,
    "no_work": _no_work,
}


def lines(found: Sequence[Score]) -> list[str]:
    """The scores as a table."""
    heads = ("planted", "found", "recall", "precision")
    rows = [" ".join([f"{'defect':<20} {'counted':<9}", *(f"{head:>9}" for head in heads)])]
    for score in found:
        precision = "-" if score.precision is None else f"{score.precision:.3f}"
        rows.append(
            f"{score.kind:<20} {score.counted:<9} {score.planted:>9} {score.found:>9} "
            f"{score.recall:>9.3f} {precision:>9}"
        )
    return rows
