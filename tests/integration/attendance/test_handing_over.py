"""Open findings and deadlines pass on with the school's link officer, and when their owner leaves."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import DeadlineFactory, LinkOfficerFactory, PupilFactory, SchoolFactory, UserFactory
from tests.factories_attendance import a_finding

from mainstay.service.accounts.actions import people
from mainstay.service.accounts.models import RoleHeld, User
from mainstay.service.attendance.models import Finding
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory import school_actions
from mainstay.service.directory.models import Pupil, School
from mainstay.service.record.models import Deadline

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    found: School = SchoolFactory()
    return found


@pytest.fixture
def officer(school: School) -> User:
    user: User = UserFactory(role="ewo", name="Leila Marsh")
    LinkOfficerFactory(school=school, officer=user, since=date(2020, 9, 1))
    return user


@pytest.fixture
def pupil(school: School, officer: User) -> Pupil:
    """With an open finding and an open deadline, both the officer's."""
    child: Pupil = PupilFactory(school=school)
    a_finding(child, owner=officer)
    DeadlineFactory(pupil=child, owner=officer)
    return child


def owners() -> tuple[Any, Any]:
    return Finding.objects.get().owner, Deadline.objects.get().owner


def leave(user: User, days: int) -> None:
    on = timezone.localdate() + timedelta(days=days)
    people.leave(user=user, on=on, by=UserFactory(role="administrator"), at=timezone.now())


def name(school: School, officer: User, days: int = 0) -> None:
    since = timezone.localdate() + timedelta(days=days)
    school_actions.name_link_officer(
        school=school, officer=officer, since=since, by=UserFactory(role="senior_ewo"), at=timezone.now()
    )


def test_a_new_link_officer_takes_over_at_once(school: School, officer: User, pupil: Pupil) -> None:
    new = UserFactory(role="ewo")
    name(school, new)
    assert owners() == (new, new)
    for action in ("findings.passed_on", "deadlines.passed_on"):
        assert AuditRow.objects.get(action=action).payload["to"] == new.pk  # type: ignore[index]


def test_a_link_officer_named_for_later_takes_over_on_that_day(
    school: School, officer: User, pupil: Pupil
) -> None:
    new, today = UserFactory(role="ewo"), timezone.localdate()
    name(school, new, days=3)
    school_actions.tell_of_link_officers(on=today, last=today - timedelta(days=1))
    assert owners() == (officer, officer)
    links = school.link_officers.order_by("pk")
    links.filter(officer=officer).update(until=today - timedelta(days=1))
    links.filter(officer=new).update(since=today)
    school_actions.tell_of_link_officers(on=today, last=today - timedelta(days=1))
    assert owners() == (new, new)


def test_other_schools_and_what_somebody_else_set_themselves_stay(
    school: School, officer: User, pupil: Pupil
) -> None:
    senior = UserFactory(role="senior_ewo")
    own = DeadlineFactory(pupil=pupil, owner=senior)
    elsewhere = DeadlineFactory(owner=officer)
    closed = a_finding(PupilFactory(school=school), owner=officer, state=Finding.State.CONSIDERED)
    name(school, UserFactory(role="ewo"))
    for row, owner in ((own, senior), (elsewhere, officer), (closed, officer)):
        row.refresh_from_db()
        assert row.owner == owner


def test_what_a_leaver_held_is_nobodys_the_day_after_and_the_next_officers_then(
    school: School, officer: User, pupil: Pupil
) -> None:
    leave(officer, 0)
    assert owners() == (officer, officer)
    officer.refresh_from_db()
    User.objects.filter(pk=officer.pk).update(left_on=timezone.localdate() - timedelta(days=1))
    school.link_officers.update(until=timezone.localdate() - timedelta(days=1))
    people.deactivate_leavers(on=timezone.localdate(), last=None)
    assert owners() == (None, None)
    new = UserFactory(role="ewo")
    name(school, new)
    assert owners() == (new, new)


def test_what_somebody_held_who_left_already_passes_at_once(
    school: School, officer: User, pupil: Pupil
) -> None:
    without_pupil = DeadlineFactory(pupil=None, owner=officer)
    deputy = UserFactory(role="ewo")
    leave(officer, -1)
    assert Finding.objects.get().owner is None
    without_pupil.refresh_from_db()
    assert without_pupil.owner is None
    with pytest.raises(StepRefused, match="has left"):
        name(school, User.objects.get(pk=officer.pk))
    name(school, deputy)
    assert Deadline.objects.get(pupil=pupil).owner == deputy


def test_a_leavers_page_lists_what_they_hold(
    client: Client, school: School, officer: User, pupil: Pupil
) -> None:
    DeadlineFactory(pupil=None, owner=officer)
    client.force_login(UserFactory(role="administrator"))
    page = client.get(reverse("user", args=[officer.pk])).content.decode()
    for words in (
        f"Link officer of {school.name}",
        f"1 open finding at {school.name}",
        f"1 open deadline of pupils at {school.name}",
        "1 open deadline</li>",
    ):
        assert words in page
    assert pupil.surname not in page


def test_a_leavers_roles_all_end_and_none_is_there_again_for_a_returner() -> None:
    user, today = UserFactory(role="ewo"), timezone.localdate()
    for role, since, until in (
        ("senior_ewo", today, today + timedelta(days=90)),
        ("service_manager", today + timedelta(days=30), None),
    ):
        RoleHeld.objects.create(user=user, role=role, since=since, until=until)
    leave(user, -1)
    people.come_back(user=user, by=UserFactory(role="administrator"), at=timezone.now())
    later = RoleHeld.objects.on(today + timedelta(days=40)).filter(user=user)
    assert not User.objects.get(pk=user.pk).roles
    assert not later.exists()
