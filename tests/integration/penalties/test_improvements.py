"""Notices to improve: written, given, watched against the register, decided."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tests.factories import (
    AddressFactory,
    ParentFactory,
    ParenthoodFactory,
    PupilFactory,
    SchoolFactory,
    UserFactory,
)
from tests.factories_attendance import a_child, at, give
from tests.factories_penalties import a_parent, a_request, absent, an_improvement, answered, content, declared
from tests.unit.documents.reading import pages_of

from mainstay.service.common.models import AuditRow
from mainstay.service.common.steps import StepRefused
from mainstay.service.common.uploads import store
from mainstay.service.directory import calendar_actions
from mainstay.service.directory.models import CalendarException, Pupil, School, TermDates
from mainstay.service.penalties import code, watching
from mainstay.service.penalties.actions import checking, improvement_ends, improvement_giving, improving
from mainstay.service.penalties.models import Improvement, NoticeRequest
from mainstay.service.record.models import Deadline, Entry

pytestmark = pytest.mark.django_db
AM, PM = "AM", "PM"


@pytest.fixture
def officer() -> Any:
    return UserFactory(role="ewo")


def deadline(improvement: Improvement, rule: str) -> Deadline:
    return Deadline.objects.get(about_kind="penalties.improvement", about_id=str(improvement.pk), rule=rule)


def marks(improvement: Improvement, when: datetime, **said: str) -> None:
    """Marks of one day: d1202="U/" is U in the morning of 2 December and / in the afternoon."""
    held = {}
    for name, pair in said.items():
        day = date(2026, int(name[1:3]), int(name[3:]))
        held |= {(day, AM): pair[0], (day, PM): pair[1]}
    give(improvement.pupil, held, when=when)


def test_it_is_given_to_each_parent_by_a_letter_of_their_own_and_runs_from_its_first_day(
    officer: Any,
) -> None:
    pupil = absent()
    mother, father = a_parent(pupil), a_parent(pupil, forename="Hugh", language="Polish", large_print=True)
    draft = improving.draft(pupil=pupil, content=content(pupil), by=officer, at=at())
    for parent in (mother, father):
        improving.choose_parent(
            improvement_id=draft.pk, parent=parent, why="Lives with the child.", by=officer, at=at()
        )
    given = improvement_giving.give(improvement_id=draft.pk, by=officer, at=at())
    assert (given.state, given.ends_on) == ("running", date(2026, 12, 18))
    letters = {one.parent_id: one for one in given.letters.select_related("document", "service")}
    assert letters.keys() == {mother.pk, father.pk}
    to_father = letters[father.pk]
    assert to_father.document and to_father.service
    assert (to_father.document.language, to_father.document.large_print) == ("pl", True)
    assert to_father.service.run and to_father.service.run.letters == 2
    assert (to_father.service.sent_on, to_father.service.presumed_on) == (
        date(2026, 11, 23),
        date(2026, 11, 25),
    )
    assert (deadline(given, "improvement-end").last_day, deadline(given, "improvement-end").owner) == (
        date(2026, 12, 18), officer,
    )  # fmt: skip
    assert Entry.objects.get(title__startswith="Notice to improve given").audience == "school"


def test_the_letter_says_what_statutory_guidance_asks_for() -> None:
    given = an_improvement(support_refused="The breakfast club was not taken up.")
    document = given.letters.get().document
    assert document
    text = " ".join(pages_of(store.read(document.file)))
    for words in (
        "Possible sessions", "12 sessions were missed", "section 7", "A place at breakfast club", "not taken up",
        "learning mentor calls each morning", "penalty notice", "Monday 30 November 2026", "Friday 18 December 2026",
        "3 weeks of school", "No session is missed without leave", "The support is refused",
    ):  # fmt: skip
        assert words in text


@pytest.mark.parametrize(
    ("row", "starts", "weeks", "ends"),
    [
        ("N1", date(2024, 11, 11), 3, date(2024, 11, 29)),
        ("N2", date(2024, 11, 11), 6, date(2024, 12, 20)),
        ("N4", date(2024, 10, 14), 6, date(2024, 11, 29)),
    ],
)
def test_the_last_day_is_counted_in_the_schools_own_weeks(
    officer: Any, row: str, starts: date, weeks: int, ends: date
) -> None:
    pupil = in_2024()
    when = at(starts - timedelta(days=7))
    given = an_improvement(
        pupil=pupil,
        officer=officer,
        when=when,
        starts_on=starts,
        school_weeks=weeks,
        picked=("2024-09-09 AM",),
    )
    assert given.ends_on == ends, row


def in_2024() -> Pupil:
    """A child of a school with terms from 2 September to 25 October and 4 November to 20 December 2024."""
    school = SchoolFactory(years=())
    for name, first, last in (
        ("Autumn 1", date(2024, 9, 2), date(2024, 10, 25)),
        ("Autumn 2", date(2024, 11, 4), date(2024, 12, 20)),
    ):
        TermDates.objects.create(school=school, year=2024, name=name, first_day=first, last_day=last)
    pupil = a_child(school=school)
    give(pupil, {(date(2024, 9, 9), AM): "O"}, when=at(date(2024, 9, 10)))
    return pupil


@pytest.mark.parametrize("weeks", [2, 7])
def test_n3_a_period_of_fewer_or_more_weeks_than_the_law_allows_is_refused(officer: Any, weeks: int) -> None:
    pupil = absent()
    with pytest.raises(StepRefused, match="3 to 6 school weeks"):
        improving.draft(pupil=pupil, content=content(pupil, school_weeks=weeks), by=officer, at=at())


def test_n5_a_notice_may_be_considered_at_once_where_support_is_not_what_is_missing(officer: Any) -> None:
    declared()
    pupil = absent(code="G")
    request = a_request(pupil, by=officer)
    answered(request, officer, support="not_appropriate")
    notice = checking.choose_parent(
        request_id=request.pk, parent=a_parent(pupil), why="Took the child away.", by=officer, at=at()
    )
    assert (
        checking.propose(notice_id=notice.pk, reasons="A holiday.", by=officer, at=at()).state == "proposed"
    )


def test_n6_one_unauthorised_session_of_a_target_of_none_is_flagged_at_the_import_and_an_officer_decides() -> (
    None
):
    given = an_improvement()
    marks(given, at(date(2026, 12, 8)), d1207="//", d1208="U/")
    given.refresh_from_db()
    assert (given.state, given.breached_on) == ("breached", date(2026, 12, 8))
    assert given.noticed_at == at(date(2026, 12, 8))
    task = deadline(given, "improvement-breach")
    assert (task.state, task.owner, task.last_day) == ("open", given.made_by, date(2026, 12, 15))
    assert task.label == f"Notice to improve {given.pk}: target exceeded"
    assert (
        Entry.objects.filter(title__contains="the target was exceeded on Tuesday 8 December 2026").count()
        == 1
    )
    assert given.decision is None


def test_n7_illness_is_no_breach() -> None:
    given = an_improvement()
    marks(given, at(date(2026, 12, 8)), d1207="II", d1208="//")
    given.refresh_from_db()
    assert (given.state, given.breached_on) == ("running", None)


def test_it_is_flagged_once_however_often_files_come() -> None:
    given = an_improvement()
    marks(given, at(date(2026, 12, 8)), d1208="U/")
    marks(given, at(date(2026, 12, 9)), d1209="U/")
    assert Entry.objects.filter(title__contains="the target was exceeded").count() == 1
    assert AuditRow.objects.filter(action="improvement.watched").count() == 1


def test_sessions_up_to_the_target_are_tolerated() -> None:
    given = an_improvement(target=2)
    marks(given, at(date(2026, 12, 8)), d1208="OO")
    given.refresh_from_db()
    assert given.state == "running"
    marks(given, at(date(2026, 12, 9)), d1209="/O")
    given.refresh_from_db()
    assert given.breached_on == date(2026, 12, 9)


def test_marks_before_the_first_day_and_at_another_school_are_not_held_against_it() -> None:
    given = an_improvement()
    marks(given, at(date(2026, 11, 27)), d1126="OO", d1127="OO")
    other = SchoolFactory(years=(2025, 2026))
    give(given.pupil, {(date(2026, 12, 1), AM): "O"}, when=at(date(2026, 12, 1)), school=other)
    given.refresh_from_db()
    assert (given.state, given.breached_on) == ("running", None)


def test_an_amended_register_that_undoes_the_breach_takes_the_flag_away() -> None:
    given = an_improvement()
    marks(given, at(date(2026, 12, 8)), d1208="N/")
    given.refresh_from_db()
    assert given.state == "breached"
    marks(given, at(date(2026, 12, 10)), d1208="I/")
    given.refresh_from_db()
    assert (given.state, given.breached_on, given.noticed_at) == ("running", None, None)
    assert deadline(given, "improvement-breach").state == "met"
    assert deadline(given, "improvement-end").state == "open"
    assert Entry.objects.filter(title__contains="the target is not exceeded").exists()


def test_a_decision_taken_stays_whatever_the_register_says_later(officer: Any) -> None:
    given = an_improvement()
    marks(given, at(date(2026, 12, 8)), d1208="N/")
    improvement_ends.close(
        improvement_id=given.pk, reasons="They moved away.", by=officer, at=at(date(2026, 12, 9))
    )
    marks(given, at(date(2026, 12, 10)), d1208="I/")
    given.refresh_from_db()
    assert (given.state, given.breached_on) == ("closed", date(2026, 12, 8))


def test_a_breach_lets_an_officer_ask_for_a_notice_with_no_fresh_ten_sessions(officer: Any) -> None:
    given = an_improvement()
    marks(given, at(date(2026, 12, 8)), d1208="U/")
    request = improvement_ends.follow(
        improvement_id=given.pk, reasons="Support was refused twice.", by=officer, at=at(date(2026, 12, 9))
    )
    given.refresh_from_db()
    assert (given.state, request.route, request.improvement) == (
        "followed",
        NoticeRequest.Route.IMPROVEMENT,
        given,
    )
    assert {one["date"] for one in request.sessions} > {"2026-12-08"}
    assert len(request.sessions) == 13
    assert given.decision and given.decision.outcome == "follow"
    assert not Deadline.objects.open().filter(about_kind="penalties.improvement").exists()


def test_nothing_follows_without_a_breach_and_what_was_exceeded_is_not_recorded_as_met(officer: Any) -> None:
    given = an_improvement()
    watching.fall_due(on=date(2026, 12, 19), last=None)
    with pytest.raises(StepRefused, match="does not show the target exceeded"):
        improvement_ends.follow(
            improvement_id=given.pk, reasons="A try.", by=officer, at=at(date(2026, 12, 21))
        )
    marks(given, at(date(2026, 12, 21)), d1218="U/")
    given.refresh_from_db()
    assert (given.state, given.breached_on) == ("ended", date(2026, 12, 18))
    with pytest.raises(StepRefused, match="shows the target exceeded"):
        improvement_ends.met(
            improvement_id=given.pk, reasons="Well done.", by=officer, at=at(date(2026, 12, 21))
        )


def test_after_its_last_day_it_goes_to_a_decision(officer: Any) -> None:
    given = an_improvement()
    watching.fall_due(on=date(2026, 12, 18), last=None)
    given.refresh_from_db()
    assert given.state == "running"
    watching.fall_due(on=date(2026, 12, 19), last=None)
    watching.fall_due(on=date(2026, 12, 20), last=None)
    given.refresh_from_db()
    assert given.state == "ended"
    assert deadline(given, "improvement-end").state == "met"
    assert deadline(given, "improvement-decision").state == "open"
    done = improvement_ends.met(
        improvement_id=given.pk, reasons="He came every day.", by=officer, at=at(date(2026, 12, 21)),
        support_tried="The mentor goes on.",
    )  # fmt: skip
    assert (done.state, len(done.sessions)) == ("met", 12)
    assert done.decision and done.decision.support_tried == "The mentor goes on."
    assert not Deadline.objects.open().filter(about_kind="penalties.improvement").exists()


def test_an_officer_lets_it_go_on_and_only_what_comes_on_top_is_flagged_again(officer: Any) -> None:
    given = an_improvement()
    marks(given, at(date(2026, 12, 1)), d1201="OO")
    improvement_ends.go_on(
        improvement_id=given.pk, reasons="A funeral, told late.", by=officer, at=at(date(2026, 12, 2))
    )
    given.refresh_from_db()
    assert (given.state, given.tolerated, given.breached_on) == ("running", 2, date(2026, 12, 1))
    marks(given, at(date(2026, 12, 3)), d1202="//", d1203="//")
    given.refresh_from_db()
    assert given.state == "running"
    marks(given, at(date(2026, 12, 4)), d1204="O/")
    given.refresh_from_db()
    assert (given.state, given.breached_on) == ("breached", date(2026, 12, 4))
    assert deadline(given, "improvement-breach").state == "open"


def test_the_schools_calendar_moves_the_last_day_and_its_deadline(officer: Any) -> None:
    given = an_improvement()
    for day in range(14, 19):  # the school closes for the last week of the period
        calendar_actions.set_exception(
            school=given.school, on=date(2026, 12, day), kind=CalendarException.Kind.CLOSED, am_open=False,
            pm_open=False, by=officer, at=at(date(2026, 12, 1)),
        )  # fmt: skip
    given.refresh_from_db()
    assert given.ends_on == date(2027, 1, 8)
    assert deadline(given, "improvement-end").last_day == date(2027, 1, 8)
    entry = Entry.objects.filter(title__endswith="now ends on Friday 8 January 2027").get()
    assert "The parents were told Friday 18 December 2026" in entry.text


def test_a_change_for_many_schools_moves_it_too(officer: Any) -> None:
    given, other = an_improvement(), an_improvement()
    calendar_actions.set_terms(
        schools=[given.school, other.school], year=2026, by=officer, at=at(date(2026, 12, 1)),
        terms=[
            calendar_actions.Term("Autumn", date(2026, 9, 7), date(2026, 12, 11)),
            calendar_actions.Term("Spring", date(2027, 1, 4), date(2027, 2, 12)),
        ],
    )  # fmt: skip
    for one in (given, other):
        one.refresh_from_db()
        assert one.ends_on == date(2027, 1, 8)


def test_an_ended_one_runs_again_where_its_last_day_moves_into_the_future(officer: Any) -> None:
    given = an_improvement()
    watching.fall_due(on=date(2026, 12, 19), last=None)
    calendar_actions.set_exception(
        school=given.school, on=date(2026, 12, 21), kind=CalendarException.Kind.OPEN, am_open=True, pm_open=True,
        by=officer, at=at(date(2026, 12, 19)),
    )  # fmt: skip
    given.refresh_from_db()
    assert (given.state, given.ends_on) == ("ended", date(2026, 12, 18))  # another week, after its own three
    for day in range(7, 12):
        calendar_actions.set_exception(
            school=given.school, on=date(2026, 12, day), kind=CalendarException.Kind.UNPLANNED, am_open=False,
            pm_open=False, by=officer, at=at(date(2026, 12, 19)),
        )  # fmt: skip
    given.refresh_from_db()
    assert (given.state, given.ends_on) == ("running", date(2026, 12, 21))
    assert deadline(given, "improvement-decision").state == "met"


def test_an_import_of_a_school_without_running_ones_takes_one_query_more(
    django_assert_num_queries: Any,
) -> None:
    pupil = PupilFactory()
    an_improvement()
    with django_assert_num_queries(1):
        watching.marks_changed(school_id=pupil.school_id, year=2026, pupil_ids=[pupil.pk], by=None, at=at())


def test_many_running_ones_take_the_same_queries_as_one(officer: Any, django_assert_num_queries: Any) -> None:
    school = a_child().school
    given = [an_improvement(pupil=absent(school=school), officer=officer) for _ in range(4)]
    Improvement.objects.update(answer=None)
    with django_assert_num_queries(7 + len(given)):  # each writes its own row
        watching.marks_changed(
            school_id=school.pk, year=2026, pupil_ids=[one.pupil_id for one in given], by=None, at=at()
        )


def test_the_wrong_ways_of_giving_it_are_refused_in_words(officer: Any) -> None:
    pupil = absent()
    draft = improving.draft(pupil=pupil, content=content(pupil, support_offered=""), by=officer, at=at())

    def give_it() -> None:
        improvement_giving.give(improvement_id=draft.pk, by=officer, at=at())

    with pytest.raises(StepRefused, match=r"further support.*Choose at least one parent"):
        give_it()
    improving.write(improvement_id=draft.pk, content=content(pupil), by=officer, at=at())
    with pytest.raises(StepRefused, match="not recorded as a parent"):
        improving.choose_parent(improvement_id=draft.pk, parent=ParentFactory(), why="x", by=officer, at=at())
    homeless = ParentFactory(of=pupil)
    with pytest.raises(StepRefused, match="Say why this parent"):
        improving.choose_parent(improvement_id=draft.pk, parent=homeless, why=" ", by=officer, at=at())
    improving.choose_parent(improvement_id=draft.pk, parent=homeless, why="At home.", by=officer, at=at())
    with pytest.raises(StepRefused, match="chosen already"):
        improving.choose_parent(improvement_id=draft.pk, parent=homeless, why="At home.", by=officer, at=at())
    with pytest.raises(StepRefused, match="no full address"):
        give_it()
    AddressFactory(parent=homeless)
    improving.write(
        improvement_id=draft.pk, content=content(pupil, starts_on=date(2026, 11, 25)), by=officer, at=at()
    )
    with pytest.raises(StepRefused, match="Thursday 26 November 2026 at the earliest"):
        give_it()
    improving.write(improvement_id=draft.pk, content=content(pupil), by=officer, at=at())
    TermDates.objects.filter(school=pupil.school, first_day__gt=date(2026, 11, 1)).delete()
    with pytest.raises(StepRefused, match="term dates end before"):
        give_it()
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_where_the_code_gives_that_to_schools_the_council_gives_none(officer: Any) -> None:
    manager = UserFactory(role="service_manager")
    code.set_value(
        name="improvement_issuers", value=["school"], since=date(2026, 11, 23), reason="The council's decision",
        by=manager, at=at(),
    )  # fmt: skip
    with pytest.raises(StepRefused, match="the council gives no notices to improve"):
        an_improvement(officer=officer)


def test_what_was_given_stays_as_it_was_told(officer: Any) -> None:
    given = an_improvement()
    with pytest.raises(StepRefused, match="given already"):
        improving.write(improvement_id=given.pk, content=content(given.pupil), by=officer, at=at())
    with pytest.raises(StepRefused, match="open already"):
        improving.draft(pupil=given.pupil, content=content(given.pupil), by=officer, at=at())


def test_only_officers_write_it_and_only_about_children_in_view(officer: Any) -> None:
    pupil = absent()
    head = UserFactory(role="head_teacher", school=pupil.school)
    with pytest.raises(StepRefused, match="Your role cannot"):
        improving.draft(pupil=pupil, content=content(pupil), by=head, at=at())
    hidden = absent(restricted=True)
    with pytest.raises(StepRefused, match="cannot see this child"):
        improving.draft(pupil=hidden, content=content(hidden), by=officer, at=at())


def test_sessions_that_the_register_does_not_show_are_refused(officer: Any) -> None:
    pupil = absent()
    with pytest.raises(StepRefused, match="not on the register"):
        improving.draft(pupil=pupil, content=content(pupil, picked=("2026-11-20 AM",)), by=officer, at=at())


def test_a_school_sees_those_of_its_children_once_they_are_given() -> None:
    draft = an_improvement("draft")
    given = an_improvement()
    for one, seen in ((draft, []), (given, [given])):
        head = UserFactory(role="head_teacher", school=one.school)
        assert list(Improvement.objects.visible_to(head)) == seen
    assert not Improvement.objects.visible_to(
        UserFactory(role="head_teacher", school=SchoolFactory())
    ).exists()


def test_a_parent_not_to_be_written_to_is_taken_out_of_the_draft(officer: Any) -> None:
    draft = an_improvement("draft", officer=officer)
    parent = draft.letters.get().parent_id
    improving.drop_parent(improvement_id=draft.pk, parent_id=parent, by=officer, at=at())
    assert not draft.letters.exists()


def test_of_a_school_without_terms_no_last_day_can_be_counted(officer: Any) -> None:
    pupil = absent(school=School.objects.get(pk=a_child().school_id))
    TermDates.objects.filter(school=pupil.school).delete()
    ParenthoodFactory(pupil=pupil)
    with pytest.raises(StepRefused, match="term dates"):
        an_improvement(pupil=pupil, officer=officer)
