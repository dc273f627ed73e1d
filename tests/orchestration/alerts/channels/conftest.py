"""What the tests of channels share: a parcel, and no waiting between tries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stamina

from orchestration.alerts.channels import Parcel
from orchestration.alerts.messages import Marks, compose
from orchestration.alerts.wording import read_wording
from tests.orchestration.alerts.rows import at
from tests.orchestration.alerts.test_wording import event

KEY = "123e4567-e89b-42d3-a456-426614174000"
SECRET = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


def parcel(*to: str) -> Parcel:
    """A rise in Ratsada, in Thai."""
    rise = event("rises", id="flood-00000007-01")
    message = compose(rise, read_wording("flood"), "th", Marks(link="https://flood.example"))
    return Parcel(to, message, rise, "flood", KEY, at(4))
