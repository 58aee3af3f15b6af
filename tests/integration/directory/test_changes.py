"""Conflicts, link officers, calendars: what may be changed, by whom, and what is told to the rooms above."""

from datetime import UTC, date, datetime

import pytest
from tests.factories import ConflictFactory, LinkOfficerFactory, PupilFactory, SchoolFactory, UserFactory

from mainstay.service.common.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.directory import announcements, calendar_actions, conflicts, school_actions
from mainstay.service.directory.calendar_actions import Term
from mainstay.service.directory.calendars import school_days
from mainstay.service.directory.models import CalendarException, LinkOfficer, TermDates
from mainstay.service.directory.relations import link_officer

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TERMS = [
    Term("Autumn", date(2026, 9, 2), date(2026, 12, 18)),
    Term("Spring", date(2027, 1, 4), date(2027, 3, 25)),
]


@pytest.fixture
def manager():
    return UserFactory(role="service_manager")


@pytest.fixture
def told(monkeypatch):
    heard = []
    listener = lambda **facts: heard.append(facts)  # noqa: E731
    monkeypatch.setattr(announcements.calendar_changed, "_listeners", [listener])
    return heard


def test_terms_take_the_place_of_the_old_ones_and_the_change_is_announced(manager, told):
    schools = [SchoolFactory(years=(2026,)), SchoolFactory(years=(2026,))]
    calendar_actions.set_terms(
        schools=schools, year=2026, terms=TERMS, inset=[date(2026, 9, 2)], by=manager, at=AT
    )
    assert TermDates.objects.filter(year=2026).count() == 4
    assert school_days(schools[0], 2026)[0] == date(2026, 9, 3)
    assert told[0]["school_ids"] == [school.pk for school in schools]
    assert told[0]["years"] == [2026]
    assert AuditRow.objects.get(action="calendar.terms_set").payload["year"] == 2026


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ([], "at least one term"),
        ([Term("Autumn", date(2026, 12, 1), date(2026, 9, 1))], "ends before it begins"),
        ([Term("Summer", date(2027, 6, 1), date(2027, 8, 2))], "not inside the school year 2026-27"),
        ([*TERMS, Term("Half", date(2026, 12, 18), date(2026, 12, 19))], "begins before Autumn has ended"),
    ],
)
def test_impossible_terms_are_refused_and_nothing_changes(manager, told, terms, words):
    school = SchoolFactory(years=(2026,))
    with pytest.raises(StepRefused, match=words):
        calendar_actions.set_terms(schools=[school], year=2026, terms=terms, by=manager, at=AT)
    assert TermDates.objects.filter(school=school).count() == 6
    assert told == []


def test_a_day_set_again_says_only_the_last_thing(manager, told):
    school = SchoolFactory(years=(2026,))
    for kind, am in (("inset", False), ("closed", True)):
        calendar_actions.set_exception(
            school=school, on=date(2026, 9, 7), kind=kind, am_open=am, pm_open=False, by=manager, at=AT
        )
    row = CalendarException.objects.get()
    assert (row.kind, row.am_open) == ("closed", True)
    calendar_actions.remove_exception(exception=row, by=manager, at=AT)
    assert not CalendarException.objects.exists()
    assert [fact["years"] for fact in told] == [[2026]] * 3


def test_training_days_for_many_schools_leave_their_own_days_as_they_are(manager, told):
    schools = [SchoolFactory(years=()), SchoolFactory(years=())]
    CalendarException.objects.create(
        school=schools[0], on=date(2026, 10, 5), kind="closed", am_open=True, reason="Boiler"
    )
    inset = [date(2026, 9, 2), date(2026, 10, 5)]
    calendar_actions.set_terms(schools=schools, year=2026, terms=TERMS, inset=inset, by=manager, at=AT)
    days = CalendarException.objects.order_by("school_id", "on").values_list("school", "on", "kind", "reason")
    assert list(days) == [
        (schools[0].pk, inset[0], "inset", ""),
        (schools[0].pk, inset[1], "closed", "Boiler"),
        (schools[1].pk, inset[0], "inset", ""),
        (schools[1].pk, inset[1], "inset", ""),
    ]
    assert [date(2026, 10, 5) in school_days(school, 2026) for school in schools] == [True, False]


def test_snow_closes_many_schools_and_those_closed_already_keep_their_reason(manager, told):
    schools, day = [SchoolFactory() for _ in range(3)], date(2026, 12, 3)
    CalendarException.objects.create(school=schools[0], on=day, kind="inset")
    CalendarException.objects.create(school=schools[1], on=day, kind="closed", am_open=True, reason="Boiler")
    said = {"kind": "unplanned", "am_open": False, "pm_open": False, "reason": "Snow"}
    assert calendar_actions.set_day(schools=schools, on=day, by=manager, at=AT, **said) == 2
    rows = CalendarException.objects.order_by("school_id").values_list("kind", "am_open", "reason")
    assert list(rows) == [("inset", False, ""), ("unplanned", False, "Snow"), ("unplanned", False, "Snow")]
    assert told[0]["school_ids"] == [school.pk for school in schools[1:]]
    replaced = AuditRow.objects.get(action="calendar.day_set_for_many").payload["replaced"]
    assert replaced == {str(schools[1].pk): ["closed", True, False, "Boiler"]}


def test_an_open_day_without_a_session_is_refused(manager):
    with pytest.raises(StepRefused, match="open in the morning"):
        calendar_actions.set_exception(
            school=SchoolFactory(),
            on=date(2026, 9, 5),
            kind="open",
            am_open=False,
            pm_open=False,
            by=manager,
            at=AT,
        )


def test_naming_a_link_officer_ends_the_one_before(manager):
    before = LinkOfficerFactory(since=date(2025, 9, 1))
    new = UserFactory(role="ewo")
    school_actions.name_link_officer(
        school=before.school, officer=new, since=date(2026, 11, 9), by=manager, at=AT
    )
    before.refresh_from_db()
    assert before.until == date(2026, 11, 8)
    assert link_officer(before.school, date(2026, 11, 9)) == new


def test_a_link_officer_cannot_begin_before_the_present_one_did(manager):
    before = LinkOfficerFactory(since=date(2026, 9, 1))
    with pytest.raises(StepRefused):
        school_actions.name_link_officer(
            school=before.school, officer=UserFactory(role="ewo"), since=date(2026, 8, 1), by=manager, at=AT
        )
    assert LinkOfficer.objects.count() == 1


def test_everybody_declares_their_own_conflict_and_only_a_manager_anothers(manager):
    officer, other, school = UserFactory(role="ewo"), UserFactory(role="ewo"), SchoolFactory()
    conflicts.declare(user=officer, by=officer, at=AT, school=school, reason="My son goes there")
    with pytest.raises(StepRefused, match="A manager"):
        conflicts.declare(user=other, by=officer, at=AT, school=school, reason="Her son goes there")
    conflicts.declare(user=other, by=manager, at=AT, pupil=PupilFactory(), reason="A cousin")
    with pytest.raises(StepRefused, match="already"):
        conflicts.declare(user=officer, by=officer, at=AT, school=school, reason="Again")


def test_nobody_ends_their_own_conflict(manager):
    school = SchoolFactory()
    own, others = ConflictFactory(user=manager, school=school), ConflictFactory(school=school)
    with pytest.raises(StepRefused, match="Another manager"):
        conflicts.end(conflict=own, by=manager, at=AT)
    with pytest.raises(StepRefused, match="service manager"):
        conflicts.end(conflict=others, by=others.user, at=AT)
    conflicts.end(conflict=others, by=manager, at=AT)
    others.refresh_from_db()
    assert others.ended_on == date(2026, 11, 2)
