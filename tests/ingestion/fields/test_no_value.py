"""What stands for no value is accepted without it, with the reason, in every format.

Belongs here: `missing`, `sentinels` and `quarantine` of a field, and that a retraction wins over
the value that it takes back. Does not belong here: fields that are absent from a whole delivery
(`test_absent_fields.py`).
"""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.contracts import SourceContract
from ingestion.judging.sandbox import Sandbox
from ingestion.sources import checked
from tests.support.arrivals import Arrivals, hours, levels
from tests.support.judging import Judged, contract_of, csv_of, json_of, judge, values

CODES = {"": "missing", "-": "missing", "-99": "pending"}


def reading(kind: str = "number", form: str = "csv", **words: object) -> SourceContract:
    fields: list[dict[str, object]] = [
        {"name": "id", "type": "string"},
        {"name": "level", "type": kind, "missing": CODES, "sentinels": ["-999"], **words},
    ]
    return contract_of(fields, format={"type": form}, tolerance={"quarantined_pct": 100})


def told(judged: Judged) -> list[tuple[object, ...]]:
    return values(judged, "level", "level_reason")


def parquet(column: pa.Array) -> bytes:
    sink = io.BytesIO()
    ids = pa.array([str(n) for n in range(len(column))])
    pq.write_table(pa.table({"id": ids, "level": column}), sink)
    return sink.getvalue()


def workbook(*cells: object) -> bytes:
    book, sink = openpyxl.Workbook(), io.BytesIO()
    rows = [["id", "level"], *([f"a{n}", cell] for n, cell in enumerate(cells))]
    for row in rows:
        book.active.append(row)
    book.save(sink)
    return sink.getvalue()


@pytest.mark.parametrize("code", ["-999", "-999.0", "-999.000", "-9.99e2", " -999 ", "-0999"])
def test_an_error_code_is_no_value_however_it_is_spelled(code: str, tmp_path: Path) -> None:
    judged = judge(reading(), csv_of("a,1", f"b,{code}", header="id,level"), tmp_path)

    assert (told(judged), judged.codes) == ([(1.0, None), (None, "sentinel")], [])
    assert judged.outcome.missing == {"level": {"sentinel": 1}}


@pytest.mark.parametrize("near", ["-998.9", "999", "-9990", "-999.01"])
def test_a_number_beside_an_error_code_is_a_value(near: str, tmp_path: Path) -> None:
    judged = judge(reading(), csv_of(f"a,{near}", header="id,level"), tmp_path)

    assert (told(judged), judged.outcome.missing) == ([(float(near), None)], {})


def test_every_format_knows_an_error_code(tmp_path: Path) -> None:
    bodies: dict[str, bytes | str] = {
        "csv": csv_of("a,1.5", "b,-999", "c,", "d,-99.0", header="id,level"),
        "json_lines": json_of(
            {"id": "a", "level": 1.5},
            {"id": "b", "level": -999},
            {"id": "c", "level": None},
            {"id": "d", "level": -99.0},
        ),
        "parquet": parquet(pa.array([1.5, -999.0, None, -99.0])),
        "xlsx": workbook(1.5, -999, None, -99),
    }

    found = {form: told(judge(reading(form=form), body, tmp_path)) for form, body in bodies.items()}

    wanted = [(1.5, None), (None, "sentinel"), (None, "missing"), (None, "pending")]
    assert found == dict.fromkeys(bodies, wanted)


def test_a_code_is_told_before_units_and_bounds_are_looked_at(tmp_path: Path) -> None:
    contract = reading(multiply=0.01, minimum=0, maximum=10)

    judged = judge(contract, csv_of("a,250", "b,-999", "c,-998", header="id,level"), tmp_path)

    assert told(judged) == [(2.5, None), (None, "sentinel")]
    assert judged.codes == [(3, "value_out_of_range")]


def test_whole_numbers_and_stored_ones_have_codes_too(tmp_path: Path) -> None:
    as_text = judge(reading("integer"), csv_of("a,7", "b,-999", header="id,level"), tmp_path)
    stored = judge(reading("integer", "parquet"), parquet(pa.array([7, -999])), tmp_path)

    assert told(as_text) == told(stored) == [(7, None), (None, "sentinel")]


def test_minus_nothing_is_nothing(tmp_path: Path) -> None:
    contract = reading(sentinels=["0"], missing=None)
    many = [f"a{n},-0" for n in range(300)]

    judged = judge(contract, csv_of(*many, "b,-0.0", "c,0", "d,1", header="id,level"), tmp_path)

    assert judged.outcome.missing == {"level": {"sentinel": 302}}
    assert told(judged)[-1] == (1.0, None)


def test_a_contract_may_still_quarantine(tmp_path: Path) -> None:
    body = csv_of("a,-999", "b,-99", "c,-", "d,1", header="id,level")

    judged = judge(reading(quarantine=["sentinel", "pending"]), body, tmp_path)

    assert judged.codes == [(1, "value_sentinel"), (2, "value_missing")]
    assert told(judged) == [(None, "missing"), (1.0, None)]
    assert judged.outcome.missing == {"level": {"missing": 1}}


@pytest.mark.parametrize("words", [{"required": True, "missing": None}, {}])
def test_a_value_that_must_be_there_is_not_replaced_by_an_error_code(
    words: dict[str, object], tmp_path: Path
) -> None:
    contract = reading(**words)
    contract = contract.model_copy(update={"key": () if words else ("level",)})

    judged = judge(contract, csv_of("a,-999", "b,1", header="id,level"), tmp_path)

    assert (judged.codes, judged.column("level")) == ([(1, "value_sentinel")], [1.0])


def test_no_value_of_a_row_that_is_kept_out_is_counted(tmp_path: Path) -> None:
    contract = reading()
    fields = [*contract.fields, contract.fields[1].model_copy(update={"name": "other"})]
    body = csv_of("a,-999,x", "b,-999,1", header="id,level,other")

    judged = judge(contract.model_copy(update={"fields": tuple(fields)}), body, tmp_path)

    assert judged.outcome.missing == {"level": {"sentinel": 1}}


def test_a_retraction_takes_a_value_back(tmp_path: Path, sandbox: Sandbox) -> None:
    contract = levels(tmp_path / "drops")
    words = contract.model_dump(exclude_unset=True)
    level = words["fields"][2] | {"required": False, "sentinels": ["-999"]}
    words["fields"] = [*words["fields"][:2], level]
    city = Arrivals(tmp_path / "home", sandbox, checked(words))

    city.arrive("first.csv", hours((1, 10), (2, 20)))
    entry = city.arrive("second.csv", hours((1, -999)))

    assert (entry.outcome.accepted, entry.outcome.missing) == (1, {"level": {"sentinel": 1}})
    assert city.rows("level, level_reason") == [(20.0, None), (None, "sentinel")]


def test_large_files_count_as_small_ones_do(tmp_path: Path) -> None:
    rows = [{"id": str(n), "level": -999 if n % 3 == 0 else n} for n in range(60_000)]

    judged = judge(reading(form="json_lines"), json_of(*rows), tmp_path)

    assert judged.outcome.missing == {"level": {"sentinel": 20_000}}
