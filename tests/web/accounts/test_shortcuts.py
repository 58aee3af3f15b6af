"""Keyboard shortcuts are each person's choice."""

import pytest
from django.urls import reverse
from tests.web.attendance.helpers import sign_in, text_of

pytestmark = pytest.mark.django_db


def test_shortcuts_are_turned_off_and_on_for_oneself() -> None:
    client, officer = sign_in("ewo")
    assert 'data-shortcuts="off"' not in text_of(client.get(reverse("home")))
    client.post(reverse("shortcuts_set"), {"on": "0"})
    officer.refresh_from_db()
    assert officer.shortcuts is False
    assert 'data-shortcuts="off"' in text_of(client.get(reverse("home")))
    assert "Turn shortcuts on" in text_of(client.get(reverse("profile")))
    client.post(reverse("shortcuts_set"), {"on": "1"})
    officer.refresh_from_db()
    assert officer.shortcuts is True
