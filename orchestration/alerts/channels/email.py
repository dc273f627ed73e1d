"""E-mail over SMTP: one plain text in UTF-8 to all addresses of an entry, under a name that stays.

A server that took a message and whose answer was lost gets it again at the next round, under the
same Message-ID: most mailboxes show such a pair once, and none has to. Does not belong here:
letters to agencies, which people send themselves.
"""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from ingestion.clock import BANGKOK
from ingestion.settings import Settings
from orchestration.alerts.channels.promise import Channel, Later, NotTaken, Parcel, Unreachable

_SECONDS = 10.0
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_FOR_GOOD = range(500, 600)


class Email(Channel):
    """The server that takes our e-mail."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._port = settings.alert_smtp_port or _PORTS[settings.alert_smtp_security]

    def missing(self) -> str:
        """The settings without which nothing can be sent."""
        need = {
            "CDP_ALERT_SMTP_HOST": self._settings.alert_smtp_host,
            "CDP_ALERT_SMTP_FROM": self._settings.alert_smtp_from,
        }
        return ", ".join(name for name, value in need.items() if not value)

    def server(self, to: tuple[str, ...]) -> str:
        """The machine that takes it."""
        return f"{self._settings.alert_smtp_host}:{self._port}"

    def send(self, parcel: Parcel) -> str:
        """Hand a message over. Raises `Later`, `NotTaken`."""
        if missing := self.missing():
            raise Later("e-mail has no server to go to", fix=f"set {missing}")
        where = self.server(parcel.to)
        try:
            with self._connected() as server:
                lost = server.send_message(letter(parcel, self._settings.alert_smtp_from))
        except smtplib.SMTPAuthenticationError as error:
            fix = "check CDP_ALERT_SMTP_USER and CDP_ALERT_SMTP_PASSWORD; it is sent again then"
            raise Unreachable(f"{where} does not let us in: {_said(error)}", fix=fix) from None
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            told = " ".join(str(code) for code in sorted(set(codes)))
            kind = NotTaken if all(code in _FOR_GOOD for code in codes) else Later
            raise kind(f"{where} takes nothing for these addresses ({told})") from None
        except smtplib.SMTPDataError as error:
            kind = NotTaken if error.smtp_code in _FOR_GOOD else Later
            raise kind(f"{where} did not take it: {_said(error)}") from None
        except smtplib.SMTPResponseException as error:
            raise Unreachable(f"{where} answered {_said(error)}") from None
        except smtplib.SMTPNotSupportedError:
            fix = "CDP_ALERT_SMTP_SECURITY may have to be tls; none only inside your own network"
            raise Unreachable(f"{where} has no STARTTLS or no log-in", fix=fix) from None
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(f"{where} did not answer: {type(error).__name__}") from None
        except ValueError as error:  # of a header, or of a log-in that SMTP cannot spell
            what = f"no letter to {where} can be written: {type(error).__name__}"
            raise Later(what, fix="check CDP_ALERT_SMTP_FROM, _USER and _PASSWORD") from None
        return f"{len(lost)} of {len(parcel.to)} addresses were not taken" if lost else ""

    def _connected(self) -> smtplib.SMTP:
        settings, trusted = self._settings, ssl.create_default_context()
        host, port = settings.alert_smtp_host, self._port
        if settings.alert_smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=trusted)
        else:
            server = smtplib.SMTP(host, port, timeout=_SECONDS)
        try:
            if settings.alert_smtp_security == "starttls":
                server.starttls(context=trusted)
            if settings.alert_smtp_user:
                server.login(
                    settings.alert_smtp_user, settings.alert_smtp_password.get_secret_value()
                )
        except BaseException:
            server.close()
            raise
        return server


def letter(parcel: Parcel, sender: str) -> EmailMessage:
    """The message as it is sent."""
    found = EmailMessage(policy=SMTP)
    found["From"] = sender
    found["To"] = ", ".join(parcel.to)
    found["Subject"] = parcel.message.subject
    found["Date"] = format_datetime(parcel.at.astimezone(BANGKOK))
    found["Message-ID"] = f"<{parcel.key}@{sender.rpartition('@')[2].rstrip('>')}>"
    found["Content-Language"] = parcel.message.language
    found["Auto-Submitted"] = "auto-generated"
    found.set_content(parcel.message.text + "\n")
    return found


def _said(error: smtplib.SMTPResponseException) -> str:
    told = error.smtp_error
    text = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
    return f"{error.smtp_code} {' '.join(text.split())}"[:200]
