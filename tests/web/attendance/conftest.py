"""The rooms of attendance on one Monday in term, whenever the tests are run."""

from types import SimpleNamespace

import pytest
from tests.factories_attendance import at


@pytest.fixture(autouse=True)
def _monday_in_term(monkeypatch: pytest.MonkeyPatch) -> None:
    now = at(hour=14)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    clock = SimpleNamespace(time=now.timestamp)
    monkeypatch.setattr("mainstay.service.accounts.middleware.time", clock)
