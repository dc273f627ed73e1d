"""Public holidays of last year, this year and the next, as an interface in JSON.

They are those of the truth's calendar: what people do on them follows from the same days.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from city.channels import Answer, Api, Json, Request
from city.truth.calendar import holidays_of

if TYPE_CHECKING:
    from city.city import City

WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")


def _answer(city: City, request: Request) -> Answer:
    years = range(city.first_day.year - 1, city.last_day.year + 2)
    document = {"holidays": [holiday for year in years for holiday in _holidays(year)]}
    body = json.dumps(document, ensure_ascii=False).encode()
    return Answer(200, body, {"Content-Type": "application/json; charset=utf-8"})


def _holidays(year: int) -> list[dict[str, Json]]:
    from holidays import country_holidays

    in_english = country_holidays("TH", years=year, language="en_US")
    return [
        {
            "date": day.isoformat(),
            "dateThai": f"{day.day:02d}/{day.month:02d}/{day.year + 543}",
            "weekdayThai": f"วัน{WEEKDAYS[day.weekday()]}",
            "nameThai": name,
            "nameEnglish": str(in_english[day]),
        }
        for day, name in holidays_of(year).items()
    ]


SOURCE = Api(
    source="public_holidays",
    setting="CDP_HOLIDAYS_URL",
    service="holidays",
    path="/public-holidays",
    answer=_answer,
)
