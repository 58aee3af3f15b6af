"""Posts come with an invitation and end with the leaver."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from tests.factories import LinkOfficerFactory, SchoolFactory, TrustFactory, UserFactory

from mainstay.service.accounts.models import Invitation, User
from mainstay.service.directory import posts
from mainstay.service.directory.models import LinkOfficer, School, SchoolPost
from mainstay.service.directory.relations import link_officer

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def invitation(role, school):
    return Invitation(role=role, school_id=school.pk, invited_by=UserFactory(role="service_manager"))


def test_a_school_user_sees_their_school_once_they_have_joined():
    school, user = SchoolFactory(), UserFactory(role="school_staff")
    posts.take_up(user=user, invitation=invitation("school_staff", school), at=AT)
    assert list(School.objects.visible_to(User.objects.get(pk=user.pk))) == [school]
    assert posts.workplaces(user) == [school.name]


def test_an_officer_invited_gets_no_post_at_a_school():
    posts.take_up(user=UserFactory(role="ewo"), invitation=invitation("ewo", SchoolFactory()), at=AT)
    assert not SchoolPost.objects.exists()


def test_a_leavers_schools_have_no_link_officer_after_the_last_day():
    link = LinkOfficerFactory(since=date(2025, 9, 1))
    coming = LinkOfficerFactory(officer=link.officer, since=date(2027, 1, 1))
    assert posts.owned(link.officer)[0]["text"] == f"Link officer of {link.school.name}"
    posts.give_up(user=link.officer, on=date(2026, 11, 30), by=None, at=AT)
    assert link_officer(link.school, date(2026, 11, 30)) == link.officer
    assert link_officer(link.school, date(2026, 12, 1)) is None
    assert not LinkOfficer.objects.filter(pk=coming.pk).exists()


def test_a_leavers_post_ends():
    user = UserFactory(role="school_staff", trust=TrustFactory(name="Invented Trust"))
    assert posts.workplaces(user) == ["Invented Trust, every school"]
    posts.give_up(user=user, on=timezone.localdate() - timedelta(days=1), by=None, at=AT)
    assert posts.workplaces(user) == []
