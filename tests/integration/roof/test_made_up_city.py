"""The made-up city, loaded once: what hangs together in it, and notices, casework and the team in every state."""

import pytest
from django.contrib.auth.hashers import check_password
from django.utils import timezone
from tests.factories import SchoolFactory
from tests.integration.roof import made_up_casework, made_up_court, made_up_notices
from tests.made_up import NOW, UNTIL

from mainstay.registers.grid import academic_year
from mainstay.roof import demo_command
from mainstay.service.accounts.models import User
from mainstay.service.common.audit import proving
from mainstay.service.common.models import SearchEntry
from mainstay.service.directory.calendars import open_masks
from mainstay.service.directory.demo.people import PASSWORD, SIGN_INS
from mainstay.service.directory.models import (
    Conflict,
    Enrolment,
    LinkOfficer,
    MergeCandidate,
    Parenthood,
    Pupil,
    School,
)
from mainstay.service.record.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.city, pytest.mark.long]


def load(*options: str) -> int:
    return demo_command.main(["--quick", "--until", str(UNTIL), *options])


def test_the_city_is_whole(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    assert load() == 0
    said = capsys.readouterr().out
    assert all(f"{name}@example.org" in said for name in SIGN_INS)
    _people()
    _what_hangs_together()
    _lived_in()
    made_up_notices.check()
    made_up_casework.check()
    made_up_court.check()
    _proved()
    assert Pupil.objects.create(surname="Late", forename="Comer").pk > 2000  # ids of their own


def _people() -> None:
    assert School.objects.count() >= 4
    assert Pupil.objects.count() > 2000
    assert {f"{name}@example.org" for name in SIGN_INS} <= set(User.objects.values_list("email", flat=True))
    assert check_password(PASSWORD, User.objects.get(email="officer@example.org").password)
    assert LinkOfficer.objects.count() == School.objects.count()
    school = User.objects.get(email="school@example.org")
    assert School.objects.visible_to(school).count() == 1
    assert Pupil.objects.visible_to(school).exists()


def _what_hangs_together() -> None:
    assert not Pupil.objects.filter(school__isnull=False, enrolments__isnull=True).exists()
    on_roll = Enrolment.objects.filter(left_on__isnull=True, status="C").values_list("pupil_id", "school_id")
    schools = dict(Pupil.objects.values_list("pk", "school_id"))
    assert all(schools[pupil] == school for pupil, school in on_roll)
    ids = list(School.objects.values_list("pk", flat=True))
    assert all(370 <= mask.sum() <= 382 for mask in open_masks(ids, academic_year(UNTIL) - 1).values())
    assert Parenthood.objects.values("pupil").distinct().count() > 0.95 * Pupil.objects.count()
    pupil = Pupil.objects.filter(school__isnull=False, restricted=False).order_by("pk").last()
    assert pupil is not None
    shown = SearchEntry.objects.get(kind="pupil", object_id=pupil.pk)
    assert (shown.title, shown.exact, shown.school_id) == (pupil.name, pupil.upn, pupil.school_id)


def _lived_in() -> None:
    assert Entry.objects.filter(kind="visit").exists()
    assert Pupil.objects.filter(restricted=True).count() == 1
    assert Conflict.objects.open().count() == 1
    assert MergeCandidate.objects.filter(state="open").count() == 2


def _proved() -> None:
    """Every document, register and certificate is as the trail says."""
    for checked in proving.kept.ask(lambda done: None):
        assert checked.count and checked.faults == []


def test_a_database_that_holds_something_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    SchoolFactory()
    assert load() == 1
    assert "already holds" in capsys.readouterr().err
    assert load("--if-empty") == 0
    assert Pupil.objects.count() == 0
