"""An office that is warned: a home with a duty list, and phones that know what they have.

Belongs here: what tests of whole looks share. Does not belong here: real servers
(`channels/`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from ingestion.settings import Settings
from ingestion.storage import ObjectStore
from orchestration.alerts.channels import Channel, Parcel
from orchestration.alerts.model import Risk
from orchestration.alerts.records import Record, Records
from orchestration.alerts.warning import warn
from orchestration.deployment import Deployment
from tests.publication.city import Crash

LIST = """
duty:
  - {id: room, channel: line, to: [U00000000000000000000000000000001], language: en}
  - {id: town, channel: email, to: [duty@town.example]}
"""


class Phone(Channel):
    """A channel that keeps what came, and shows what came under one key once, as LINE does."""

    def __init__(self, server: str) -> None:
        self._server = server
        self.came: list[Parcel] = []
        self.before: Callable[[Parcel], None] = lambda _: None
        self.after: Callable[[Parcel], None] = lambda _: None

    def missing(self) -> str:
        return ""

    def server(self, to: tuple[str, ...]) -> str:
        return self._server

    def send(self, parcel: Parcel) -> str:
        self.before(parcel)
        self.came.append(parcel)
        self.after(parcel)
        return ""

    @property
    def shown(self) -> list[Parcel]:
        return list({parcel.key: parcel for parcel in reversed(self.came)}.values())[::-1]


class Office:
    """A home, its records, and the phones of those on duty."""

    def __init__(self, home: Path, duty: str = LIST) -> None:
        self.home = home
        self.phones = {"line": Phone("line"), "email": Phone("mail"), "webhook": Phone("hook")}
        self.duty(duty)
        self.lake: ObjectStore = Deployment(Settings(home=home)).lake

    def duty(self, text: str) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        path = self.home / "duty.yaml"
        path.write_text(text, "utf-8")
        path.chmod(0o600)

    def look(self, now: datetime, *rows: Risk, lake: ObjectStore | None = None) -> Record:
        deployment = Deployment(Settings(home=self.home, now=now))
        deployment.__dict__["lake"] = lake or self.lake
        return warn(deployment, rows, channels=self.phones)

    def shown(self, phone: str = "line") -> list[str]:
        return [parcel.message.subject for parcel in self.phones[phone].shown]

    @property
    def records(self) -> list[Record]:
        return Records(self.lake, "flood").history()


def dies(left: list[int]) -> Callable[[Parcel], None]:
    """Kill the process at the nth parcel that comes by."""

    def step(_: Parcel) -> None:
        left[0] -= 1
        if not left[0]:
            raise Crash

    return step
