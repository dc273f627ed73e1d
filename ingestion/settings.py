"""All settings of the platform, read from `CDP_*` environment variables, with their defaults.

The defaults run everything on one machine under `CDP_HOME`; grown-up deployments change settings
only. Anything that is wrong is refused here, by name, before work starts; a folder is absolute from
here on, since children of ours work elsewhere.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ingestion.clock import Clock, FixedClock, SystemClock
from ingestion.errors import SettingsError

PROJECT = Path(__file__).resolve().parent.parent
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_NOT_PLAIN = re.compile(r"""['"*?\[\]{}\x00-\x1f]""")
_POSTGRES = "postgres:"
_CONNECTION = re.compile(r"(?i)\s*(?:host(?:addr)?|port|user|password|dbname|service)\s*=")
_TOLD_NEVER = frozenset(
    {
        *("CDP_CATALOG", "CDP_DAGSTER_STORAGE", "CDP_S3_SECRET_ACCESS_KEY"),
        *("CDP_ALERT_LINE_TOKEN", "CDP_ALERT_SMTP_PASSWORD", "CDP_ALERT_WEBHOOK_SECRET"),
    }
)
_LOOPBACK = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?(?:/|$)")


def absolute(path: Path) -> Path:
    """A path that means the same to every process, wherever it works; links in it stay."""
    return path.expanduser().absolute()


def _absolute_unless_address(text: str) -> str:
    """A folder or a file as an absolute path; an address such as `s3://…` as it is."""
    return text if not text.strip() or _ADDRESS.match(text) else str(absolute(Path(text)))


def _plain(place: Path | str) -> Path | str:
    """A folder or a file whose path DuckDB takes as it is, and not as a pattern or a quotation."""
    if found := _NOT_PLAIN.search("" if _ADDRESS.match(str(place)) else str(place)):
        raise ValueError(f"must be without quotes, brackets, * and ?, and holds {found[0]!r}")
    return place


def _catalogue(text: str) -> str:
    """A connection string that is taken for a file would make one with its password in the name."""
    if text.startswith(_POSTGRES) and not text.startswith(f"{_POSTGRES}//"):
        return text
    if _ADDRESS.match(text) or _CONNECTION.match(text):
        raise ValueError(
            "must be a file, or postgres: and what libpq reads: postgres:dbname=… host=…, or "
            "postgres:postgresql://…"
        )
    return _absolute_unless_address(text)


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("must carry an offset, such as 2026-01-09T02:00:00+07:00")
    return value


def _web(address: str) -> str:
    """An address that a message or a token may be sent to, or that a message may name."""
    if address and not address.startswith("https://") and not _LOOPBACK.match(address):
        raise ValueError("must begin with https://; http:// is for this machine alone")
    return address


def _mail(address: str) -> str:
    """An address that e-mail may come from."""
    if address and not re.fullmatch(r"[!-?A-~]+@[A-Za-z0-9.-]+", address):
        raise ValueError("must be an address of e-mail and no more, such as warnings@city.example")
    return address


def _sources(value: object) -> object:
    """Ids of sources, with commas between them."""
    if not isinstance(value, str):
        return value
    return frozenset(filter(None, (word.strip() for word in value.split(","))))


_Folder = Annotated[Path, AfterValidator(absolute), AfterValidator(_plain)]
_Place = Annotated[str, AfterValidator(_absolute_unless_address), AfterValidator(_plain)]
_Mail = Annotated[str, AfterValidator(_mail)]
_Web = Annotated[str, AfterValidator(_web)]
_Catalogue = Annotated[str, AfterValidator(_catalogue), AfterValidator(_plain)]


class Settings(BaseSettings):
    """One deployment of the platform. Field `home` is read from `CDP_HOME`, and so on."""

    model_config = SettingsConfigDict(env_prefix="CDP_", extra="ignore", frozen=True)

    home: _Folder = Field(
        default=PROJECT / ".cdp", description="all state of an embedded deployment"
    )
    lake_url: _Place = Field(
        default="", description="private store: a folder or s3://bucket/prefix"
    )
    open_url: _Place = Field(default="", description="world-readable store, likewise")
    catalog: _Catalogue = Field(
        default="", description="DuckLake catalogue: a file, or postgres:dbname=…"
    )
    contracts_overlay: _Folder | None = Field(
        default=None, description="a folder of source contracts that replace those of the same id"
    )
    key_store: _Folder | None = Field(
        default=None, description="folder of the keys that hide identifiers; never in the lake"
    )
    dagster_storage: SecretStr = Field(
        default=SecretStr(""), description="Dagster's own database, postgresql://…; SQLite if empty"
    )
    lease_seconds: float = Field(
        default=60, ge=1, le=3600, description="silence after which another machine takes over"
    )
    scratch: _Folder | None = Field(
        default=None, description="where plain bytes lie while they are worked on; not in a store"
    )
    vault_days: int = Field(default=7, ge=1, le=400, description="life of raw personal bytes")
    now: Annotated[datetime, AfterValidator(_aware)] | None = Field(
        default=None, description="a standing clock, for demos and replays"
    )
    allow_loopback: bool = Field(
        default=False,
        description="sources whose own address is plainly on this machine or in its network may "
        "be fetched",
    )
    inside_sources: Annotated[frozenset[str], NoDecode, BeforeValidator(_sources)] = Field(
        default=frozenset(),
        description="sources, by id, whose names may lead to this machine or into its network",
    )
    simulated: bool = Field(
        default=False, description="the sources are the simulated city's; the lake remembers it"
    )
    simulated_scale: str = Field(
        default="", description="which share of its people leaves a trace; the lake remembers it"
    )
    reach_seconds: float = Field(
        default=180,
        ge=0,
        le=3600,
        description="how long S3 or PostgreSQL may be out of reach before a command gives up",
    )
    alert_duty_list: _Folder | None = Field(
        default=None, description="the file that says who is warned of what, and by which channel"
    )
    alert_unknown_minutes: float = Field(
        default=30, ge=0, le=1440, description="how long nothing may be known before that is told"
    )
    alert_link: _Web = Field(default="", description="the page that every warning names")
    alert_line_url: _Web = Field(default="https://api.line.me", description="LINE's Messaging API")
    alert_line_token: SecretStr = Field(default=SecretStr(""), description="channel access token")
    alert_smtp_host: str = Field(default="", description="the server that takes our e-mail")
    alert_smtp_port: int = Field(default=0, ge=0, le=65535, description="0 for the usual one")
    alert_smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="how the way to it is encrypted"
    )
    alert_smtp_user: str = ""
    alert_smtp_password: SecretStr = SecretStr("")
    alert_smtp_from: _Mail = Field(default="", description="the address that e-mail comes from")
    alert_webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="by which receivers of webhooks know that it is us"
    )
    alert_sender: str = Field(
        default="", pattern=r"^[^\s,<&]*$", description="who warns the public: a name of a domain"
    )
    alert_authorised: bool = Field(
        default=False, description="the province authorises public warnings: they are no test"
    )
    s3_endpoint_url: str = Field(default="", description="empty for AWS")
    s3_region: str = "us-east-1"
    s3_access_key_id: str = ""
    s3_secret_access_key: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def _alerts_fit_together(self) -> Self:
        """What would be sent in the clear, or in nobody's name, is refused before it is."""
        if self.alert_smtp_security == "none" and self.alert_smtp_password.get_secret_value():
            raise ValueError("CDP_ALERT_SMTP_SECURITY none would send the password in the clear")
        if self.alert_authorised and not self.alert_sender:
            raise ValueError("CDP_ALERT_AUTHORISED needs CDP_ALERT_SENDER: who warns the public")
        return self

    @property
    def duty_list(self) -> Path:
        """The file of the duty list, with its default filled in."""
        return self.alert_duty_list or self.home / "duty.yaml"

    @property
    def lake(self) -> str:
        """URL of the lake store, with its default filled in."""
        return self.lake_url or str(self.home / "lake")

    @property
    def open(self) -> str:
        """URL of the open store, with its default filled in."""
        return self.open_url or str(self.home / "open")

    @property
    def keys(self) -> Path:
        """The folder of the key store, with its default filled in."""
        return self.key_store or self.home / "keys"

    @property
    def scratch_root(self) -> Path:
        """The scratch folder, with its default filled in."""
        return self.scratch or self.home / "scratch"

    @property
    def clock(self) -> Clock:
        """The clock of this deployment: the machine's, unless `CDP_NOW` makes it stand still."""
        return FixedClock(self.now) if self.now else SystemClock()


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises
    ------
    SettingsError: naming the variable, what it holds, and what it may hold.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"]:
            raise SettingsError(first["msg"].removeprefix("Value error, ")) from None
        name = "CDP_" + str(first["loc"][0]).upper()
        held = "what may be a secret" if name in _TOLD_NEVER else repr(str(first["input"]))
        raise SettingsError(
            f"setting {name} holds {held}",
            expected=first["msg"],
            fix=f"correct {name} or unset it to use the default",
        ) from None
