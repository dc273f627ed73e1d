"""What every channel promises: to take a message once, or to say why it did not."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime

from ingestion.errors import PermanentError, TransientError
from orchestration.alerts.messages import Message
from orchestration.alerts.model import Event


class Later(TransientError):
    """It was not taken now, for a reason of these addresses or of our settings: it may be later."""


class Unreachable(Later):
    """The machine that takes it does not answer, or is busy: nothing is taken there now."""


class NotTaken(PermanentError):
    """The other side will not take this message, however often it comes."""


@dataclass(frozen=True)
class Parcel:
    """A message on its way.

    Attributes
    ----------
    to: addresses of the channel. key: the same at every try, so that a try that was taken although
        its answer was lost is known to the other side. at: when it is sent.
    """

    to: tuple[str, ...]
    message: Message
    event: Event
    kind: str
    key: str
    at: datetime


class Channel(ABC):
    """One way to people or programs."""

    @abstractmethod
    def missing(self) -> str:
        """The settings without which nothing can be sent; empty when all are there."""

    @abstractmethod
    def server(self, to: tuple[str, ...]) -> str:
        """The machine that takes it: where that one is silent, nobody else is asked there."""

    @abstractmethod
    def send(self, parcel: Parcel) -> str:
        """Hand a message over; returns what is to be said about it though it was taken.

        Raises
        ------
        Later, Unreachable, NotTaken: it was not taken. What they say may hold addresses.
        """
