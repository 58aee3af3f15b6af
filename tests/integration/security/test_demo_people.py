"""The sign-ins of the made-up city never meet a service that is no demo."""

import pytest
from django.conf import settings
from tests.factories import UserFactory

from mainstay.roof.serve_command import _demo_people

pytestmark = pytest.mark.django_db


def test_a_service_that_is_no_demo_does_not_start_with_the_demos_people(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    UserFactory(email="manager@example.org")
    assert _demo_people() is None
    monkeypatch.setattr(settings.CONFIG, "demo", False)
    assert "made-up city" in str(_demo_people())


def test_a_service_without_them_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.CONFIG, "demo", False)
    UserFactory(email="somebody@council.example")
    assert _demo_people() is None
