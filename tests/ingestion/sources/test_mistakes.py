"""Every mistake in a contract file is one line: file, place, what was found, what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.contracts.references import ContractError
from ingestion.sources import load_contract

WRITTEN = """\
id: tide_gauges
version: 1.0.0
title: {th: ระดับน้ำ, en: Tide gauges}
description: {th: ระดับน้ำ, en: Tide gauges}
domain: environment
owner:
  name: {th: จังหวัด, en: Province}
  email: data@phuket.example
licence: CC-BY-4.0
classification: open
fetch:
  connector: drop_folder
  url: ${CDP_DROPS}
  pattern: tides_{day}.csv
cadence: daily
delivery: increment
day: observed_at
format: {type: csv, delimiter: ","}
constants: {agency: port}
fields:
  - name: agency
    type: string
    description: {th: ก, en: a}
  - name: parameter
    type: string
    description: {th: ก, en: a}
    required: true
    allowed: {level: [level], temperature: [temp]}
  - name: unit
    type: string
    description: {th: ก, en: a}
    allowed: {m: [m], °C: [C]}
  - name: observed_at
    type: timestamp
    description: {th: ก, en: a}
    required: true
  - name: value
    type: number
    description: {th: ก, en: a}
    missing: {"-": pending}
    by:
      column: parameter
      unit_column: unit
      cases:
        level: {unit: m, minimum: -10, maximum: 10}
        temperature: {unit: °C}
  - name: day
    type: date
    description: {th: ก, en: a}
key: [parameter, observed_at]
"""


def load(folder: Path, text: str) -> object:
    path = folder / "tide_gauges.yaml"
    path.write_text(text, encoding="utf-8")
    return load_contract(path)


def test_the_contract_that_the_mistakes_are_made_in_has_none(tmp_path: Path) -> None:
    assert load(tmp_path, WRITTEN)


# What is written instead of what, and words of the one line that it brings.
MISTAKES = {
    "unknown key": (
        "cadence:",
        "cadense:",
        "cadense: unknown key 'cadense'; did you mean 'cadence'?",
    ),
    "unknown key of a field": (
        "required: true\n    allowed",
        "requird: true\n    allowed",
        "fields.1.requird: unknown key 'requird'; did you mean 'required'?",
    ),
    "unknown key of a format": ("delimiter:", "delimeter:", "did you mean 'delimiter'? allowed: "),
    "unknown key of a case": ("level: {unit", "level: {unti", "did you mean 'unit'? allowed: "),
    "unknown key with nothing like it": (
        "cadence: daily",
        "cadence: daily\nzzz: 1",
        "unknown key 'zzz'; allowed: cadence, ",
    ),
    "missing key": ("version: 1.0.0\n", "", "version: is missing"),
    "unknown domain": (
        "domain: environment",
        "domain: enviroment",
        "domain: found 'enviroment'; did you mean 'environment'? allowed: economy, ",
    ),
    "unknown cadence": ("cadence: daily", "cadence: dayly", "did you mean 'daily'? allowed: 15min"),
    "unknown type": ("type: number", "type: nummer", "fields.4.type: found 'nummer'; did you mean"),
    "unknown format": ("type: csv", "type: cvs", "unknown type 'cvs'; did you mean 'csv'? allowed"),
    "unknown connector": (
        "connector: drop_folder",
        "connector: drop",
        "unknown connector 'drop'; did you mean 'drop_folder'? allowed: ",
    ),
    "unknown reason": ('"-": pending', '"-": pendig', "did you mean 'pending'? allowed: confid"),
    "bad id": ("id: tide_gauges", "id: Tide-Gauges", "id: found 'Tide-Gauges'; "),
    "bad version": ("version: 1.0.0", "version: '1'", "version: found '1'; "),
    "a number for a text": (
        "licence: CC-BY-4.0",
        "licence: 4",
        "licence: found 4; Input should be",
    ),
    "one language": (
        "{th: ระดับน้ำ, en: Tide gauges}\ndescription",
        "{en: x}\ndescription",
        "title.th: is missing",
    ),
    "key of no field": (
        "key: [parameter,",
        "key: [paramter,",
        "key: no field is named 'paramter'; did you mean 'parameter'?",
    ),
    "day of no field": ("day: observed_at", "day: observed", "did you mean 'observed_at'?"),
    "day of another type": (
        "day: observed_at",
        "day: value",
        "day: 'value' is a number, not a date",
    ),
    "constant of no field": (
        "{agency: port}",
        "{agent: port}",
        "constants: no field is named 'agent'",
    ),
    "case column of no field": ("column: parameter", "column: param", "field value: by.column: no"),
    "case of no value": (
        "        level: {unit",
        "        levle: {unit",
        "by.cases: 'parameter' allows no 'levle'; did you mean 'level'?",
    ),
    "value without case": (
        "        temperature: {unit: °C}\n",
        "",
        "there is none for 'temperature', which 'parameter' allows",
    ),
    "case of an unknown unit": ("{unit: °C}", "{unit: F}", "'unit' allows no 'F'; there are m, °C"),
    "case upside down": (
        "minimum: -10, maximum: 10",
        "minimum: 10, maximum: -10",
        "minimum 10 is above maximum -10",
    ),
    "key twice": (
        "key: [parameter,",
        "key: [parameter, parameter,",
        "key: 'parameter' stands twice",
    ),
    "field twice": ("name: unit", "name: value", "two fields are named 'value'"),
    "reason against field": (
        "name: day",
        "name: value_reason",
        "value_reason would hold the reas",
    ),
    "range of a text": (
        "    allowed: {m",
        "    minimum: 1\n    allowed: {m",
        "minimum and maximum need a numeric type, not string",
    ),
    "pattern of a number": (
        "    missing:",
        "    pattern: a\n    missing:",
        "pattern is for strings",
    ),
    "broken pattern": (
        "    allowed: {m",
        "    pattern: '['\n    allowed: {m",
        "pattern '[' is no regular expression",
    ),
    "pattern beyond the engine": (
        "    allowed: {m",
        "    pattern: 'a(?=b)'\n    allowed: {m",
        "pattern 'a(?=b)' is unknown to the engine (invalid perl operator: (?=)",
    ),
    "pattern with an end of Python's": (
        "    allowed: {m",
        "    pattern: 'a\\Z'\n    allowed: {m",
        "pattern 'a\\\\Z' is unknown to the engine (invalid escape sequence",
    ),
    "pattern that repeats too often": (
        "    allowed: {m",
        "    pattern: '[0-9]{2000}'\n    allowed: {m",
        "is unknown to the engine (invalid repetition size: {2000})",
    ),
    "subtotals by a pattern beyond the engine": (
        "key: [",
        "drop_rows:\n  - {column: unit, pattern: 'a++'}\nkey: [",
        "drop_rows: pattern 'a++' is unknown to the engine",
    ),
    "zone that only Python knows": (
        "type: timestamp",
        "type: timestamp\n    zone: right/UTC",
        "zone 'right/UTC' is not known; Thailand is Asia/Bangkok",
    ),
    "form with a part twice": (
        "type: timestamp",
        "type: timestamp\n    zone: Asia/Bangkok\n    formats: ['%d/%m/%Y %d']",
        "format '%d/%m/%Y %d' says the day twice (%d and %d)",
    ),
    "form with a part in two ways": (
        "type: timestamp",
        "type: timestamp\n    zone: Asia/Bangkok\n    formats: ['%m %B %Y']",
        "format '%m %B %Y' says the month twice (%m and %B)",
    ),
    "factor without end": (
        "    missing:",
        "    multiply: .inf\n    missing:",
        "multiply",
    ),
    "sentinel of letters": (
        "    missing:",
        "    sentinels: [bad]\n    missing:",
        "sentinel 'bad' is not a number",
    ),
    "code of two reasons": (
        "    missing: {",
        "    sentinels: ['-1']\n    missing: {'-1.0': pending, ",
        "'-1.0' means both 'sentinel' and 'pending'",
    ),
    "reason that nothing means": (
        "    missing:",
        "    quarantine: [confidential]\n    missing:",
        "quarantine: nothing under missing or sentinels means 'confidential'",
    ),
    "unknown zone": (
        "type: timestamp",
        "type: timestamp\n    zone: Asia/Phuket",
        "zone 'Asia/Phuket' is not known; Thailand is Asia/Bangkok",
    ),
    "unknown form": (
        "type: timestamp",
        "type: timestamp\n    formats: ['%d/%b/%Y']",
        "format '%d/%b/%Y' has '%b'; allowed: %Y %m %d %H %M %S",
    ),
    "form without year": (
        "type: timestamp",
        "type: timestamp\n    formats: ['%d/%m']",
        "format '%d/%m' has no %Y",
    ),
    "Buddhist date without form": (
        "type: timestamp",
        "type: timestamp\n    era: buddhist",
        "a date of the Buddhist era needs formats",
    ),
    "Buddhist number": ("type: number", "type: number\n    era: buddhist", "era is for years"),
    "required and missing": (
        "    missing:",
        "    required: true\n    missing:",
        "a required field cannot list texts that mean no value",
    ),
    "one spelling of two values": (
        "{m: [m], °C: [C]}",
        "{m: [m, C], °C: [C]}",
        "allowed: 'C' means both 'm' and '°C'",
    ),
    "unknown thousands": ("type: number", "type: number\n    thousands: ;", "found ';'; allowed:"),
    "delimiter of two": ('delimiter: ","', 'delimiter: "||"', "format.csv.delimiter: found '||'"),
    "delimiter and quote alike": (
        'delimiter: ","',
        "delimiter: '\"'",
        "delimiter and quote are both",
    ),
    "line break as delimiter": (
        'delimiter: ","',
        'delimiter: "\\n"',
        "a line break cannot be delim",
    ),
    "share beyond all": (
        "key:",
        "tolerance: {quarantined_pct: 101}\nkey:",
        "found 101; Input should",
    ),
    "nothing in it": (WRITTEN, "", "holds no keys"),
    "a list": (WRITTEN, "- id: x", "holds no keys"),
    "no YAML": ("domain: environment", "domain: [environment", "is not YAML: line"),
    "a tab": ("  name: {th: จ", "\tname: {th: จ", "is not YAML: line 7"),
    "the same key twice": (
        "domain: environment",
        "domain: economy\ndomain: environment",
        "line 6: key 'domain' stands twice",
    ),
    "an alias": ("title: {th", "title: &t {th", None),
    "an object of Python": (
        "id: tide_gauges",
        "id: !!python/object:os.system x",
        "is not YAML: line 1",
    ),
}


@pytest.mark.parametrize("mistake", [name for name, case in MISTAKES.items() if case[2]])
def test_a_mistake_is_told_in_one_line(mistake: str, tmp_path: Path) -> None:
    right, wrong, words = MISTAKES[mistake]
    assert right in WRITTEN

    with pytest.raises(ContractError) as told:
        load(tmp_path, WRITTEN.replace(right, wrong, 1))

    assert words in told.value.message
    assert told.value.message.startswith(f"contract {tmp_path / 'tide_gauges.yaml'}")
    assert "\n" not in told.value.message


def test_an_alias_is_refused(tmp_path: Path) -> None:
    text = WRITTEN.replace("title: {th", "title: &t {th", 1)
    text = text.replace("description: {th: ระดับน้ำ, en: Tide gauges}", "description: *t", 1)

    with pytest.raises(ContractError, match=r"line 4: aliases are not allowed"):
        load(tmp_path, text)


def test_further_mistakes_are_counted(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"\(and 1 more\)"):
        load(tmp_path, WRITTEN.replace("domain: environment", "domain: x").replace("daily", "y"))


def test_words_that_yaml_would_read_as_something_else_stay_texts(tmp_path: Path) -> None:
    text = WRITTEN.replace("{level: [level]", "{level: [no, 2026-01-08, on]", 1)

    contract = load(tmp_path, text)

    assert contract.field("parameter").allowed["level"] == ("no", "2026-01-08", "on")  # type: ignore[attr-defined]
