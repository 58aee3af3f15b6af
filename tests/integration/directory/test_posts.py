"""Posts come with an invitation and end with the leaver."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from tests.factories import LinkOfficerFactory, SchoolFactory, TrustFactory, UserFactory

from mainstay.service.accounts.models import Invitation, User
from mainstay.service.common.audit.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory import posts
from mainstay.service.directory.models import LinkOfficer, School, SchoolPost
from mainstay.service.directory.relations import link_officer

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def invitation(role, *schools, trust=None):
    return Invitation(
        role=role, school_ids=[school.pk for school in schools], trust_id=trust and trust.pk,
        invited_by=UserFactory(role="service_manager"),
    )  # fmt: skip


def today():
    return timezone.localdate()


def give(user, *schools, trust=None, by=None, since=None, until=None):
    by = by or UserFactory(role="administrator")
    return posts.give(
        user=user, schools=schools, trust=trust, since=since or today(), until=until, by=by, at=timezone.now()
    )


def seen(user):
    return set(School.objects.visible_to(User.objects.get(pk=user.pk)))


def test_a_school_user_sees_their_school_once_they_have_joined():
    school, user = SchoolFactory(), UserFactory(role="school_staff")
    posts.take_up(user=user, invitation=invitation("school_staff", school), at=AT)
    assert list(School.objects.visible_to(User.objects.get(pk=user.pk))) == [school]
    assert posts.workplaces(user) == [school.name]


def test_somebody_invited_for_several_schools_or_a_trust_sees_them_all():
    first, second, of_trust = SchoolFactory(), SchoolFactory(), SchoolFactory(trust=TrustFactory())
    several, whole = UserFactory(role="school_staff"), UserFactory(role="head_teacher")
    posts.take_up(user=several, invitation=invitation("school_staff", first, second), at=AT)
    posts.take_up(user=whole, invitation=invitation("head_teacher", trust=of_trust.trust), at=AT)
    assert seen(several) == {first, second}
    assert seen(whole) == {of_trust}


def test_a_school_user_gets_more_schools_and_a_trust():
    first, second, of_trust = SchoolFactory(), SchoolFactory(), SchoolFactory(trust=TrustFactory())
    user = UserFactory(role="school_staff", school=first)
    give(user, second, trust=of_trust.trust)
    assert seen(user) == {first, second, of_trust}
    assert AuditRow.objects.filter(action="post.given").count() == 2


def test_somebody_who_moves_sees_the_new_school_and_no_longer_the_old_one():
    old, new = SchoolFactory(), SchoolFactory()
    user = UserFactory(role="school_staff", school=old)
    posts.end(post=user.school_posts.get(), by=UserFactory(role="administrator"), at=timezone.now())
    give(user, new)
    assert seen(user) == {new}
    assert AuditRow.objects.filter(action="post.ended").count() == 1
    with pytest.raises(StepRefused, match="ended before"):
        posts.end(
            post=user.school_posts.get(school=old), by=UserFactory(role="administrator"), at=timezone.now()
        )


def test_a_post_given_today_by_mistake_leaves_nothing_behind():
    user = UserFactory(role="school_staff")
    (post,) = give(user, SchoolFactory())
    posts.end(post=post, by=UserFactory(role="administrator"), at=timezone.now())
    assert seen(user) == set()
    assert not SchoolPost.objects.exists()


def test_posts_are_given_by_those_who_give_roles_and_never_to_oneself():
    school, user = SchoolFactory(), UserFactory(role="school_staff")
    administrator = UserFactory(role="administrator")
    with pytest.raises(StepRefused):
        give(user, school, by=UserFactory(role="senior_ewo"))
    with pytest.raises(StepRefused):
        give(administrator, school, by=administrator)
    assert not SchoolPost.objects.exists()


def test_a_post_is_refused_where_it_means_nothing():
    school, user = SchoolFactory(), UserFactory(role="school_staff")
    give(user, school, until=today() + timedelta(days=9))
    with pytest.raises(StepRefused, match="already"):
        give(user, school, since=today() + timedelta(days=9))
    give(user, school, since=today() + timedelta(days=10))
    with pytest.raises(StepRefused, match="sees every school"):
        give(UserFactory(role="ewo"), school)
    with pytest.raises(StepRefused, match="has left"):
        give(UserFactory(role="school_staff", is_active=False), school)
    with pytest.raises(StepRefused, match="is leaving"):
        give(UserFactory(role="school_staff", left_on=today()), school)
    with pytest.raises(StepRefused, match="Choose a school"):
        give(user)


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
