"""A small city for the pages: children with findings, and somebody signed in."""

import csv
import io
from typing import Any

from django.test import Client
from tests.factories import LinkOfficerFactory, UserFactory
from tests.factories_attendance import a_child, days_before, give, marked

from mainstay.service.accounts.models import User
from mainstay.service.attendance.models import Finding
from mainstay.service.directory.models import Pupil, School


def sign_in(role: str, **given: Any) -> tuple[Client, User]:
    user = UserFactory(role=role, **given)
    client = Client()
    client.force_login(user)
    return client, user


def truant(school: School | None = None, sessions: int = 12, **given: Any) -> Pupil:
    """A child whose unauthorised sessions meet the threshold."""
    pupil = a_child(**({"school": school} if school else {}), **given)
    assert pupil.school is not None
    give(pupil, marked(days_before(pupil.school), "O", sessions))
    return pupil


def threshold_of(pupil: Pupil) -> Finding:
    return Finding.objects.get(pupil=pupil, kind=Finding.Kind.THRESHOLD)


def link(school: School, officer: User) -> None:
    LinkOfficerFactory(school=school, officer=officer)
    Finding.objects.filter(school=school).update(owner=officer)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def csv_of(response: Any) -> list[list[str]]:
    """The lines of a downloaded CSV."""
    assert response.status_code == 200, response.status_code
    whole = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(whole)))
