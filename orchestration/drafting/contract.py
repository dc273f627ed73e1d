"""The YAML of a draft: the product's contract with readers, and the entry of its staging model.

What it says of a column follows from the source's contract; a text that another table has already
is told apart by the product's name, until somebody moves it into `columns.yml`. Does not belong
here: what is held (`promises.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import yaml

from dbt_project.columns import Named, load_library, read_mapping
from dbt_project.products import PROJECT
from ingestion.contracts.field import Field
from ingestion.contracts.words import Bilingual
from orchestration.drafting.figures import Figure
from orchestration.drafting.plan import Plan
from orchestration.drafting.sql import MEAN_DIGITS, n_of

_PERIODS = {
    "day": Bilingual(th="วัน", en="day"),
    "week": Bilingual(th="สัปดาห์ (จันทร์ถึงอาทิตย์)", en="week (Monday to Sunday)"),
    "month": Bilingual(th="เดือน", en="month"),
}
_HOW = {
    "sum": Bilingual(th="ผลรวมของ{th}", en="added up over the {en}"),
    "mean": Bilingual(
        th=f"ค่าเฉลี่ยของ{{th}} ปัดเป็นทศนิยม {MEAN_DIGITS} ตำแหน่ง",
        en=f"mean of the {{en}}, rounded to {MEAN_DIGITS} decimals",
    ),
    "max": Bilingual(th="ค่าสูงสุดของ{th}", en="highest of the {en}"),
}
_HOW_TITLE = {"mean": Bilingual(th="เฉลี่ย", en="mean"), "max": Bilingual(th="สูงสุด", en="highest")}
MANY = 12
"""So many codes of a column are listed in its contract; of more, readers see them in the rows."""


@dataclass(frozen=True)
class Said:
    """What a person said of the product; what is empty is taken from the source's contract."""

    title_th: str = ""
    title_en: str = ""
    description_th: str = ""
    description_en: str = ""


@dataclass
class _Texts:
    """Texts about columns that stand somewhere already: none may stand twice."""

    product: str
    taken: set[tuple[str, str]] = field(default_factory=set)

    def once(self, th: str, en: str) -> dict[str, str]:
        if (th, en) in self.taken:
            th, en = f"{th} ({self.product})", f"{en} ({self.product})"
        self.taken.add((th, en))
        return {"th": th, "en": en}


def staging_entry(plan: Plan) -> str:
    """What the YAML of a domain's staging models says of a new one."""
    when = "" if plan.is_told else "    config: {meta: {period: day, column: event_day}}\n"
    key = [*plan.contract.key, *([] if plan.is_told else ["event_day"])]
    newest = "as last received" if plan.is_told else "the latest received wins"
    return (
        f"  - name: stg_{plan.contract.id}\n"
        f"    description: {flow(f'{plan.contract.title.en}; {newest}.')}\n{when}"
        f"    data_tests:\n      - unique_together:\n"
        f"          arguments: {{columns: {flow(key)}}}\n"
    )


def product_yaml(plan: Plan, said: Said) -> str:
    """The file beside the SQL."""
    source, period = plan.contract, plan.period
    by = [each.name for each in plan.groups if each is not plan.place]
    place = ["place_code", "place_name_th", "place_name_en"] if plan.place else []
    where = ["tambon" if plan.place and plan.place.name == "tambon_code" else "province"]
    head: Named = {
        "title": {
            "th": said.title_th or source.title.th,
            "en": said.title_en or source.title.en,
        },
        "description": {
            "th": said.description_th or source.description.th,
            "en": said.description_en or source.description.en,
        },
        "grain": " × ".join([*(where if plan.place else []), *by, period]).replace("_", " "),
        "cadence": plan.cadence,
        "licence": source.licence,
        "attribution": source.owner.name.model_dump(),
        "keywords": _keywords(plan, said),
        "key": list(plan.key),
        **({"place_columns": place} if place else {}),
        "time_columns": [period, "period_start", "period_end"],
        "disclosure": "not_personal",
        "schema_version": "1.0.0",
        "data_tests": ["unique_by_key"],
        **({} if plan.is_told else {"period": period}),
    }
    lines = [line for word, value in head.items() for line in _entry(word, value)]
    return "\n".join([*lines, "", "columns:", *_items(_columns(plan))]) + "\n"


def _keywords(plan: Plan, said: Said) -> list[str]:
    words = [plan.name.removesuffix(f"_{plan.cadence}").replace("_", " ")]
    return [*words, said.title_th or plan.contract.title.th, plan.domain, "Phuket", "ภูเก็ต"]


def _columns(plan: Plan) -> Iterator[Named]:
    texts = _Texts(plan.name, set(_texts_of_others()))
    if plan.place:
        for name in ("place_code", "place_name_th", "place_name_en"):
            yield {"column": name}
    for each in plan.groups:
        if each is not plan.place:
            yield _of_key(plan, each, texts)
    yield from _times(plan, texts)
    for figure in plan.figures:
        yield _of_figure(plan, figure, texts)
        if plan.is_told and figure.reason:
            th, en = title_of(figure.field)
            yield {
                "name": f"{figure.name}_status",
                "column": "figure_status",
                "title": texts.once(f"สถานะของ{th}", f"Status of {_inside(en)}"),
            }
        if figure in plan.counted:
            yield _of_n(figure, texts)
    if not plan.is_told:
        yield {
            "name": "n",
            "column": "readings",
            "unit": "rows",
            "title": texts.once("จำนวนแถวของต้นฉบับ", "Rows of the source"),
            "description": texts.once(
                f"จำนวนแถวจาก {plan.contract.id} ของช่วงเวลานี้",
                f"Rows of {plan.contract.id} that this row is made from",
            ),
        }
    yield {
        "name": "status",
        "column": "status_of_figures" if plan.is_told else "status_of_readings",
    }


def _times(plan: Plan, texts: _Texts) -> Iterator[Named]:
    if plan.is_told:
        yield {"column": "year"}
        yield {"name": "period_start", "column": "start_of_year"}
        yield {"name": "period_end", "column": "end_of_year"}
        return
    word = _PERIODS[plan.period]
    of = plan.contract.id
    if plan.period == "day":
        th, en = f"วันตามเวลาประเทศไทยของข้อมูลใน {of}", f"Calendar day in Thailand that {of} tells of"
    else:
        th = f"วันแรกของ{word.th}ตามเวลาประเทศไทย ของข้อมูลใน {of}"
        en = f"First day of the {word.en}, in Thailand, that {of} tells of"
    own: Named = {"column": plan.period}
    if plan.period == "week":
        own = {"name": "week", "data_type": "date", "title": texts.once("สัปดาห์", "Week")}
    yield (
        own
        | {"description": texts.once(th, en)}
        | ({"required": True} if plan.period == "week" else {})
    )
    for column, th, en in (("period_start", "เริ่ม", "begins"), ("period_end", "สิ้นสุด", "ends")):
        more_th, more_en = (" (ไม่รวม)", ", not included") if column == "period_end" else ("", "")
        told = texts.once(
            f"เวลาที่{word.th}{th}{more_th}", f"Instant at which the {word.en} {en}{more_en}"
        )
        yield {"column": column, "description": told}


def _of_key(plan: Plan, each: Field, texts: _Texts) -> Named:
    codes = tuple(each.allowed or ())
    th, en = title_of(each)
    owner = plan.contract.owner.name
    if codes and len(codes) <= MANY:
        told = texts.once(
            f"{each.description.th}: {', '.join(codes)}",
            f"{each.description.en}: {', '.join(codes)}",
        )
    else:
        told = texts.once(
            f"{each.description.th} ตามข้อมูลของ{owner.th}",
            f"{each.description.en}, as sent by {owner.en}",
        )
    kinds = {"integer": "bigint", "year": "bigint", "boolean": "boolean", "date": "date"}
    return {
        "name": each.name,
        "data_type": kinds.get(each.type, "varchar"),
        "title": texts.once(th, en),
        "description": told,
        "required": True,
        **({"codes": list(codes)} if codes and len(codes) <= MANY else {}),
    }


def _of_figure(plan: Plan, figure: Figure, texts: _Texts) -> Named:
    th, en = title_of(figure.field)
    if figure.how in _HOW_TITLE:
        word = _HOW_TITLE[figure.how]
        th, en = f"{th} ({word.th})", f"{en} ({word.en})"
    told_th, told_en = figure.field.description.th, figure.field.description.en
    if figure.how != "told":
        said = {"th": _PERIODS[plan.period].th, "en": plan.period}
        told_th = f"{told_th} {_HOW[figure.how].th.format(**said)}"
        told_en = f"{told_en}, {_HOW[figure.how].en.format(**said)}"
    if figure.reason and plan.is_told:
        told_th = f"{told_th} ว่างเมื่อ {figure.name}_status บอกเหตุผล"
        told_en = f"{told_en}; empty where {figure.name}_status says why"
    elif figure.may_be_empty:
        told_th, told_en = f"{told_th} ว่างเมื่อไม่มีค่า", f"{told_en}; empty where there is no value"
    else:
        told_th, told_en = f"{told_th} มีค่าทุกแถว", f"{told_en}; never empty"
    return {
        "name": figure.name,
        "data_type": "bigint" if figure.is_whole else "double",
        "unit": figure.field.unit,
        "title": texts.once(th, en),
        "description": texts.once(told_th, told_en),
        **({} if figure.may_be_empty else {"required": True}),
    }


def _of_n(figure: Figure, texts: _Texts) -> Named:
    th, en = title_of(figure.field)
    return {
        "name": n_of(figure),
        "column": "readings",
        "unit": "rows",
        "title": texts.once(f"จำนวนแถวที่มีค่า: {th}", f"Rows with a value: {en}"),
        "description": texts.once(
            f"จำนวนแถวของต้นฉบับที่มีค่า {figure.field.name}",
            f"Rows of the source in which {figure.field.name} has a value",
        ),
    }


def _inside(text: str) -> str:
    """A text in the middle of a sentence: without its capital, but for one of PM or GPP."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def title_of(each: Field) -> tuple[str, str]:
    """A short name of a field: its description as far as the first comma or bracket."""
    th, en = each.description.th, each.description.en
    for mark in (",", ";", ":", " ("):
        th, en = th.split(mark)[0], en.split(mark)[0]
    return th.strip(), en.strip().rstrip(".")


def _texts_of_others() -> Iterator[tuple[str, str]]:
    """What is said of columns elsewhere, as it is written there."""
    listed: list[object] = list(load_library(PROJECT).values())
    for path in (*PROJECT.glob("models/marts/*/*.yml"), *PROJECT.glob("models/dimensions/*.yml")):
        listed += cast("list[object]", read_mapping(path).get("columns", []))
    for column in cast("list[dict[str, dict[str, str]]]", listed):
        for text in (column[word] for word in ("title", "description") if word in column):
            yield text["th"], text["en"]


def _items(columns: Iterator[Named]) -> Iterator[str]:
    for column in columns:
        first, *rest = (line for word, said in column.items() for line in _entry(word, said))
        yield f"  - {first}"
        yield from (f"    {line}" for line in rest)


def _entry(word: str, value: object) -> Iterator[str]:
    line = f"{word}: {flow(value)}"
    if not isinstance(value, dict) or len(line) <= 100:
        yield line
    else:
        yield f"{word}:"
        yield from (f"  {name}: {flow(text)}" for name, text in value.items())


def flow(value: object) -> str:
    """A value of YAML in one line."""
    text = yaml.safe_dump(
        value, allow_unicode=True, default_flow_style=True, width=10**6, sort_keys=False
    )
    return text.strip().removesuffix("...").strip()
