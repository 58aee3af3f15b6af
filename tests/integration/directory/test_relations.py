"""The predicates for one object say what ``visible_to`` says for a list, for every role and relation."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.factories import (
    ConflictFactory,
    EnrolmentFactory,
    LinkOfficerFactory,
    PupilFactory,
    SchoolFactory,
    TrustFactory,
    UserFactory,
)

from mainstay.service.accounts.models import User
from mainstay.service.accounts.roles import Role
from mainstay.service.directory.models import Pupil, School, SchoolPost
from mainstay.service.directory.relations import (
    can_see_pupil,
    can_see_school,
    link_officer,
    link_officers,
    link_schools,
)

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - timedelta(days=1)


@pytest.fixture
def city():
    trust = TrustFactory()
    schools = [SchoolFactory(), SchoolFactory(trust=trust), SchoolFactory(trust=trust)]
    pupils = [PupilFactory(school=school) for school in schools]
    pupils.append(PupilFactory(school=schools[0], restricted=True))
    pupils.append(PupilFactory(school=schools[1], merged_into=pupils[1]))
    mover = PupilFactory(school=schools[2], enrolled__entered_on=date(2025, 9, 1))
    EnrolmentFactory(pupil=mover, school=schools[0], left_on=date(2025, 7, 1), entered_on=date(2024, 9, 1))
    leaver = PupilFactory(school=None)
    EnrolmentFactory(pupil=leaver, school=schools[0], left_on=YESTERDAY)
    return schools, [*pupils, mover, leaver]


def agree(user):
    user = User.objects.get(pk=user.pk)
    schools, pupils = School.objects.visible_to(user), Pupil.objects.visible_to(user)
    assert {s.pk for s in School.objects.all() if can_see_school(user, s)} == {s.pk for s in schools}
    assert {p.pk for p in Pupil.objects.all() if can_see_pupil(user, p)} == {p.pk for p in pupils}
    return {s.pk for s in schools}, {p.pk for p in pupils}


@pytest.mark.parametrize("role", list(Role))
def test_predicates_agree_with_lists_for_every_role(city, role):
    schools, pupils = city
    agree(UserFactory(role=role))
    agree(UserFactory(role=role, school=schools[0]))
    agree(UserFactory(role=role, trust=schools[1].trust))
    conflicted = UserFactory(role=role, school=schools[0])
    ConflictFactory(user=conflicted, school=schools[0])
    ConflictFactory(user=conflicted, pupil=pupils[1])
    agree(conflicted)


def test_a_school_user_sees_their_school_and_its_pupils_past_and_present(city):
    schools, pupils = city
    seen_schools, seen = agree(UserFactory(role="school_staff", school=schools[0]))
    assert seen_schools == {schools[0].pk}
    assert seen == {pupils[0].pk, pupils[3].pk, pupils[5].pk, pupils[6].pk}


def test_a_trust_user_sees_every_school_of_the_trust(city):
    schools, _ = city
    assert agree(UserFactory(role="school_staff", trust=schools[1].trust))[0] == {
        schools[1].pk,
        schools[2].pk,
    }


def test_a_post_that_has_ended_shows_nothing(city):
    schools, _ = city
    user = UserFactory(role="school_staff")
    SchoolPost.objects.create(user=user, school=schools[0], until=YESTERDAY)
    assert agree(user) == (set(), set())


def test_a_conflict_takes_the_school_and_its_pupils_out_of_an_officers_view(city):
    schools, pupils = city
    officer = UserFactory(role="ewo")
    ConflictFactory(user=officer, school=schools[0])
    seen_schools, seen = agree(officer)
    assert schools[0].pk not in seen_schools
    assert pupils[0].pk not in seen
    assert pupils[5].pk in seen  # went there once, goes elsewhere now


def test_an_ended_conflict_takes_nothing_away(city):
    schools, _ = city
    officer = UserFactory(role="ewo")
    ConflictFactory(user=officer, school=schools[0], ended_on=YESTERDAY)
    assert schools[0].pk in agree(officer)[0]


def test_the_link_officer_of_a_day_is_the_one_named_then():
    school = SchoolFactory()
    first = LinkOfficerFactory(school=school, since=date(2025, 9, 1), until=date(2026, 8, 31)).officer
    second = LinkOfficerFactory(school=school, since=date(2026, 9, 1)).officer
    assert link_officer(school, date(2026, 8, 31)) == first
    assert link_officer(school.pk, date(2026, 9, 1)) == second
    assert link_officer(school, date(2025, 8, 31)) is None
    assert link_schools(second, date(2026, 10, 1)) == [school.pk]


def test_link_officers_of_many_schools_take_one_query(django_assert_num_queries):
    schools = [LinkOfficerFactory().school.pk for _ in range(3)]
    with django_assert_num_queries(1):
        assert set(link_officers(schools, date(2026, 10, 1))) == set(schools)
