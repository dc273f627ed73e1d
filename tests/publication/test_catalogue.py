"""The catalogue and the page: what people find is what the newest commit says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from ingestion.contracts.words import Bilingual
from ingestion.storage import ObjectInfo, keys
from publication import catalogue
from publication.checksums import digest
from publication.commits import add
from publication.decisions import to_hold
from publication.folder import DamagedRelease
from publication.release import Judged, hold, publish, release
from tests.publication.city import (
    NEXT_EVENING,
    PIER_LANDINGS,
    RAIN_DAILY,
    City,
    WrappedStore,
    objects,
    product,
)

NEVER_OUT = product("airport_passengers_yearly", "tourism", ("year",), {"year": "bigint"})


def two_and_a_held(city: City) -> None:
    """Rain is fresh; piers were fresh and are held a day later; passengers never went out."""
    publish(city.publisher, [city.judged(RAIN_DAILY), city.judged(PIER_LANDINGS)])
    city.now = NEXT_EVENING
    publish(
        city.publisher,
        [Judged(what, city.held(what)) for what in (PIER_LANDINGS, NEVER_OUT)],
    )


def entries(city: City) -> dict[str, dict[str, object]]:
    listed = json.loads(city.open.get(keys.CATALOG))["products"]
    return {entry["id"]: entry for entry in listed}


class Page(HTMLParser):
    """What a browser would make of the page: ids, links, and text by language."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[tuple[str, str | None]] = []
        self.text: dict[str | None, str] = {}
        self.tags: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == [], f"elements left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.append(tag)
        self.ids += [named["id"] or ""] if "id" in named else []
        self.links += [named[a] or "" for a in ("href", "src") if a in named]
        if tag not in ("meta", "br", "link", "img"):
            inherited = self.open[-1][1] if self.open else None
            self.open.append((tag, named.get("lang", inherited)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        language = self.open[-1][1] if self.open else None
        if not self.open or self.open[-1][0] != "style":
            self.text[language] = self.text.get(language, "") + data


def page(city: City) -> Page:
    return Page(city.open.get(keys.INDEX).decode())


def test_the_catalogue_lists_every_product_with_its_state(city: City) -> None:
    two_and_a_held(city)

    listed = entries(city)

    assert list(listed) == ["airport_passengers_yearly", "pier_landings_yearly", "rain_daily"]
    rain = listed["rain_daily"]
    assert (rain["state"], rain["latest"], rain["path"]) == (
        "fresh",
        "2026-01-08.0",
        "environment/rain_daily/2026-01-08.0/",
    )
    assert rain["updated"] == "2026-01-08T02:00:00+07:00"
    manifest = city.open.get(f"{rain['path']}manifest.json")
    assert rain["manifest_sha256"] == digest(manifest)
    piers = listed["pier_landings_yearly"]
    assert (piers["state"], piers["latest"]) == ("held", "2026-01-08.0")
    assert piers["stale_since"] == "2026-01-09T02:00:00+07:00"
    assert piers["reason"] == {
        "th": "ไม่เป็นไปตามข้อกำหนด: ยอดรวมเท่ากับผลบวก (6 กรณี)",
        "en": "Not met: Totals are sums (6 cases)",
    }
    never = listed["airport_passengers_yearly"]
    assert (never["state"], never["latest"], never["path"]) == ("held", None, None)


def test_the_catalogue_names_the_commit_it_was_made_from(city: City) -> None:
    two_and_a_held(city)

    catalog = json.loads(city.open.get(keys.CATALOG))

    assert catalog["commit"] == 2
    assert catalog["commit_sha256"] == digest(city.open.get(keys.commit(2)))
    assert catalog["index_sha256"] == digest(city.open.get(keys.INDEX))


def test_latest_points_to_the_current_version_of_each_released_product(city: City) -> None:
    two_and_a_held(city)

    pointers = [key for key in objects(city.open) if key.endswith("latest.json")]

    assert pointers == [
        "environment/rain_daily/latest.json",
        "tourism/pier_landings_yearly/latest.json",
    ]
    rain = json.loads(city.open.get(pointers[0]))
    assert (rain["version"], rain["path"]) == ("2026-01-08.0", "2026-01-08.0/")
    piers = json.loads(city.open.get(pointers[1]))
    assert piers["state"] == "held"


def test_every_link_of_the_page_leads_to_a_published_file(city: City) -> None:
    two_and_a_held(city)

    found = page(city)

    held = objects(city.open)
    for link in found.links:
        assert link[1:] in found.ids if link.startswith("#") else link in held, link
    assert len(found.ids) == len(set(found.ids))


def test_the_page_needs_no_script_and_nothing_from_elsewhere(city: City) -> None:
    two_and_a_held(city)

    html = city.open.get(keys.INDEX).decode()

    assert re.findall(r"<script|<link|<img|@import|url\(|https?://|//", html) == []


def test_the_page_says_in_both_languages_what_is_held_and_why(city: City) -> None:
    two_and_a_held(city)

    thai, english = page(city).text["th"], page(city).text["en"]

    assert "ยอดรวมเท่ากับผลบวก (6 กรณี)" in thai
    assert "9 มกราคม 2569" in thai
    assert "ยังไม่เผยแพร่" in thai
    assert "Not met: Totals are sums (6 cases)" in english
    assert "Held since 9 January 2026" in english
    assert "Not published yet" in english
    assert not re.search(r"[ก-๙]", english)


def test_texts_of_a_contract_cannot_break_the_page(city: City) -> None:
    evil = Bilingual(th="<script>alert(1)</script>", en='"><img src=x onerror=alert(1)>')
    rain = RAIN_DAILY.model_copy(update={"title": evil, "description": evil, "attribution": evil})

    release(city.publisher, rain, city.passed(rain))

    tags = page(city).tags
    assert "script" not in tags
    assert "img" not in tags


def test_refreshing_again_writes_nothing(city: City) -> None:
    two_and_a_held(city)
    before = {info.key: info.etag for info in city.open.list()}

    assert catalogue.refresh(city.open) is False

    assert {info.key: info.etag for info in city.open.list()} == before


def test_a_catalogue_that_missed_a_commit_is_made_again_from_it(city: City) -> None:
    release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY))
    was = city.head.products["rain_daily"]
    change = to_hold(RAIN_DAILY, city.held(RAIN_DAILY), was, city.publisher.clock)
    add(city.open, city.publisher.clock, (change,))
    assert entries(city)["rain_daily"]["state"] == "fresh"

    assert catalogue.refresh(city.open) is True

    assert entries(city)["rain_daily"]["state"] == "held"


class OvertakenStore(WrappedStore):
    """While the catalogue is being written, another publisher commits and writes a newer one."""

    def __init__(self, city: City) -> None:
        super().__init__(city.open)
        self.city, self.done = city, False

    def put(self, key: str, body: bytes | Path, **options: Any) -> ObjectInfo:
        if key == keys.CATALOG and not self.done:
            self.done = True
            hold(self.city.publisher, RAIN_DAILY, self.city.held(RAIN_DAILY))
        return super().put(key, body, **options)


def test_a_slow_writer_does_not_leave_an_old_catalogue_over_a_newer_one(city: City) -> None:
    slow = replace(city.publisher, open=OvertakenStore(city))

    release(slow, RAIN_DAILY, city.passed(RAIN_DAILY))

    assert city.head.number == 2
    assert entries(city)["rain_daily"]["state"] == "held"


@pytest.mark.parametrize("lost", [keys.CATALOG, keys.INDEX, "environment/rain_daily/latest.json"])
def test_a_lost_page_comes_back_with_the_next_run_byte_for_byte(city: City, lost: str) -> None:
    release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY))
    whole = objects(city.open)
    city.open.delete(lost)

    release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY))

    assert objects(city.open) == whole


def test_a_damaged_manifest_is_told_and_stops_no_other_product(city: City) -> None:
    release(city.publisher, RAIN_DAILY, city.passed(RAIN_DAILY))
    city.open.put("environment/rain_daily/2026-01-08.0/manifest.json", b"{}")

    with pytest.raises(DamagedRelease, match=r"manifest.json has SHA-256 .* roll back"):
        release(city.publisher, PIER_LANDINGS, city.passed(PIER_LANDINGS))

    listed = entries(city)
    assert listed["rain_daily"]["description"] is None
    assert listed["pier_landings_yearly"]["latest"] == "2026-01-08.0"
    assert city.open.get("tourism/pier_landings_yearly/latest/README.en.md")
    assert "Its files are being repaired" in page(city).text["en"]


def test_a_store_without_commits_has_no_catalogue(city: City) -> None:
    assert catalogue.refresh(city.open) is False
    assert objects(city.open) == {}
